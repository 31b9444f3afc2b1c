// Package crashfs is a file system in memory that lies the way disks do. It keeps apart what programs see and what would
// be there after a power cut: content that was not synced may survive in part, names that were not synced in any subset.
// Every call can be made to fail. It is made for tests of whatever saves through checkpoint.FS.
package crashfs

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"recur/checkpoint"
)

// FS is a file system in memory. It can be used by several goroutines.
type FS struct {
	mu     sync.Mutex
	root   *node
	calls  int
	inject func(Call) error
}

// Call is one call of an FS or of one of its files.
type Call struct {
	Number int    // counted from 0
	Kind   string // open create mkdir rename remove readdir stat sync syncdir read write close
	Name   string
}

// ErrShortWrite, when injected into a write, lets half of the bytes through and returns ENOSPC.
var ErrShortWrite = errors.New("short write")

var _ checkpoint.FS = (*FS)(nil)

// New returns an empty file system with only a root.
func New() *FS { return &FS{root: newDir()} }

// Inject sets a function that sees every call from now on; where it returns an error the call fails with it. A failed
// sync loses what it should have made durable: a later sync of the same file succeeds and changes nothing, as on Linux.
func (f *FS) Inject(inject func(Call) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.inject = 0, inject
}

// Calls returns the number of calls since New or Inject.
func (f *FS) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// enter counts a call and returns the error to inject; the lock is held.
func (f *FS) enter(kind, name string) error {
	n := f.calls
	f.calls++
	if f.inject == nil {
		return nil
	}
	if err := f.inject(Call{n, kind, name}); err != nil {
		return &fs.PathError{Op: kind, Path: name, Err: err}
	}
	return nil
}

// node is a file or a directory.
type node struct {
	dir bool

	// A directory: what is seen, what is durable, and the changes in between.
	entries, durable map[string]*node
	pending          []change

	// A file: what is seen and what is durable.
	content, synced []byte
	lost            bool // a sync failed: later ones do nothing until something new is written
}

// change is one change of a directory's names that is not durable yet: what was called from is now called to. An empty
// from is a new name, an empty to a removed one.
type change struct {
	from, to string
	what     *node
	lost     bool // a sync failed: later ones leave it pending
}

func newDir() *node {
	return &node{dir: true, entries: map[string]*node{}, durable: map[string]*node{}}
}

// apply makes a change in m. It goes by the node, so that any subset of changes makes sense.
func (c change) apply(m map[string]*node) {
	if c.from != "" && m[c.from] == c.what {
		delete(m, c.from)
	}
	if c.to != "" {
		m[c.to] = c.what
	}
}

func (n *node) change(c change) {
	c.apply(n.entries)
	n.pending = append(n.pending, c)
}

// find returns the node at a path.
func (f *FS) find(path string) (*node, error) {
	n := f.root
	for part := range strings.SplitSeq(filepath.ToSlash(filepath.Clean(path)), "/") {
		if part == "" || part == "." {
			continue
		}
		if !n.dir {
			return nil, syscall.ENOTDIR
		}
		next, ok := n.entries[part]
		if !ok {
			return nil, syscall.ENOENT
		}
		n = next
	}
	return n, nil
}

// parent returns the directory that holds path and the last part of path.
func (f *FS) parent(path string) (*node, string, error) {
	n, err := f.find(filepath.Dir(path))
	if err == nil && !n.dir {
		err = syscall.ENOTDIR
	}
	return n, filepath.Base(path), err
}

// add puts a new node at a path that must be free.
func (f *FS) add(kind, name string, n *node) error {
	if err := f.enter(kind, name); err != nil {
		return err
	}
	dir, base, err := f.parent(name)
	if err == nil && dir.entries[base] != nil {
		err = syscall.EEXIST
	}
	if err != nil {
		return &fs.PathError{Op: kind, Path: name, Err: err}
	}
	dir.change(change{to: base, what: n})
	return nil
}

// Mkdir makes a directory; its entry is not durable before SyncDir of its parent.
func (f *FS) Mkdir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.add("mkdir", name, newDir())
}

// Create opens a new, empty file for writing; like its bytes, its entry is not durable before it is synced.
func (f *FS) Create(name string) (checkpoint.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := &node{}
	if err := f.add("create", name, n); err != nil {
		return nil, err
	}
	return &file{fs: f, name: name, node: n}, nil
}

// Open opens a file or a directory for reading.
func (f *FS) Open(name string) (checkpoint.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.look("open", name)
	if err != nil {
		return nil, err
	}
	return &file{fs: f, name: name, node: n}, nil
}

