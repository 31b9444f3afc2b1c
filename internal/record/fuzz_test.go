package record

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"

	"recur/internal/mutate"
)

// FuzzRecord reads records. Nothing that one names leads out of its directory, and what is read is written and read again to the
// same.
func FuzzRecord(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{
			`{"schema":1,"kind":"run","files":[".lock","checkpoints/","checkpoints/step-000012/","config.yaml"]}` + "\n",
			`{"schema":1,"kind":"comparison","files":["../x","/etc/passwd","a/../../b"]}`,
		},
		Words: []string{`"schema":1`, `"kind":"run"`, `"files":["`, "..", "/", "../", `"`, ",", "[", "]", "{", "}", `\u0000`, "null", "2"},
		Limit: 2000,
		Try: func(t testing.TB, b []byte) {
			r, err := parse(b)
			if err != nil {
				return
			}
			for _, name := range r.Files {
				if rel, err := filepath.Rel("/run", filepath.Join("/run", filepath.FromSlash(name))); err != nil || !filepath.IsLocal(rel) {
					t.Fatalf("%q leads out of the directory", name)
				}
			}
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := parse(text); err != nil || !reflect.DeepEqual(r, again) {
				t.Fatalf("%+v is read again as %+v, %v", r, again, err)
			}
		},
	})
}
