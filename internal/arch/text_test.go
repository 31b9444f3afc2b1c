package arch

import (
	"path"
	"slices"
	"strings"
)

// longest is how many lines a file may have; around 400 is the aim.
const longest = 700

// length checks files that people write.
func length(all []*source) []string {
	var faults []string
	for _, s := range all {
		code := slices.Contains([]string{".go", ".s", ".py", ".sh"}, path.Ext(s.path))
		if code && s.lines > longest && !s.generated() {
			faults = append(faults, s.fault(s.lines, "the file has %d lines, more than %d; split it by the things it holds", s.lines, longest))
		}
	}
	return faults
}

// foreign words tie the project to one machine or one network. They are written in two halves here, so that this file
// does not hold them.
var foreign = []string{
	"/wo" + "rk/", "/ro" + "ot/", "/tmp/re" + "cur", "/opt/pe" + "ers", "shared/de" + "sign", "shared/da" + "ta", "shared/pe" + "ers",
	"GOPRO" + "XY=", "proxy.go" + "lang.org", "index-" + "url", "files.python" + "hosted.org", "arti" + "factory",
}

func words(all []*source) []string {
	var faults []string
	for _, s := range all {
		for i, line := range strings.Split(string(s.text), "\n") {
			for _, word := range foreign {
				if strings.Contains(line, word) {
					faults = append(faults, s.fault(i+1, "%q belongs to one machine or network; write what holds everywhere", word))
				}
			}
		}
	}
	return faults
}

// linknames finds calls by a name in the linker: against another signature they would link too, and corrupt memory.
func linknames(all []*source) []string {
	var faults []string
	for _, s := range goFiles(all) {
		for _, group := range s.ast.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//go:"+"linkname ") {
					faults = append(faults, s.fault(s.line(c), "go:linkname calls what nobody checks the signature of; find a way that the compiler or reflect checks"))
				}
			}
		}
	}
	return faults
}

// pinned versions are known to work together; see docs/decisions before changing one.
var pinned = map[string]string{
	gorgonia: "v0.9.18", // the last release: its faults are known and worked round
	tensor:   "v0.9.24",
	hm:       "v1.0.0",
	// Older versions stop every program at its start. It must be a direct requirement, so that users of the library get it.
	"go4.org/unsafe/assume-no-moving-gc": "v0.0.0-20231121144256-b99613f794b6",
	numeric:                              "v0.17.0",
	drawing:                              "v0.17.0",
	yaml:                                 "v4.0.0",
	// Another version of Unicode may cut words at other places: symbols of a network would change.
	segments: "v2.7.0",
	unicoded: "v0.44.0",
}

// pins checks the requirements of go.mod.
func pins(all []*source) []string {
	var faults []string
	for _, s := range all {
		if s.path != "go.mod" {
			continue
		}
		seen := map[string]bool{}
		for i, line := range strings.Split(string(s.text), "\n") {
			f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
			if len(f) < 2 {
				continue
			}
			want, ok := pinned[f[0]]
			if !ok {
				continue
			}
			seen[f[0]] = true
			if f[1] != want {
				faults = append(faults, s.fault(i+1, "%s is %s, pinned to %s; run the tests of every room before you change the pin here", f[0], f[1], want))
			}
			if strings.Contains(line, "// indirect") {
				faults = append(faults, s.fault(i+1, "%s must be a direct requirement; remove the mark", f[0]))
			}
		}
		for name, want := range pinned {
			if !seen[name] {
				faults = append(faults, s.fault(1, "%s is missing; require %s", name, want))
			}
		}
	}
	return faults
}

// rooms checks that ARCHITECTURE.md tells of every directory of the table that exists.
func rooms(all []*source) []string {
	var faults []string
	exist := map[string]bool{}
	var guide *source
	for _, s := range all {
		if s.path == "ARCHITECTURE.md" {
			guide = s
		}
	}
	if guide == nil {
		return []string{"ARCHITECTURE.md:1: it is missing; write the map of the rooms"}
	}
	for _, s := range goFiles(all) {
		if name, _, ok := roomOf(s.dir()); ok && !exist[name] {
			exist[name] = true
			if !strings.Contains(string(guide.text), "`"+name+"`") {
				faults = append(faults, guide.fault(1, "`%s` is a room and not on the map; add the question it answers", name))
			}
		}
	}
	return faults
}
