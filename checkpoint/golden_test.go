package checkpoint_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
)

var update = flag.Bool("update", false, "write testdata anew")

// TestGoldenVersion1: what format version 1 wrote must load for ever, with every number as it was. -update writes
// testdata/v1 only where it is missing: files of a released version never change.
func TestGoldenVersion1(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "v1")
	if _, err := os.Stat(dir); *update && errors.Is(err, os.ErrNotExist) {
		save(t, checkpoint.OS(), dir, sample(t, 20), true)
	}
	got, notes, err := checkpoint.Load(checkpoint.OS(), dir, "best")
	if err != nil || len(notes) > 0 {
		t.Fatalf("notes %q, error %v", notes, err)
	}
	want := sample(t, 20)
	want.Best, want.Name = true, "step-000020"
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// seal returns a manifest of that text with the checksum it should have: the text ends before the checksum's comma.
func seal(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return []byte(text + ",\n  \"checksum\": \"" + hex.EncodeToString(sum[:]) + "\"\n}\n")
}

// unseal returns the text of a manifest before its checksum.
func unseal(b []byte) string {
	text, _, _ := strings.Cut(string(b), ",\n  \"checksum\"")
	return text
}

// spoiled returns the sample's files with another manifest.
func spoiled(t testing.TB, manifest []byte) *crashfs.FS {
	f := crashfs.New()
	save(t, f, crashDir, sample(t, 20), true)
	if manifest != nil {
		if err := f.Write(crashDir+"/step-000020/manifest.json", manifest); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestNewerVersionIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{\n  \"format\": \"recur checkpoint\",\n  \"version\": 2,\n  \"program\": \"recur v9.1.0\",\n  \"files\": \"elsewhere\"",
		`{"program": "recur v9.1.0", "version": 2, "format": "recur checkpoint"`,
	} {
		f := spoiled(t, seal(text))
		save(t, f, crashDir, sample(t, 10), true) // an older one that is fine must not be taken instead
		for _, which := range []string{"last", "best"} {
			_, _, err := checkpoint.Load(f, "/runs/x", which)
			want := `checkpoint: /runs/x/checkpoints/step-000020/manifest.json: its format is version 2, this program reads versions up to 1; use "recur v9.1.0" or newer, which wrote it`
			if !errors.Is(err, checkpoint.ErrNewer) || errors.Is(err, checkpoint.ErrNone) || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		}
		for _, step := range []int{30, 40, 50} {
			save(t, f, crashDir, sample(t, step), true)
		}
		if _, err := f.Stat(crashDir + "/step-000020"); err != nil {
			t.Error("a checkpoint of a newer format was removed")
		}
	}
}

// TestManifestsThatLie have a right checksum and must be refused all the same.
func TestManifestsThatLie(t *testing.T) {
	t.Parallel()
	good, err := spoiled(t, nil).Content(crashDir + "/step-000020/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	text := unseal(good)
	for _, test := range []struct{ name, old, new, want string }{
		{"a path", `"name": "data.safetensors"`, `"name": "../../etc/passwd"`, "in this order"},
		{"another format", `"format": "recur checkpoint"`, `"format": "cake"`, `it is no manifest of format "recur checkpoint"`},
		{"version 0", `"version": 1`, `"version": 0`, "version 0"},
		{"negative step", `"step": 20`, `"step": -20`, "step -20"},
		{"another step", `"step": 20`, `"step": 21`, "its directory says 20"},
		{"a key twice", `"step": 20,`, `"step": 19, "step": 20,`, "not written the way"},
		{"an unknown key", `"step": 20,`, `"step": 20, "x": 1,`, "not written the way"},
		{"a key in capitals", `"epoch"`, `"Epoch"`, "not written the way"},
		{"no list", `"files": [`, `"files": 1, "f": [`, "it is no manifest"},
		{"a tensor's name", `"name": "head.bias"`, `"name": "head.bios"`, `tensor 5 is "head.bias", the manifest says "head.bios"`},
		{"a tensor's type", `"dtype": "F32"`, `"dtype": "F16"`, `is F32 [6 2], the manifest says F16 [6 2]`},
		{"a size", `"bytes": `, `"bytes": 9`, "bytes, the manifest says 9"},
		{"a huge size", `"bytes": `, `"bytes": 900000000000`, "bytes, the manifest says 9"},
	} {
		changed := strings.Replace(text, test.old, test.new, 1)
		if changed == text {
			t.Fatalf("%s: nothing changed", test.name)
		}
		_, _, err := checkpoint.Load(spoiled(t, seal(changed)), crashDir+"/step-000020", "last")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
	if _, _, err := checkpoint.Load(spoiled(t, seal(text)), crashDir+"/step-000020", "last"); err != nil {
		t.Errorf("unchanged: %v", err)
	}
	damagedVersion := bytes.Replace(good, []byte(`"version": 1`), []byte(`"version": 3`), 1)
	_, _, err = checkpoint.Load(spoiled(t, damagedVersion), "/runs/x", "last")
	if !errors.Is(err, checkpoint.ErrNone) || errors.Is(err, checkpoint.ErrNewer) {
		t.Errorf("a damaged version: got %v, want ErrNone", err)
	}
}

// TestConfigThatDoesNotParse: the files are as they were written, so the run is not empty; it is for another program.
func TestConfigThatDoesNotParse(t *testing.T) {
	t.Parallel()
	f := crashfs.New()
	c := sample(t, 20)
	c.Config.Model.Cell = "quantum"
	save(t, f, crashDir, c, true)
	_, _, err := checkpoint.Load(f, "/runs/x", "last")
	if err == nil || errors.Is(err, checkpoint.ErrNone) || !strings.Contains(err.Error(), "quantum") || !strings.Contains(err.Error(), "its config does not parse") {
		t.Errorf("got %v", err)
	}
}

// TestManifestIsReadable: people look into it.
func TestManifestIsReadable(t *testing.T) {
	t.Parallel()
	b, err := spoiled(t, nil).Content(crashDir + "/step-000020/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if m["step"] != 20.0 || m["best"] != true || m["program"] != "recur test" || len(m["checksum"].(string)) != 64 {
		t.Errorf("%v", m)
	}
}
