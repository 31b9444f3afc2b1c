// Package record answers one question: which files of a directory did recur write itself?
//
// The answer is a file of names (not of contents) in every directory that recur writes. A name goes in, durable, before the
// file that it stands for is made, so that a kill at any moment leaves no file of recur's that it does not know again.
// Only what the record names is ever overwritten or removed, and only while it is what recur makes: a plain file, or a
// directory with nothing left in it. A link that stands in its place is somebody else's.
package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"recur/checkpoint"
)

// Name is the file that holds the record, in the directory that it is of.
const Name = ".recur.json"

// Temporary is the name under which any file of the directory is written before it gets its own.
const Temporary = ".recur.tmp"

// temporary is the record while it is being written.
const temporary = Name + ".tmp"

// maxSize is the largest record that is read, in bytes: that of some hundred thousand files.
const maxSize = 16 << 20

// Kind says what a directory is for.
type Kind string

// The kinds of directories that recur writes.
const (
	Run        Kind = "run" // of one network or of an ensemble
	Comparison Kind = "comparison"
	Backtest   Kind = "backtest"
	Plots      Kind = "plots"
)

// Record names the files of a directory that recur wrote.
type Record struct {
	Schema int      `json:"schema"`
	Kind   Kind     `json:"kind"`
	Files  []string `json:"files"` // below the directory, with slashes, sorted; those of directories end in one
}

// Foreign is the error of something that recur did not write and will not touch.
type Foreign struct {
	Path   string
	What   string // what it is: "was not written by recur"
	Advice string
}

func (e *Foreign) Error() string { return e.Path + " " + e.What + "; " + e.Advice }

// adviceMove is what to do about a file that is in the way.
const adviceMove = "move it to another place, or take another directory with --run DIR"

// Read reads the record of a directory; nil where there is none.
func Read(dir string) (*Record, error) {
	path := filepath.Join(dir, Name)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	foreign := &Foreign{path, "is not the record of recur's files that its name says", adviceMove}
	if !info.Mode().IsRegular() || info.Size() > maxSize {
		return nil, foreign
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := parse(b)
	if err != nil {
		foreign.What += ": " + err.Error()
		return nil, foreign
	}
	return r, nil
}

// parse reads a record. Nothing that it names leads out of its directory.
func parse(b []byte) (*Record, error) {
	var r Record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, err
	}
	if r.Schema != 1 || r.Kind == "" {
		return nil, fmt.Errorf("its schema is %d and its kind %q, want 1 and one of run, comparison, backtest, plots", r.Schema, r.Kind)
	}
	for _, name := range r.Files {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("it names %q, which is outside its directory", name)
		}
	}
	return &r, nil
}

// Has says whether the record names a file, or with a slash at its end a directory.
func (r *Record) Has(name string) bool { return r != nil && slices.Contains(r.Files, name) }

// Leftover says whether an entry of a directory without a record is what a process leaves behind that is killed while it
// writes the first one.
func Leftover(dir, entry string) bool {
	if entry != temporary {
		return false
	}
	b, err := readPlain(filepath.Join(dir, entry))
	head := []byte(`{"schema":`)
	return err == nil && bytes.HasPrefix(b, head[:min(len(b), len(head))])
}

