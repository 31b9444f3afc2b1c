package checkpoint

import (
	"path/filepath"
	"strconv"
)

// readManifest reads the manifest of one checkpoint.
func readManifest(f FS, path string) (*manifest, error) {
	name := filepath.Join(path, manifestName)
	b, err := readFile(f, name, maxManifest)
	if err != nil {
		return nil, err
	}
	m, err := decodeManifest(name, b)
	if err != nil {
		return nil, err
	}
	if n, ok := parseName(filepath.Base(path)); ok && n.step != m.Step {
		return nil, damaged(name, "it is of step %d, its directory says %d", m.Step, n.step)
	}
	return m, nil
}

// content is what one safetensors file holds.
type content struct {
	path     string
	tensors  []Tensor
	metadata map[string]string
}

// verify reads one checkpoint and compares every byte with its manifest. The contents are in the order of parts.
func verify(f FS, path string) (*manifest, []content, error) {
	m, err := readManifest(f, path)
	if err != nil {
		return nil, nil, err
	}
	var contents []content
	for i := range m.Files {
		entry := &m.Files[i]
		c := content{path: filepath.Join(path, entry.Name)}
		b, err := readFile(f, c.path, entry.Bytes)
		if err != nil {
			return nil, nil, err
		}
		if c.tensors, c.metadata, err = entry.verify(c.path, b); err != nil {
			return nil, nil, err
		}
		if got, want := c.metadata[versionKey], strconv.Itoa(m.Version); got != want {
			return nil, nil, damaged(c.path, "its format version is %q, the manifest says %q", got, want)
		}
		contents = append(contents, c)
	}
	return m, contents, nil
}

// read reads one checkpoint, all of it verified.
func read(f FS, path string) (*Checkpoint, error) {
	m, contents, err := verify(f, path)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{
		Step: m.Step, Epoch: m.Epoch, Best: m.Best, TrainLoss: float64(m.TrainLoss), ValidationLoss: float64(m.ValidationLoss),
		DataHash: m.DataHash, Program: m.Program, Name: nameOf(m.Step),
	}
	if n, ok := parseName(filepath.Base(path)); ok {
		c.Name = n.name
	}
	for i, part := range contents {
		if err := parts[i].decode(c, part); err != nil {
			return nil, incompatible(part.path, m.Program, err)
		}
	}
	c.nameLabelled()
	if err := c.nameTargets(); err != nil {
		return nil, incompatible(path, m.Program, err)
	}
	return c, nil
}
