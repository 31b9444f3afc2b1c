package main

import (
	"slices"
	"testing"
)

// TestApart: the values of --grid are YAML, so a comma inside of one is not the end of it.
func TestApart(t *testing.T) {
	for list, want := range map[string][]string{
		"8,32":                                 {"8", "32"},
		"8":                                    {"8"},
		"":                                     {""},
		"[],[{conv: {channels: 8, width: 5}}]": {"[]", "[{conv: {channels: 8, width: 5}}]"},
		"[1,2],3":                              {"[1,2]", "3"},
		`"a,b",'c,d',e`:                        {`"a,b"`, `'c,d'`, "e"},
		"],a":                                  {"]", "a"},
	} {
		if got := apart(list); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", list, got, want)
		}
	}
}
