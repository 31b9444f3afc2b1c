package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"
)

// manifest is manifest.json: what a checkpoint is, and a checksum of everything in it.
type manifest struct {
	Format         string      `json:"format"`
	Version        int         `json:"version"`
	Program        string      `json:"program"`
	Step           int         `json:"step"`
	Epoch          int         `json:"epoch"`
	Best           bool        `json:"best"`
	TrainLoss      number      `json:"train_loss"`
	ValidationLoss number      `json:"validation_loss"`
	DataHash       string      `json:"data_hash"`
	Files          []fileEntry `json:"files"`
}

type fileEntry struct {
	Name    string        `json:"name"`
	Bytes   int64         `json:"bytes"`
	SHA256  string        `json:"sha256"`
	Tensors []tensorEntry `json:"tensors"`
}

type tensorEntry struct {
	Name   string `json:"name"`
	DType  string `json:"dtype"`
	Shape  []int  `json:"shape"`
	CRC32C string `json:"crc32c"`
}

const (
	manifestFormat = "recur checkpoint"
	maxManifest    = 64 << 20
	// The manifest ends with its own checksum: the SHA-256 of every byte before sumHead.
	sumHead = ",\n  \"checksum\": \""
	sumTail = "\"\n}\n"
)

// encode returns the bytes of the manifest; equal manifests give equal bytes.
func (m *manifest) encode() ([]byte, error) {
	line, err := marshal(m)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: manifest: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, line, "", "  "); err != nil {
		return nil, fmt.Errorf("checkpoint: manifest: %w", err)
	}
	b := bytes.TrimSuffix(indented.Bytes(), []byte("\n}"))
	sum := sha256.Sum256(b)
	b = append(b, sumHead...)
	b = hex.AppendEncode(b, sum[:])
	return append(b, sumTail...), nil
}

// decodeManifest reads a manifest. Its checksum and the place of the checksum are the same in every version of the
// format; only then the version is looked at, so that damage is never taken for news.
func decodeManifest(path string, b []byte) (*manifest, error) {
	tail := len(sumHead) + 2*sha256.Size + len(sumTail)
	if len(b) < tail {
		return nil, damaged(path, "it has %d bytes, which is too short for a manifest", len(b))
	}
	body, rest := b[:len(b)-tail], b[len(b)-tail:]
	sum := sha256.Sum256(body)
	if string(rest) != sumHead+hex.EncodeToString(sum[:])+sumTail {
		return nil, damaged(path, "its checksum does not fit its content")
	}
	closed := append(body[:len(body):len(body)], '}')
	m := &manifest{}
	if err := json.Unmarshal(closed, m); err != nil || m.Format != manifestFormat || m.Version > Version {
		return nil, unknownManifest(path, closed)
	}
	if again, err := m.encode(); err != nil || !bytes.Equal(again, b) {
		return nil, damaged(path, "it is not written the way format %d is", m.Version)
	}
	return m, m.check(path)
}

// unknownManifest says why a manifest whose checksum fits is not one of ours. Of a newer one only the first fields need to
// be as they are here.
func unknownManifest(path string, b []byte) error {
	var first struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
		Program string `json:"program"`
	}
	err := json.Unmarshal(b, &first)
	if err == nil && first.Format == manifestFormat && first.Version > Version {
		return newer(path, first.Version, first.Program)
	}
	return damaged(path, "it is no manifest of format %q, version %d or older", manifestFormat, Version)
}

// newer refuses a format that this program does not know.
func newer(path string, version int, program string) error {
	reader := "a newer recur"
	if program != "" {
		reader = strconv.Quote(program) + " or newer"
	}
	return &Error{
		Path:   path,
		Reason: fmt.Sprintf("its format is version %d, this program reads versions up to %d", version, Version),
		Advice: fmt.Sprintf("use %s, which wrote it", reader),
		Err:    ErrNewer,
	}
}

// check refuses values that no Save writes. The names of files are an allow-list: nothing outside the directory can be
// named.
func (m *manifest) check(path string) error {
	if m.Version < 1 || m.Step < 0 || m.Epoch < 0 {
		return damaged(path, "version %d, step %d or epoch %d is out of range", m.Version, m.Step, m.Epoch)
	}
	want := []string{modelName, dataName}
	if len(m.Files) > len(want) {
		want = append(want, trainingName)
	}
	for i, f := range m.Files {
		if len(m.Files) != len(want) || f.Name != want[i] {
			return damaged(path, "file %d is %q, want %q in this order", i, f.Name, want)
		}
	}
	if len(m.Files) < 2 {
		return damaged(path, "it lists %d files, want %q", len(m.Files), want)
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// newFileEntry describes the bytes of one safetensors file.
func newFileEntry(name string, b []byte, tensors []Tensor) fileEntry {
	sum := sha256.Sum256(b)
	f := fileEntry{Name: name, Bytes: int64(len(b)), SHA256: hex.EncodeToString(sum[:]), Tensors: []tensorEntry{}}
	for _, t := range tensors {
		f.Tensors = append(f.Tensors, describeTensor(t))
	}
	return f
}

func describeTensor(t Tensor) tensorEntry {
	return tensorEntry{t.Name, t.DType, append([]int{}, t.Shape...), fmt.Sprintf("%08x", crc32.Checksum(t.Data, castagnoli))}
}

// verify compares a file's bytes with the manifest and returns its tensors and metadata. When only bytes of tensors
// changed it names the tensors.
func (f *fileEntry) verify(path string, b []byte) ([]Tensor, map[string]string, error) {
	if int64(len(b)) != f.Bytes {
		return nil, nil, damaged(path, "it has %d bytes, the manifest says %d", len(b), f.Bytes)
	}
	sum := sha256.Sum256(b)
	intact := hex.EncodeToString(sum[:]) == f.SHA256
	tensors, metadata, err := DecodeSafetensors(b)
	switch {
	case err != nil && intact:
		return nil, nil, damaged(path, "%s", bare(err))
	case err != nil:
		return nil, nil, damaged(path, "its SHA-256 is not the manifest's (%s)", bare(err))
	}
	if bad := f.differing(tensors); bad != "" {
		return nil, nil, damaged(path, "%s", bad)
	}
	if !intact {
		return nil, nil, damaged(path, "its SHA-256 is not the manifest's")
	}
	return tensors, metadata, nil
}

// differing names the first tensor that is not the manifest's.
func (f *fileEntry) differing(tensors []Tensor) string {
	if len(tensors) != len(f.Tensors) {
		return fmt.Sprintf("it has %d tensors, the manifest says %d", len(tensors), len(f.Tensors))
	}
	for i, t := range tensors {
		got, want := describeTensor(t), f.Tensors[i]
		switch {
		case got.Name != want.Name:
			return fmt.Sprintf("tensor %d is %q, the manifest says %q", i, got.Name, want.Name)
		case got.DType != want.DType || !equalInts(got.Shape, want.Shape):
			return fmt.Sprintf("tensor %q is %s %v, the manifest says %s %v", t.Name, got.DType, got.Shape, want.DType, want.Shape)
		case got.CRC32C != want.CRC32C:
			return fmt.Sprintf("tensor %q: its checksum is %s, the manifest says %s", t.Name, got.CRC32C, want.CRC32C)
		}
	}
	return ""
}

func equalInts(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