func (f *FS) look(kind, name string) (*node, error) {
	if err := f.enter(kind, name); err != nil {
		return nil, err
	}
	n, err := f.find(name)
	if err != nil {
		return nil, &fs.PathError{Op: kind, Path: name, Err: err}
	}
	return n, nil
}

// Rename gives a file or directory another name in the same directory. It replaces a file or an empty directory.
func (f *FS) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.look("rename", from)
	if err != nil {
		return err
	}
	dir, oldBase, _ := f.parent(from)
	other, base, err := f.parent(to)
	if err == nil {
		err = refuse(dir, other, n, other.entries[base])
	}
	if err != nil {
		return &fs.PathError{Op: "rename", Path: to, Err: err}
	}
	dir.change(change{from: oldBase, to: base, what: n})
	return nil
}

// refuse says why n in dir can't take the place of there in other.
func refuse(dir, other, n, there *node) error {
	switch {
	case dir != other:
		return syscall.EXDEV
	case there == nil || there == n:
		return nil
	case n.dir && !there.dir:
		return syscall.ENOTDIR
	case !n.dir && there.dir:
		return syscall.EISDIR
	case len(there.entries) > 0:
		return syscall.ENOTEMPTY
	}
	return nil
}

// Remove takes away a file or an empty directory; a power cut before SyncDir may bring it back.
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.look("remove", name)
	if err != nil {
		return err
	}
	if len(n.entries) > 0 {
		return &fs.PathError{Op: "remove", Path: name, Err: syscall.ENOTEMPTY}
	}
	dir, base, _ := f.parent(name)
	dir.change(change{from: base, what: n})
	return nil
}

// ReadDir lists a directory by name.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.look("readdir", name)
	if err != nil {
		return nil, err
	}
	var entries []fs.DirEntry
	for base, child := range n.entries {
		entries = append(entries, fs.FileInfoToDirEntry(info{base, child.dir, int64(len(child.content))}))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Lstat is Stat: there are no links.
func (f *FS) Lstat(name string) (fs.FileInfo, error) { return f.Stat(name) }

// Stat describes what name leads to.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.look("stat", name)
	if err != nil {
		return nil, err
	}
	return info{filepath.Base(name), n.dir, int64(len(n.content))}, nil
}

// SyncDir makes the entries of a directory durable.
func (f *FS) SyncDir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.find(name)
	if err := f.enter("syncdir", name); err != nil {
		if n != nil {
			for i := range n.pending {
				n.pending[i].lost = true
			}
		}
		return err
	}
	if err != nil {
		return &fs.PathError{Op: "syncdir", Path: name, Err: err}
	}
	var left []change
	for i, c := range n.pending {
		switch {
		case !c.lost:
			c.apply(n.durable)
		case !slices.ContainsFunc(n.pending[i+1:], c.overtakenBy):
			left = append(left, c)
		}
	}
	n.pending = left
	return nil
}

// overtakenBy says whether a later change settles what became of a lost one.
func (c change) overtakenBy(later change) bool {
	same := func(name string) bool { return name != "" && (name == later.from || name == later.to) }
	return !later.lost && (c.what == later.what || same(c.from) || same(c.to))
}

// info is what Stat says.
type info struct {
	name string
	dir  bool
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) IsDir() bool        { return i.dir }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}

// file is an open file.
type file struct {
	fs   *FS
	name string
	node *node
	at   int
}

func (h *file) Read(b []byte) (int, error) {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if err := h.fs.enter("read", h.name); err != nil {
		return 0, err
	}
	if h.node.dir {
		return 0, &fs.PathError{Op: "read", Path: h.name, Err: syscall.EISDIR}
	}
	if h.at >= len(h.node.content) && len(b) > 0 {
		return 0, io.EOF
	}
	n := copy(b, h.node.content[h.at:])
	h.at += n
	return n, nil
}

// Write appends.
func (h *file) Write(b []byte) (int, error) {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	err := h.fs.enter("write", h.name)
	if errors.Is(err, ErrShortWrite) {
		b, err = b[:len(b)/2], &fs.PathError{Op: "write", Path: h.name, Err: syscall.ENOSPC}
	} else if err != nil {
		return 0, err
	}
	h.node.content = append(h.node.content, b...)
	h.node.lost = false
	return len(b), err
}

func (h *file) Sync() error {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if err := h.fs.enter("sync", h.name); err != nil {
		h.node.lost = true
		return err
	}
	if !h.node.lost {
		h.node.synced = slices.Clone(h.node.content)
	}
	return nil
}

func (h *file) Close() error {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	return h.fs.enter("close", h.name)
}