// readPlain reads a plain file that is no larger than a record.
func readPlain(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxSize) {
		err = fs.ErrInvalid
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// changes keeps the changes of this process apart; other processes are kept out by the lock of the directory.
var changes sync.Mutex

// Begin makes the record of a directory that names these files, in the place of what there is.
func Begin(dir string, kind Kind, names ...string) error {
	changes.Lock()
	defer changes.Unlock()
	return (&Record{Schema: 1, Kind: kind}).change(dir, names, nil)
}

// Claim notes that recur is about to write these files. It refuses what is there and not in the record, with *Foreign, and
// then notes none. A directory that is there already may be used, but does not become recur's.
func Claim(dir string, names ...string) error {
	changes.Lock()
	defer changes.Unlock()
	r, err := must(dir)
	if err != nil {
		return err
	}
	var made []string
	for _, name := range names {
		there, err := r.look(dir, name)
		if err != nil {
			return err
		}
		if !there || !strings.HasSuffix(name, "/") {
			made = append(made, name)
		}
	}
	return r.change(dir, made, nil)
}

// Check is Claim without a note.
func (r *Record) Check(dir string, names ...string) error {
	for _, name := range names {
		if _, err := r.look(dir, name); err != nil {
			return err
		}
	}
	return nil
}

// Change adds names that are known to be recur's, and takes others away.
func Change(dir string, add, drop []string) error {
	changes.Lock()
	defer changes.Unlock()
	r, err := must(dir)
	if err != nil {
		return err
	}
	return r.change(dir, add, drop)
}

// must reads a record that has to be there.
func must(dir string) (*Record, error) {
	r, err := Read(dir)
	if err == nil && r == nil {
		err = fmt.Errorf("%s is missing", filepath.Join(dir, Name))
	}
	return r, err
}

// look says whether a file is there; where it is not recur's, or the way to it leads through a link, that is an error.
func (r *Record) look(dir, name string) (bool, error) {
	parts := strings.Split(strings.TrimSuffix(name, "/"), "/")
	for i := range parts {
		path := filepath.Join(dir, filepath.Join(parts[:i+1]...))
		directory := i+1 < len(parts) || strings.HasSuffix(name, "/")
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return false, nil
		case err != nil:
			return false, err
		case info.Mode()&fs.ModeSymlink != 0:
			return false, &Foreign{path, "is a link that recur did not make", adviceMove}
		case directory && !info.IsDir():
			return false, &Foreign{path, "is a file, and recur needs a directory of that name", adviceMove}
		case directory:
			continue
		case !info.Mode().IsRegular():
			return false, &Foreign{path, "is no plain file, and recur would write one of that name", adviceMove}
		case !r.Has(name):
			return false, &Foreign{path, "was not written by recur, which would overwrite it", adviceMove}
		}
	}
	return true, nil
}

// change writes the record anew where that makes a difference.
func (r *Record) change(dir string, add, drop []string) error {
	files := slices.DeleteFunc(append(slices.Clone(r.Files), add...), func(n string) bool { return slices.Contains(drop, n) })
	slices.Sort(files)
	files = slices.Compact(files)
	if slices.Equal(files, r.Files) {
		return nil
	}
	r.Files = files
	return r.write(dir)
}

// write puts the record into its place, whole or not at all, a power cut included.
func (r *Record) write(dir string) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, temporary)
	if _, err := os.Lstat(path); err == nil {
		if !Leftover(dir, temporary) {
			return &Foreign{path, "was not written by recur, which would overwrite it", adviceMove}
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	if err := WriteNew(path, append(b, '\n')); err != nil {
		return err
	}
	if err := os.Rename(path, filepath.Join(dir, Name)); err != nil {
		return err
	}
	return checkpoint.OS().SyncDir(dir)
}

// WriteNew writes a file that must not be there yet and makes its content durable; what can't be written whole is removed.
func WriteNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(path)
	}
	return err
}

// Remove removes files that the record names, where they are plain files, and directories that it names, where they are
// empty. Everything else stays.
func Remove(dir string, names ...string) error {
	r, err := Read(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !r.Has(name) {
			continue
		}
		there, err := r.look(dir, name)
		var foreign *Foreign
		if errors.As(err, &foreign) {
			continue
		}
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		err = os.Remove(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(name, "/") {
			return err
		}
	}
	return nil
}

// Forget removes the record itself, of a directory that is to go.
func Forget(dir string) error {
	r, err := Read(dir)
	if r == nil || err != nil {
		return err
	}
	return os.Remove(filepath.Join(dir, Name))
}
