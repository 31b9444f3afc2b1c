package mutate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The same seed gives the same inputs, whichever came before; another seed gives others.
func TestInputsFollowFromTheSeed(t *testing.T) {
	target := Target{Words: []string{"word"}, Limit: 50}
	corpus := [][]byte{[]byte("a,b,12\n"), []byte(`{"key": 3.5}`), {}}
	one, two, other := newMutator(7, corpus, target), newMutator(7, corpus, target), newMutator(8, corpus, target)
	different, others := map[string]bool{}, 0
	for i := range uint64(2000) {
		a := one.input(i)
		if len(a) > 50 {
			t.Fatalf("input %d has %d bytes, want at most 50", i, len(a))
		}
		two.input(i + 1)
		if b := two.input(i); !bytes.Equal(a, b) {
			t.Fatalf("input %d is %q and %q", i, a, b)
		}
		if !bytes.Equal(a, other.input(i)) {
			others++
		}
		different[string(a)] = true
	}
	if len(different) < 1000 || others < 1000 {
		t.Errorf("%d of 2000 inputs differ from each other, %d from those of another seed", len(different), others)
	}
	if string(corpus[0]) != "a,b,12\n" {
		t.Errorf("the corpus has changed: %q", corpus[0])
	}
}

// Each kind of change happens: what is tried reaches lengths, bytes, words and numbers.
func TestChangesAreOfAllKinds(t *testing.T) {
	m := newMutator(1, [][]byte{[]byte("one=1;two=2")}, Target{Words: []string{"WORD"}})
	longer, shorter, number, word, byteChanged := 0, 0, 0, 0, 0
	for i := range uint64(2000) {
		b := string(m.input(i))
		switch {
		case len(b) > 11:
			longer++
		case len(b) < 11:
			shorter++
		default:
			byteChanged++
		}
		if strings.Contains(b, "9223372036854775807") {
			number++
		}
		if strings.Contains(b, "WORD") {
			word++
		}
	}
	for what, n := range map[string]int{"longer": longer, "shorter": shorter, "as long": byteChanged, "with a number": number, "with a word": word} {
		if n < 5 {
			t.Errorf("%d of 2000 are %s", n, what)
		}
	}
}

// A panic, a try that takes long, and one that takes much memory are told, and their inputs are kept.
func TestWatchTells(t *testing.T) {
	dir := t.TempDir()
	for want, f := range map[string]func(testing.TB, []byte){
		"panic: index out of range": func(_ testing.TB, b []byte) { panic("index out of range") },
		"it took 300 MiB":           func(testing.TB, []byte) { held = make([]byte, 300<<20) },
		"it took ":                  func(testing.TB, []byte) { work(60 * time.Millisecond) },
		"":                          func(testing.TB, []byte) { held = make([]byte, 100<<20) },
	} {
		input := []byte("in\x00put " + want)
		w := newWatch(func(b []byte) string { return keep(dir, b) })
		w.limit = 50 * time.Millisecond
		got := w.try(t, f, input)
		w.end()
		held = nil
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("got %q, want %q", got, want)
		}
		all, err := kept(dir)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, b := range all {
			found = found || bytes.Equal(b, input)
		}
		if found != (want != "") {
			t.Errorf("%q: the input is kept: %t", want, found)
		}
	}
}

var held []byte // so that the compiler does not leave out what is allocated

// work keeps a processor busy for so long; without a clock for that it only takes so long.
func work(d time.Duration) {
	from, told := Busy()
	began := time.Now()
	for now := from; told && now-from < d || !told && time.Since(began) < d; now, _ = Busy() {
	}
}

// Waiting does not count as work.
func TestWatchCountsWork(t *testing.T) {
	if _, told := Busy(); !told {
		t.Skip("the system does not tell how busy a process was")
	}
	w := newWatch(func([]byte) string { return "nowhere" })
	defer w.end()
	if got := w.try(t, func(testing.TB, []byte) { time.Sleep(1010 * time.Millisecond) }, nil); got != "" || w.slowest > maxTime/2 {
		t.Errorf("got %q after %v", got, w.slowest)
	}
}

// A slow try is tried again: the machine may have been busy.
func TestWatchForgivesOnce(t *testing.T) {
	w := newWatch(func([]byte) string { return "nowhere" })
	defer w.end()
	w.limit = 50 * time.Millisecond
	calls := 0
	if got := w.try(t, func(testing.TB, []byte) {
		if calls++; calls == 1 {
			work(60 * time.Millisecond)
		}
	}, nil); got != "" || calls != 2 {
		t.Errorf("got %q after %d calls", got, calls)
	}
}

func TestCorpusIsWhatTheGoToolsWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("go test fuzz v1\n[]byte(\"\\x00a\\\"\\n\")\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := kept(dir)
	if err != nil || fmt.Sprintf("%q", all) != `["\x00a\"\n"]` {
		t.Errorf("got %q, %v", all, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "b"), []byte("go test fuzz v1\nint(1)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := kept(dir); err == nil {
		t.Error("a corpus of another type is read")
	}
}

// Coverage is looked at only where it is asked for and counted.
func TestReachWantsToBeAsked(t *testing.T) {
	t.Setenv("RECUR_KEEP", "")
	tried := 0
	r := newReach(t, func(testing.TB, []byte) { tried++ }, [][]byte{{1}})
	if r.further() || tried != 0 {
		t.Errorf("it was not asked, and tried %d inputs", tried)
	}
	t.Setenv("RECUR_KEEP", "1")
	if testing.CoverMode() == "" {
		if r := newReach(t, nil, nil); r.further() {
			t.Error("nothing is counted, and it says that more was reached")
		}
	}
}
