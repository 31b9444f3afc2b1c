// Package mutate answers one question: does a parser stand what a hostile file may hold?
//
// Fuzz makes one function do three things. `go test` tries the seeds, the kept corpus in testdata/fuzz, and a few thousand
// changed copies of them. RECUR_FUZZ=n tries n changed copies; with -cover and RECUR_KEEP=1 those that reach code which no
// input before them reached are added to the corpus. `go test -fuzz` hands the target to the engine of the Go tools, which
// counts more finely and is a hundred times slower, as it asks another process for every try. Each try in this process is
// watched: it may not panic, take more than a second, or take more than 256 MiB.
package mutate

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Target is a parser and what it is tried with.
type Target struct {
	Seeds []string // inputs that reach its parts
	Words []string // of its language: put in where chance says so
	Limit int      // the longest input in bytes; 0 means 4096
	Try   func(t testing.TB, b []byte)
}

// short is how many changed copies a plain `go test` tries.
const short = 2000

// Fuzz runs the target for f, whose name begins with Fuzz. RECUR_SEED=n makes it try the same inputs as the run that
// printed n. An input that fails is written to testdata/fuzz, where the next `go test` finds it.
func Fuzz(f *testing.F, target Target) {
	for _, s := range target.Seeds {
		f.Add([]byte(s))
	}
	if !searching() {
		run(f, target)
	}
	f.Fuzz(func(t *testing.T, b []byte) { target.Try(t, b) })
}

// searching says that this is `go test -fuzz` or one of its workers.
func searching() bool {
	for _, name := range []string{"test.fuzz", "test.fuzzworker"} {
		if v := flag.Lookup(name); v != nil && v.Value.String() != "" && v.Value.String() != "false" {
			return true
		}
	}
	return false
}

// run tries changed copies of the seeds and the kept corpus.
func run(f *testing.F, target Target) {
	n, seed := int(number(f, "RECUR_FUZZ", short)), number(f, "RECUR_SEED", firstSeed())
	dir := filepath.Join("testdata", "fuzz", f.Name())
	corpus, err := kept(dir)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range target.Seeds {
		corpus = append(corpus, []byte(s))
	}
	f.Logf("%s: %d inputs from %d, RECUR_SEED=%d", f.Name(), n, len(corpus), seed)
	m := newMutator(seed, corpus, target)
	w := newWatch(func(b []byte) string { return keep(dir, b) })
	defer w.end()
	reach := newReach(f, target.Try, corpus)
	for i := range n {
		b := m.input(uint64(i))
		if fault := w.try(f, target.Try, bytes.Clone(b)); fault != "" {
			f.Fatalf("input %d: %s", i, fault)
		}
		if reach.further() {
			keep(dir, b)
			m.corpus = append(m.corpus, b)
		}
	}
	f.Logf("%s: the slowest took %v, the largest %d KiB", f.Name(), w.slowest, w.largest>>10)
}

// firstSeed is new where a search was asked for: a plain `go test` finds the same each time, so that what it says is of the change that
// it tests.
func firstSeed() uint64 {
	if os.Getenv("RECUR_FUZZ") == "" {
		return 1
	}
	return uint64(rand.Int64())
}

// reach is how much of the code has been reached, where that is asked for.
type reach struct {
	asked   bool
	covered float64 // a share of the statements
}

func newReach(t testing.TB, try func(testing.TB, []byte), corpus [][]byte) *reach {
	r := &reach{asked: testing.CoverMode() != "" && os.Getenv("RECUR_KEEP") != ""}
	if r.asked {
		for _, b := range corpus {
			try(t, bytes.Clone(b))
		}
		r.further()
	}
	return r
}

// further says that the last try has reached more than all before.
func (r *reach) further() bool {
	if !r.asked {
		return false
	}
	before := r.covered
	r.covered = testing.Coverage()
	return r.covered > before
}

// number is a whole number from the environment.
func number(f *testing.F, name string, otherwise uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		f.Fatalf("%s is %q, want a whole number", name, text)
	}
	return n
}

// header begins a file of a corpus, as the Go tools write it.
const header = "go test fuzz v1\n[]byte("

// kept reads the corpus of a target.
func kept(dir string) ([][]byte, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for _, name := range names { // sorted, so that a seed means the same everywhere
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s := string(text)
		if len(s) < len(header)+2 || s[:len(header)] != header {
			return nil, fmt.Errorf("%s is no file of a corpus of []byte", name)
		}
		b, err := strconv.Unquote(s[len(header) : len(s)-2])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, []byte(b))
	}
	return all, nil
}

// keep writes an input into a corpus and returns the file's name, or why there is none.
func keep(dir string, b []byte) string {
	sum := sha256.Sum256(b)
	path := filepath.Join(dir, fmt.Sprintf("%x", sum[:8]))
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(header+strconv.Quote(string(b))+")\n"), 0o644)
	}
	if err != nil {
		return err.Error()
	}
	return path
}
