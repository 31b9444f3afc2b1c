package crashfs

import (
	"errors"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
)

// ErrPower is what every call returns after a power cut made by CutAt.
var ErrPower = errors.New("the power is off")

// CutAt makes the call of that number, counted from now, and all after it fail. Crash then shows what is left.
func (f *FS) CutAt(number int) {
	f.Inject(func(c Call) error {
		if c.Number >= number {
			return ErrPower
		}
		return nil
	})
}

// sector is the unit in which content that was not synced survives.
const sector = 512

// Crash returns the file system as it might be found after a power cut at this moment. All that was synced is there. Of
// the other changes of a directory's names either the first few or any subset survive (a rename is one change); of
// content that was not synced a part, in which sectors may be zero, or nothing. f is not changed.
func (f *FS) Crash(r *rand.Rand) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &FS{root: f.root.survive(r, map[*node]*node{})}
}

// survive returns what is left of a node; a node under two names stays one.
func (n *node) survive(r *rand.Rand, done map[*node]*node) *node {
	if again, ok := done[n]; ok {
		return again
	}
	if !n.dir {
		left := n.leftover(r)
		done[n] = &node{content: left, synced: slices.Clone(left)}
		return done[n]
	}
	names := maps.Clone(n.durable)
	prefix := r.IntN(len(n.pending) + 1)
	ordered := r.IntN(2) == 0
	for i, c := range n.pending {
		if ordered && i < prefix || !ordered && r.IntN(2) == 0 {
			c.apply(names)
		}
	}
	fresh := newDir()
	done[n] = fresh
	for _, name := range slices.Sorted(maps.Keys(names)) { // sorted: the same r gives the same crash
		child := names[name].survive(r, done)
		fresh.entries[name], fresh.durable[name] = child, child
	}
	return fresh
}

// leftover returns what survives of a file's content.
func (n *node) leftover(r *rand.Rand) []byte {
	if slices.Equal(n.content, n.synced) {
		return slices.Clone(n.synced)
	}
	switch r.IntN(4) {
	case 0:
		return slices.Clone(n.synced)
	case 1:
		return slices.Clone(n.content)
	}
	left := slices.Clone(n.content[:len(n.synced)+r.IntN(len(n.content)-len(n.synced)+1)])
	for i := len(n.synced); i < len(left); i += sector {
		if r.IntN(2) == 0 {
			clear(left[i:min(i+sector, len(left))])
		}
	}
	return left
}

// Flip inverts one bit of a file, durably: what a failing disk does.
func (f *FS) Flip(name string, bit int) error {
	return f.edit(name, func(b []byte) []byte {
		b[bit/8] ^= 1 << (bit % 8)
		return b
	})
}

// Write replaces the content of a file, durably.
func (f *FS) Write(name string, content []byte) error {
	return f.edit(name, func([]byte) []byte { return slices.Clone(content) })
}

// Content returns the bytes of a file.
func (f *FS) Content(name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.find(filepath.Clean(name))
	if err != nil {
		return nil, err
	}
	return slices.Clone(n.content), nil
}

func (f *FS) edit(name string, change func([]byte) []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.find(name)
	if err != nil {
		return err
	}
	n.content = change(slices.Clone(n.content))
	n.synced = slices.Clone(n.content)
	return nil
}
