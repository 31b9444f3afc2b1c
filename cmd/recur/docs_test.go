package main

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// printed is a command of a page and what the page says that it prints.
type printed struct {
	line    int
	command string
	output  []string
	slow    bool // it is marked as one that takes long
}

// page reads the commands of a page, and the configs that it shows: YAML blocks that begin with "# NAME.yaml".
func page(text string) (commands []printed, files map[string]string) {
	files = map[string]string{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		kind, ok := strings.CutPrefix(lines[i], "```")
		if !ok || kind == "" {
			continue
		}
		slow := i > 1 && strings.Contains(lines[i-1], "<!-- slow -->")
		first := i + 1
		for i++; i < len(lines) && lines[i] != "```"; i++ {
		}
		block := lines[first:i]
		switch name, named := strings.CutPrefix(block[0], "# "); {
		case kind == "yaml" && named && strings.HasSuffix(name, ".yaml"):
			files[name] = strings.Join(block, "\n") + "\n"
		case kind == "console":
			for j, line := range block {
				if command, ok := strings.CutPrefix(line, "$ "); ok {
					commands = append(commands, printed{line: first + j + 1, command: command, slow: slow})
				} else if n := len(commands); n > 0 {
					commands[n-1].output = append(commands[n-1].output, line)
				}
			}
		}
	}
	return commands, files
}

// A page tells what its commands print. Words are the same; numbers are near, since the kernels of another processor round
// otherwise; how long something took is not compared. Commands marked as slow run with RECUR_SOAK alone.
func TestPagesTellTheTruth(t *testing.T) {
	for _, name := range []string{"concepts.md", "sequences.md", "classify.md", "text.md", "translate.md", "speech.md"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			commands, files := page(string(text))
			if len(commands) == 0 {
				t.Fatal("it has no command")
			}
			for file, content := range files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, c := range commands {
				if c.slow && !long() {
					continue
				}
				cmd := exec.Command("sh", "-c", c.command)
				cmd.Dir = dir
				var got strings.Builder
				cmd.Stdout = &got
				if err := cmd.Run(); err != nil && got.Len() == 0 { // what it prints is a fault
					b, _ := exec.Command("sh", "-c", "cd "+dir+" && "+c.command+" 2>&1").Output()
					got.Write(b)
				}
				if fault := unlike(strings.Split(strings.TrimRight(got.String(), "\n"), "\n"), c.output); fault != "" {
					t.Errorf("docs/%s:%d: %s\n%s\nit prints\n%s", name, c.line, c.command, fault, got.String())
				}
			}
		})
	}
}

// unlike says where two outputs differ, "" where they don't.
func unlike(got, want []string) string {
	for len(want) > 0 && want[len(want)-1] == "" {
		want = want[:len(want)-1]
	}
	if len(got) == 1 && got[0] == "" {
		got = nil
	}
	if len(got) != len(want) {
		return "it has " + strconv.Itoa(len(want)) + " lines there, and prints " + strconv.Itoa(len(got))
	}
	seconds := false
	for i := range want {
		a, b := strings.Fields(timeless(got[i])), strings.Fields(timeless(want[i]))
		if strings.HasSuffix(strings.TrimSpace(want[i]), "parameters  seconds") {
			seconds = true
		} else if seconds && len(a) > 1 && len(b) > 1 && want[i] != "" && strings.HasSuffix(a[len(a)-2], b[len(b)-2]) {
			a, b = a[:len(a)-1], b[:len(b)-1]
		} else if want[i] == "" {
			seconds = false
		}
		if len(a) != len(b) {
			return "line " + strconv.Itoa(i+1) + " differs: " + want[i]
		}
		for j := range a {
			if !near(a[j], b[j]) {
				return "line " + strconv.Itoa(i+1) + ": " + a[j] + ", and there it is " + b[j]
			}
		}
	}
	return ""
}

var durations = regexp.MustCompile(`\d[\d.]* (s\b|steps/s)`)

// timeless is a line without how long something took.
func timeless(line string) string { return durations.ReplaceAllString(line, "TIME") }

// near says that two words are the same, or numbers that differ by a fifth at the most, or are next to nothing.
func near(a, b string) bool {
	if a == b {
		return true
	}
	trim := func(s string) (float64, error) { return strconv.ParseFloat(strings.Trim(s, "(),;<%[]"), 64) }
	x, err := trim(a)
	y, err2 := trim(b)
	if err != nil || err2 != nil {
		return strings.ContainsAny(a, "<") && err2 == nil && y < 0.01 || strings.ContainsAny(b, "<") && err == nil && x < 0.01
	}
	return math.Abs(x-y) <= 0.2*max(math.Abs(x), math.Abs(y)) || max(math.Abs(x), math.Abs(y)) < 1e-4
}
