package checkpoint_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/internal/mutate"
)

// FuzzDecodeSafetensors: no panic, and what is read can be written and read again. An input that begins with "{" is a header,
// a zero byte and the tensors, and gets the length that it should have; so a change of the header does not end at its length.
func FuzzDecodeSafetensors(f *testing.F) {
	seeds := []string{
		`{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}` + "\x00\x00\x00\x80\x3f\x09",
		`{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"F64","shape":[0,9],"data_offsets":[0,0]}}` + "\x00x",
		`{"\ud83d\ude00 \/\b\f\n\r\t\"\\":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}` + "\x00xx",
	}
	for _, r := range refused {
		seeds = append(seeds, string(r.file))
		if len(r.file) > 8 && r.file[8] == '{' {
			if n := binary.LittleEndian.Uint64(r.file); n <= uint64(len(r.file)-8) {
				seeds = append(seeds, string(r.file[8:8+n])+"\x00"+string(r.file[8+n:]))
			}
		}
	}
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds, Limit: 1000, Try: readsTensors,
		Words: []string{`"dtype":`, `"shape":`, `"data_offsets":`, `"__metadata__":`, "F32", "F64", "I64", "U64", "U8", "BF16", "[", "]", "{", "}", ",", ":", `"`, `\`, `\u`, "\\ud83d\\ude00", "[0,4]", "[4,8]", "[0,0]", " ", "\n", "\xff", "\x00"},
	})
}

func readsTensors(t testing.TB, b []byte) {
	if header, body, ok := bytes.Cut(b, []byte{0}); ok && len(b) > 0 && b[0] == '{' {
		b = append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), append(header[:len(header):len(header)], body...)...)
	}
	tensors, metadata, err := checkpoint.DecodeSafetensors(b)
	if err != nil {
		return
	}
	var file bytes.Buffer
	if err := checkpoint.EncodeSafetensors(&file, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	again, _, err := checkpoint.DecodeSafetensors(file.Bytes())
	if err != nil || len(again) != len(tensors) {
		t.Fatalf("read again: %d tensors of %d, %v", len(again), len(tensors), err)
	}
	for _, want := range tensors {
		if got, _ := checkpoint.Find(again, want.Name); !cmp.Equal(want, got, equal) {
			t.Fatal(cmp.Diff(want, got, equal))
		}
	}
}

// FuzzManifest: whatever a manifest says, with a right checksum (the first byte is even) or a wrong one, a load neither
// panics nor believes it.
func FuzzManifest(f *testing.F) {
	files := spoiled(f, nil)
	path := crashDir + "/step-000020/manifest.json"
	good, err := files.Content(path)
	if err != nil {
		f.Fatal(err)
	}
	want, _, err := checkpoint.Load(files, crashDir+"/step-000020", "last")
	if err != nil {
		f.Fatal(err)
	}
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"\x00" + unseal(good), "\x01" + string(good), "\x00" + `{"format":"recur checkpoint","version":3`, "\x00" + `{"files":[{}]`},
		Words: []string{`"format": "recur checkpoint"`, `"version": `, `"files": [`, `"tensors": [`, `"name": `, `"bytes": `, `"sha256": `, `"shape": [`, `"crc32c": `, `"checksum": `, "null", "true", `"NaN"`, "../", "{", "}", "[", "]", "\n  ", ","},
		Limit: 8192,
		Try: func(t testing.TB, b []byte) {
			if len(b) == 0 {
				return
			}
			text := b[1:]
			if b[0]%2 == 0 {
				text = seal(string(text))
			}
			if err := files.Write(path, text); err != nil {
				t.Fatal(err)
			}
			got, _, err := checkpoint.Load(files, crashDir+"/step-000020", "last")
			if err == nil && !cmp.Equal(got.Weights, want.Weights) {
				t.Fatal("other weights were loaded")
			}
		},
	})
}
