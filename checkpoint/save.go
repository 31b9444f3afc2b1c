package checkpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

// Save writes c as dir/step-%06d and points dir/last, and dir/best when best is set, at it. It returns the name once the
// checkpoint is durable, also when only what follows (the pointers, hiding older ones) failed. dir is made when it is
// missing. c.Name, c.Best and an empty c.Program are filled in.
//
// The protocol: everything goes into a temporary directory beside; every file and the directory are synced; the directory
// is renamed to its final name; dir is synced. Only then the pointers are written in the same way and older checkpoints
// removed, the two newest complete ones and the newest best one excepted. A kill or a power cut at any moment leaves the
// earlier checkpoints as they were or the new one complete. After a failed sync, all is written once more into new files.
// A save of a step that is there replaces it; until the new one is durable the old one stays beside it as step-N.old.
// Nothing that is no part of a checkpoint is removed or moved, and no checkpoint in whose directory such a thing lies.
// One process saves at a time: see Lock.
func Save(f FS, dir string, c *Checkpoint, isBest bool) (string, error) {
	name := nameOf(c.Step)
	c.Best = isBest || wasBest(f, filepath.Join(dir, name), c)
	if c.Program == "" {
		c.Program = program()
	}
	files, err := encode(c)
	if err != nil {
		return "", &Error{Path: filepath.Join(dir, name), Reason: "it can't be saved: " + bare(err), Err: err}
	}
	if err := prepare(f, dir); err != nil {
		return "", err
	}
	if foreign := Foreign(f, filepath.Join(dir, name)); foreign != "" {
		if !holds(f, filepath.Join(dir, name), files) {
			return "", &Error{Path: filepath.Join(dir, name), Reason: fmt.Sprintf("it holds %s, which is no part of a checkpoint, and can't be replaced", foreign), Advice: "move " + foreign + " to another place"}
		}
	} else if err := place(f, dir, name, files); err != nil {
		return "", err
	}
	c.Name = name
	return name, settle(f, dir, name)
}

// prepare makes dir, durable with the names above it. A pointer in it shows that a save did so already.
func prepare(f FS, dir string) error {
	if err := makeDirs(f, dir); err != nil {
		return err
	}
	if _, err := f.Lstat(filepath.Join(dir, last)); err == nil {
		return nil
	}
	return syncAbove(f, dir)
}

// wasBest says whether the checkpoint that c replaces has the same weights and was the best: then c is the best, too.
func wasBest(f FS, path string, c *Checkpoint) bool {
	earlier, contents, err := verify(f, path)
	return err == nil && earlier.Best && slices.EqualFunc(contents[0].tensors, c.Weights, func(a, b Tensor) bool {
		return a.Name == b.Name && a.DType == b.DType && slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)
	})
}

// holds says whether a directory holds these files, byte for byte.
func holds(f FS, path string, files []file) bool {
	return !slices.ContainsFunc(files, func(w file) bool {
		b, err := readFile(f, filepath.Join(path, w.name), anySize)
		return err != nil || !bytes.Equal(b, w.bytes)
	})
}

// program names this build.
func program() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return "recur " + info.Main.Version
	}
	return "recur"
}

// file is one file of a checkpoint before it is written.
type file struct {
	name  string
	bytes []byte
}

// encode returns the files of a checkpoint, the manifest last. Equal checkpoints give equal bytes.
func encode(c *Checkpoint) ([]file, error) {
	if c.Step < 0 || c.Epoch < 0 {
		return nil, fmt.Errorf("step %d or epoch %d is negative", c.Step, c.Epoch)
	}
	m := manifest{
		Format: manifestFormat, Version: Version, Program: c.Program, Step: c.Step, Epoch: c.Epoch, Best: c.Best,
		TrainLoss: number(c.TrainLoss), ValidationLoss: number(c.ValidationLoss), DataHash: c.DataHash,
	}
	var files []file
	for _, p := range parts {
		if p.name == trainingName && c.Training == nil {
			continue
		}
		tensors, metadata, err := p.encode(c)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := EncodeSafetensors(&b, tensors, metadata); err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		sorted, _ := layout(tensors) // cannot fail: it was just written
		m.Files = append(m.Files, newFileEntry(p.name, b.Bytes(), sorted))
		files = append(files, file{p.name, b.Bytes()})
	}
	b, err := m.encode()
	if err != nil {
		return nil, err
	}
	return append(files, file{manifestName, b}), nil
}

