package examples

import (
	"strings"
	"testing"
)

func TestNamesAndRead(t *testing.T) {
	names := Names()
	for _, want := range []string{"adding", "co2", "dates", "digits-speech", "gestures", "mackey-glass", "reversal", "sine", "sunspots", "translate"} {
		if !strings.Contains(strings.Join(names, " "), want) {
			t.Errorf("names: got %v, want %s among them", names, want)
		}
	}
	for _, name := range []string{"sine", "sine.yaml"} {
		if src, err := Read(name); err != nil || !strings.Contains(string(src), "\nname: sine\n") {
			t.Errorf("read %s: got %q, %v", name, src, err)
		}
	}
	for _, name := range []string{"cosine", "../config", ""} {
		if _, err := Read(name); err == nil || !strings.Contains(err.Error(), "want one of adding, co2") {
			t.Errorf("read %q: got %v", name, err)
		}
	}
}

// The first sentence of an example fits a line of the list.
func TestAbout(t *testing.T) {
	for _, name := range Names() {
		if about := About(name); len(about) < 15 || len(about) > 130 || strings.ContainsAny(about, "#\n") {
			t.Errorf("%s: %q has %d bytes, want 15 to 130; begin its comment with what it is, up to a semicolon or a full stop", name, about, len(about))
		}
	}
	if about := About("cosine"); about != "" {
		t.Errorf("an example that is not there is about %q", about)
	}
}
