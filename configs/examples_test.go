package configs_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/configs/examples"
)

// Every example loads, and what it renders to reads back to the same config.
func TestExamplesLoadAndRoundTrip(t *testing.T) {
	names := examples.Names()
	if len(names) < 5 {
		t.Fatalf("examples: got %v, want at least five", names)
	}
	for _, name := range names {
		path := "examples/" + name + ".yaml"
		c, err := configs.Load(path, nil)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if c.Name != name {
			t.Errorf("%s: its name is %q", name, c.Name)
		}
		again, err := configs.Parse(path, c.Render(), nil)
		if err != nil {
			t.Errorf("%s rendered:\n%v\n%s", name, err, c.Render())
			continue
		}
		again.Path = c.Path
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("%s: rendered and read again (-first +again):\n%s", name, diff)
		}
	}
}
