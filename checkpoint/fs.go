package checkpoint

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// FS is what Save and Load ask of a file system. OS is the real one; package crashfs has one that lies.
type FS interface {
	Open(name string) (File, error)             // an existing file, to read
	Create(name string) (File, error)           // a file that must not exist yet, to write
	Mkdir(name string) error                    // one directory that must not exist yet
	Rename(from, to string) error               // within one directory; replaces a file, not a directory
	Remove(name string) error                   // a file or an empty directory
	ReadDir(name string) ([]fs.DirEntry, error) // sorted by name
	Lstat(name string) (fs.FileInfo, error)     // doesn't follow a link
	Stat(name string) (fs.FileInfo, error)
	SyncDir(name string) error // makes the names in a directory durable
}

// File is an open file of an FS.
type File interface {
	io.Reader
	io.Writer
	Sync() error // makes the content durable; after an error the file must not be trusted again
	Close() error
}

// OS returns the file system of the machine.
func OS() FS { return osFS{} }

type osFS struct{}

func (osFS) Open(name string) (File, error) { return os.Open(name) }

func (osFS) Create(name string) (File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

func (osFS) Mkdir(name string) error                    { return os.Mkdir(name, 0o755) }
func (osFS) Rename(from, to string) error               { return os.Rename(from, to) }
func (osFS) Remove(name string) error                   { return os.Remove(name) }
func (osFS) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (osFS) Lstat(name string) (fs.FileInfo, error)     { return os.Lstat(name) }
func (osFS) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }

// SyncDir opens the directory anew, so that a failed sync is never repeated on the same handle. Windows has no sync of a
// directory: NTFS keeps its own journal.
func (osFS) SyncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // a file system that has no such thing
	}
	return errors.Join(err, d.Close())
}

// readFile reads a regular file of at most limit bytes; its size is looked at before memory is taken.
func readFile(f FS, path string, limit int64) ([]byte, error) {
	info, err := f.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Error{Path: path, Reason: "it is missing", Advice: adviceDamaged, Err: errors.Join(errDamaged, err)}
	case err != nil:
		return nil, failed(path, "look at it", err)
	case !info.Mode().IsRegular():
		return nil, damaged(path, "it is not a regular file")
	case info.Size() > limit:
		return nil, damaged(path, "it has %d bytes, at most %d are expected", info.Size(), limit)
	}
	r, err := f.Open(path)
	if err != nil {
		return nil, failed(path, "open it", err)
	}
	defer r.Close()
	b := make([]byte, info.Size())
	n, err := io.ReadFull(r, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, failed(path, "read it", err)
	}
	return b[:n], nil
}

// writeFile writes a new file and makes its content durable. A short write is an error.
func writeFile(f FS, path string, b []byte) error {
	w, err := f.Create(path)
	if err != nil {
		return failed(path, "create it", err)
	}
	n, err := w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		w.Close()
		return failed(path, "write it", err)
	}
	if err := w.Sync(); err != nil {
		w.Close()
		return failed(path, "make it durable", &syncError{err})
	}
	if err := w.Close(); err != nil {
		return failed(path, "close it", err)
	}
	return nil
}

// syncDir makes the names in a directory durable.
func syncDir(f FS, path string) error {
	if err := f.SyncDir(path); err != nil {
		return failed(path, "make its names durable", &syncError{err})
	}
	return nil
}

// syncError marks a failed sync: what was synced must be written anew, not synced again.
type syncError struct{ err error }

func (e *syncError) Error() string { return e.err.Error() }
func (e *syncError) Unwrap() error { return e.err }

// makeDirs makes path and the directories above it that are missing, each durable. One whose name could not be made
// durable is removed again, so that the next attempt makes it anew.
func makeDirs(f FS, path string) error {
	info, err := f.Stat(path)
	if err == nil {
		if !info.IsDir() {
			return &Error{Path: path, Reason: "it is not a directory", Advice: "name another run directory", Err: fs.ErrExist}
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return failed(path, "look at it", err)
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := makeDirs(f, parent); err != nil {
			return err
		}
	}
	if err := f.Mkdir(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return failed(path, "make the directory", err)
	}
	if err := syncDir(f, parent); err != nil {
		_ = f.Remove(path)
		return err
	}
	return nil
}

// syncAbove makes the name of a directory durable, and those of the run and of the directory of runs above it: whoever
// made them may not have done so.
func syncAbove(f FS, path string) error {
	for range 3 {
		parent := filepath.Dir(path)
		if parent == path {
			return nil
		}
		if err := syncDir(f, parent); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
		path = parent
	}
	return nil
}

// removeAll removes a checkpoint or a pointer: a file, or a directory and those of its files that are a checkpoint's. Where
// others lie in it, they and the directory stay. It does not follow links, and leaves them.
func removeAll(f FS, path string) error {
	info, err := f.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return failed(path, "look at it", err)
	}
	if info.IsDir() {
		entries, err := f.ReadDir(path)
		if err != nil {
			return failed(path, "list it", err)
		}
		foreign := false
		for _, e := range entries {
			if !isPart(e) {
				foreign = true
				continue
			}
			if err := remove(f, filepath.Join(path, e.Name())); err != nil {
				return err
			}
		}
		if foreign {
			return nil
		}
	} else if !info.Mode().IsRegular() {
		return nil
	}
	return remove(f, path)
}

func remove(f FS, path string) error {
	if err := f.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed(path, "remove it", err)
	}
	return nil
}

const anySize = math.MaxInt64