// parts are the safetensors files of a checkpoint in the order of the manifest.
var parts = []struct {
	name   string
	encode func(*Checkpoint) ([]Tensor, map[string]string, error)
	decode func(c *Checkpoint, from content) error
}{
	{modelName, encodeModel, decodeModel},
	{dataName, encodeData, decodeData},
	{trainingName, encodeTraining, decodeTraining},
}

// place writes the files and makes them durable under their final name. A failed sync leaves it unknown what the disk
// holds, so everything is written once more, into new files.
func place(f FS, dir, name string, files []file) error {
	var err error
	for range 2 {
		clean(f, dir, false)
		err = placeOnce(f, dir, name, files)
		var unsynced *syncError
		if !errors.As(err, &unsynced) {
			return err
		}
	}
	return err
}

func placeOnce(f FS, dir, name string, files []file) error {
	temp, err := makeTemp(f, dir, name)
	if err != nil {
		return err
	}
	final := filepath.Join(dir, name)
	if err := fill(f, temp, files); err != nil {
		_ = removeAll(f, temp) // what can't be removed now is removed by the next save
		return err
	}
	if err := moveAside(f, dir, name); err != nil {
		_ = removeAll(f, temp)
		return err
	}
	if err := f.Rename(temp, final); err != nil {
		_ = removeAll(f, temp)
		return failed(final, "give it its name", err)
	}
	return syncDir(f, dir)
}

// makeTemp makes a temporary directory whose name is free.
func makeTemp(f FS, dir, name string) (string, error) {
	for i := 0; ; i++ {
		temp := filepath.Join(dir, temporary+name+"-"+strconv.Itoa(i))
		err := f.Mkdir(temp)
		if err == nil {
			return temp, nil
		}
		if !errors.Is(err, fs.ErrExist) || i == 1000 {
			return "", failed(temp, "make the directory", err)
		}
	}
}

func fill(f FS, dir string, files []file) error {
	for _, w := range files {
		if err := writeFile(f, filepath.Join(dir, w.name), w.bytes); err != nil {
			return err
		}
	}
	return syncDir(f, dir)
}

// moveAside renames a checkpoint whose name is taken to name.old, where Load still finds it. When there is a name.old
// already, whichever of the two verifies is the one to keep; the other is hidden and removed by the next save.
func moveAside(f FS, dir, name string) error {
	final, old := filepath.Join(dir, name), filepath.Join(dir, name+replaced)
	_, err := f.Lstat(final)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return failed(final, "look at it", err)
	}
	if foreign := Foreign(f, old); foreign != "" {
		return &Error{Path: old, Reason: fmt.Sprintf("it holds %s, which is no part of a checkpoint, and is in the way", foreign), Advice: "move " + foreign + " to another place"}
	}
	if _, err := f.Lstat(old); err == nil {
		remove := old
		if _, _, err := verify(f, final); err != nil {
			remove = final
		}
		if err := hide(f, remove); err != nil {
			return err
		}
		if remove == final {
			return nil
		}
	}
	if err := f.Rename(final, old); err != nil {
		return failed(final, "move it aside", err)
	}
	return nil
}

// hide renames a checkpoint to a temporary name that is free. Its files may go only when the directory is
// synced: otherwise a power cut could bring it back without some of them.
func hide(f FS, path string) error {
	dir, name := filepath.Split(path)
	for i := 0; ; i++ {
		temp := filepath.Join(dir, hidden+name+"-"+strconv.Itoa(i))
		if _, err := f.Lstat(temp); err == nil && i < 1000 {
			continue
		}
		if err := f.Rename(path, temp); err != nil {
			return failed(path, "move it aside", err)
		}
		return nil
	}
}

// clean removes what saves left unfinished or hid. What can't be removed is in nobody's way. What was hidden is removed
// only when its new name is durable: synced says that dir was synced just now.
func clean(f FS, dir string, synced bool) {
	entries, err := f.ReadDir(dir)
	if err != nil {
		return
	}
	var leftover []string
	wait := false
	for _, e := range entries {
		if _, ok := Of(e.Name()); ok && strings.HasPrefix(e.Name(), temporary) {
			leftover = append(leftover, filepath.Join(dir, e.Name()))
			wait = wait || strings.HasPrefix(e.Name(), hidden)
		}
	}
	if wait && !synced && syncDir(f, dir) != nil {
		return
	}
	for _, path := range leftover {
		_ = removeAll(f, path)
	}
}
