package checkpoint

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
)

// Status is what Verify found out about one checkpoint or pointer of a run.
type Status struct {
	Name  string // step-000123, last, best
	Names string // of a pointer: the checkpoint it names
	Step  int
	Epoch int
	Best  bool
	Bytes int64
	Err   error // nil: every byte of it verifies
}

// Verify reads every checkpoint of a run, the newest first, and then its pointers. The error is for a path that can't be
// looked at; what is wrong with a checkpoint is in its Status.
func Verify(f FS, path string) ([]Status, error) {
	at, err := locate(f, path)
	if err != nil {
		return nil, err
	}
	if at.one != "" {
		return []Status{status(f, at.one)}, nil
	}
	all, err := list(f, at.dir)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, nothing(at.dir, nil)
	}
	var found []Status
	for _, n := range all {
		found = append(found, status(f, filepath.Join(at.dir, n.name)))
	}
	for _, which := range []string{last, best} {
		if _, err := f.Lstat(filepath.Join(at.dir, which)); err != nil {
			continue
		}
		found = append(found, pointerStatus(f, at.dir, which))
	}
	return found, nil
}

func status(f FS, path string) Status {
	s := Status{Name: filepath.Base(path)}
	m, contents, err := verify(f, path)
	if err != nil {
		s.Err = err
		return s
	}
	s.Step, s.Epoch, s.Best = m.Step, m.Epoch, m.Best
	for i, c := range contents {
		s.Bytes += m.Files[i].Bytes
		if err := parts[i].decode(&Checkpoint{}, c); err != nil {
			s.Err = incompatible(c.path, m.Program, err)
		}
	}
	return s
}

func pointerStatus(f FS, dir, which string) Status {
	path := filepath.Join(dir, which)
	p, ok := pointer(f, dir, which)
	if !ok {
		return Status{Name: which, Err: damaged(path, "it names no checkpoint")}
	}
	s := Status{Name: which, Names: p.name, Step: p.step}
	if _, err := f.Lstat(filepath.Join(dir, p.name)); err != nil {
		s.Err = damaged(path, "it names %s, which is not there", p.name)
	}
	return s
}

// Info is what Inspect shows of a checkpoint or of a single safetensors file.
type Info struct {
	Path           string
	Version        int    // of the format; 0 for a file that is not part of a checkpoint
	Program        string // who wrote it
	Step, Epoch    int
	Best           bool
	TrainLoss      float64
	ValidationLoss float64
	DataHash       string
	Files          []FileInfo
}

// FileInfo is one safetensors file.
type FileInfo struct {
	Name     string
	Bytes    int64
	SHA256   string
	Metadata map[string]string
	Tensors  []TensorInfo
}

// TensorInfo is one tensor of a file. CRC32C is in hexadecimal digits.
type TensorInfo struct {
	Name, DType string
	Shape       []int
	Bytes       int
	CRC32C      string
}

// maxAlone is the largest safetensors file outside of a checkpoint that is looked at, in bytes.
const maxAlone = 16 << 30

// Inspect verifies a checkpoint and says what it holds. path is one checkpoint, a pointer, a run (its newest that
// verifies), or any one safetensors file.
func Inspect(f FS, path string) (*Info, error) {
	if filepath.Ext(path) == ".safetensors" {
		return inspectFile(f, path)
	}
	at, err := locate(f, path)
	if err != nil {
		return nil, err
	}
	if at.one == "" {
		which := at.which
		if which == "" {
			which = last
		}
		c, _, err := Load(f, at.dir, which)
		if err != nil {
			return nil, err
		}
		at.one = filepath.Join(at.dir, c.Name)
	}
	m, contents, err := verify(f, at.one)
	if err != nil {
		return nil, err
	}
	info := &Info{
		Path: at.one, Version: m.Version, Program: m.Program, Step: m.Step, Epoch: m.Epoch, Best: m.Best,
		TrainLoss: float64(m.TrainLoss), ValidationLoss: float64(m.ValidationLoss), DataHash: m.DataHash,
	}
	for i, c := range contents {
		info.Files = append(info.Files, fileInfo(m.Files[i], c))
	}
	return info, nil
}

// inspectFile shows one file alone: what its format says, without a manifest to compare it with.
func inspectFile(f FS, path string) (*Info, error) {
	if _, err := f.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Path: path, Reason: "it does not exist", Advice: "name a checkpoint, a run or a safetensors file", Err: err}
	}
	b, err := readFile(f, path, maxAlone)
	if err != nil {
		return nil, err
	}
	tensors, metadata, err := DecodeSafetensors(b)
	if err != nil {
		return nil, damaged(path, "%s", bare(err))
	}
	info := &Info{Path: path}
	if v, err := strconv.Atoi(metadata[versionKey]); err == nil {
		info.Version = v
	}
	entry := newFileEntry(filepath.Base(path), b, tensors)
	info.Files = []FileInfo{fileInfo(entry, content{path, tensors, metadata})}
	return info, nil
}

func fileInfo(e fileEntry, c content) FileInfo {
	info := FileInfo{Name: e.Name, Bytes: e.Bytes, SHA256: e.SHA256, Metadata: c.metadata}
	for i, t := range e.Tensors {
		info.Tensors = append(info.Tensors, TensorInfo{t.Name, t.DType, t.Shape, len(c.tensors[i].Data), t.CRC32C})
	}
	return info
}
