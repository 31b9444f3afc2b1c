package pipeline

import (
	"bufio"
	"bytes"
	"math"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

// collectAt is how far the heap may grow past what is in use, in percent, before it is collected. Go's own 100 lets a
// process take twice what it needs; a training step allocates nothing, so that collecting sooner costs it nothing.
const collectAt = 25

// SpareMemory makes this process keep to the memory it needs, and to what the machine has: unless GOGC or GOMEMLIMIT say
// otherwise.
func SpareMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if there, _ := memoryThere(); there > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(there)
	}
}

// memoryThere is how many bytes this process may take, and what says so: the least of RECUR_MEMORY, GOMEMLIMIT, the limits
// of the control groups it is in (both versions, each with those above it), and what the machine has free. 0 where nothing
// says.
func memoryThere() (size int64, from string) {
	return machine{root: "/", getenv: os.Getenv}.memory()
}

// machine is where the limits are read; tests put other files there.
type machine struct {
	root   string
	getenv func(string) string
}

func (m machine) memory() (size int64, from string) {
	least := func(n int64, what string) {
		if n > 0 && (size == 0 || n < size) {
			size, from = n, what
		}
	}
	least(parseSize(m.getenv(memoryVariable)), memoryVariable)
	least(parseSize(m.getenv("GOMEMLIMIT")), "GOMEMLIMIT")
	own := m.field("proc/self/status", "VmRSS:") * 1024 // what this process has already counts as its own
	if free := m.field("proc/meminfo", "MemAvailable:") * 1024; free > 0 {
		least(free+own, "free memory")
	}
	if left := m.groups(); left > 0 {
		least(left+own, "the control group")
	}
	return size, from
}

// read is a file of the machine, empty where there is none.
func (m machine) read(name string) []byte {
	b, _ := os.ReadFile(filepath.Join(m.root, filepath.FromSlash(name)))
	return b
}

// field is the number behind a word in a file of lines "word number", 0 where there is none.
func (m machine) field(name, word string) int64 {
	for s := bufio.NewScanner(bytes.NewReader(m.read(name))); s.Scan(); {
		if f := strings.Fields(s.Text()); len(f) > 1 && f[0] == word {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			return n
		}
	}
	return 0
}

// groups is the least of what the control groups leave: /proc/self/cgroup names them, one line a hierarchy, "0::/a/b" for
// version 2 and "9:memory:/a/b" for version 1. A container often sees its own group at the top, whatever its name is.
func (m machine) groups() (least int64) {
	for line := range strings.Lines(string(m.read("proc/self/cgroup"))) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		top, limit, usage, cache := "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"
		if parts[0] != "0" {
			top, limit, usage, cache = "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
			if !strings.Contains(","+parts[1]+",", ",memory,") {
				continue
			}
		}
		for at := path.Clean("/" + parts[2]); ; at = path.Dir(at) {
			if n := m.left(path.Join(top, at), limit, usage, cache); n > 0 && (least == 0 || n < least) {
				least = n
			}
			if at == "/" {
				break
			}
		}
	}
	return least
}

// left is what a control group has left of its limit, what it caches of files and could drop included; 0 where it has no
// limit.
func (m machine) left(dir, limit, usage, cache string) int64 {
	most, err := strconv.ParseInt(strings.TrimSpace(string(m.read(path.Join(dir, limit)))), 10, 64)
	if err != nil || most <= 0 || most >= math.MaxInt64/2 { // "max", and version 1's way of saying it
		return 0
	}
	used, _ := strconv.ParseInt(strings.TrimSpace(string(m.read(path.Join(dir, usage)))), 10, 64)
	return max(1, most-max(0, used-m.field(path.Join(dir, "memory.stat"), cache)))
}

// parseSize reads a size as GOMEMLIMIT has it: bytes, or a number with B, KiB, MiB, GiB or TiB; 0 for anything else.
func parseSize(s string) int64 {
	unit := int64(1)
	for i, suffix := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			s, unit = rest, 1<<(10*(i+1))
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(s, "B"), 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return 0
	}
	return n * unit
}
