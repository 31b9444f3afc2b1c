package series

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// streamed reads a file in blocks of about size bytes, whatever its own size is, and joins them.
func streamed(c *configs.Config, path string, size int) (*Dataset, *Stream, error) {
	s, err := openStream(c, path, 2, Frequency{}, 0, size)
	if err != nil || s.Whole != nil {
		return s.wholeOf(), s, err
	}
	joined := emptySet(data.ShortPath(path), c)
	err = data.InOrder(3, s.Blocks(), func(_ int, b Block) (*Dataset, error) { return b.Dataset() }, func(d *Dataset) error {
		joined.Series, joined.Frequency = append(joined.Series, d.Series...), d.Frequency
		return nil
	})
	joined.Notes = append(joined.Notes, append(s.Notes, s.Filled()...)...)
	return joined, s, err
}

func (s *Stream) wholeOf() *Dataset {
	if s == nil {
		return nil
	}
	return s.Whole
}

// groupedFile writes series of different lengths one after the other, some of them with gaps, quotes and missing values.
func groupedFile(t *testing.T, stamp func(i, row int) string) string {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 1))
	var b strings.Builder
	b.WriteString("name,date,value\n")
	for i := range 40 {
		name := fmt.Sprintf("s%02d", i)
		if i%7 == 3 {
			name = fmt.Sprintf("\"a \"\"%d\"\", two\nlines\"", i)
		}
		for row := range 3 + r.IntN(20) {
			if i%5 == 2 && row == 1 {
				continue // a gap
			}
			value := fmt.Sprint(r.IntN(1000))
			if r.IntN(9) == 0 {
				value = "NA"
			}
			fmt.Fprintf(&b, "%s,%s,%s\n", name, stamp(i, row), value)
		}
	}
	path := filepath.Join(t.TempDir(), "grouped.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A file in blocks of any size gives the series, the step of time and the notes of the file read at once.
func TestStreamIsTheFile(t *testing.T) {
	for name, stamp := range map[string]func(i, row int) string{
		"months":  func(i, row int) string { return fmt.Sprintf("%d-%02d-01", 1990+i%9+row/12, 1+row%12) },
		"numbers": func(i, row int) string { return fmt.Sprint(i + 2*row) },
		"days":    func(_, row int) string { return fmt.Sprintf("%d.1.2020", 1+row) },
	} {
		path := groupedFile(t, stamp)
		c := csvConfig(t, "series=name missing=interpolate")
		want, err := OpenCSV(c, path)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{1, 50, 700, 5000, 1 << 20} {
			got, s, err := streamed(c, path, size)
			if err != nil || s.Whole != nil {
				t.Fatalf("%s in blocks of %d: %v, read at once: %t", name, size, err, s.Whole != nil)
			}
			got.Hash = want.Hash
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s in blocks of %d: (-want +got)\n%s", name, size, diff)
			}
		}
	}
}

// What can't be read in blocks is read at once, with a note: rows of series that lie between each other, and time stamps whose
// form is not clear from the first block.
func TestStreamReadsAtOnce(t *testing.T) {
	years, months := "", ""
	for i := range 120 {
		years += fmt.Sprintf("a%d,%d,1\n", i/12, 1990+i%12)
		months += fmt.Sprintf("a%d,01/%02d/2020,1\n", i/12, 1+i%12)
	}
	for name, test := range map[string]struct{ src, note string }{
		"mixed":     {"name,date,value\na,1,1\nb,1,2\na,2,3\nb,2,4\n", `come back after other series: series "a" in line 4`},
		"ambiguous": {"name,date,value\n" + months + "b,13/02/2020,3\nb,13/03/2020,4\n", "not all written as the first"},
		"numbers":   {"name,date,value\n" + years + "b,999,3\nb,1000,4\n", "not all written as the first"},
	} {
		path := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(path, []byte(test.src), 0o644); err != nil {
			t.Fatal(err)
		}
		c := csvConfig(t, "series=name")
		want, wantErr := OpenCSV(c, path)
		got, s, err := streamed(c, path, 1)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Errorf("%s: %v, at once %v", name, err, wantErr)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		if s == nil || !slices.ContainsFunc(s.Notes, func(n string) bool { return strings.Contains(n, test.note) }) {
			t.Errorf("%s: notes %q, want %q", name, s.Notes, test.note)
		}
	}
}

// Faults of the rows have the messages and lines that they have in a file read at once.
func TestStreamFaults(t *testing.T) {
	good := "name,date,value\na,1,1\na,2,1\na,3,1\nb,1,2\nb,2,2\n"
	for name, rows := range map[string]string{
		"number": "c,1,x\nc,2,1\n", "ragged": "c,1\n", "blank line": "\nc,1,1\n", "quote": "c,1,1\nd,1,\"1\nd,2,3\n", "bare quote": "c,1\",1\n",
		"zero byte": "c,1,\x001\n", "end of a file": "c,1,1\n\x1ac,2,1\n", "latin": "c,1,\xe4\n", "no name": ",1,1\n", "missing": "c,1,\nc,2,1\n",
		"twice": "c,1,1\nc,1,2\n", "falls": "c,1,1\nc,3,1\nc,2,1\n", "gap": "c,1,1\nc,3,1\n", "uneven": "c,1,1\nc,2.5,1\n",
	} {
		path := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(path, []byte(good+rows), 0o644); err != nil {
			t.Fatal(err)
		}
		c := csvConfig(t, "series=name missing=error")
		_, want := OpenCSV(c, path)
		for _, size := range []int{1, 20, 1000} {
			_, _, err := streamed(c, path, size)
			if want == nil || err == nil || err.Error() != want.Error() {
				t.Errorf("%s in blocks of %d: %v\nat once: %v", name, size, err, want)
			}
		}
	}
}

// A fault in the first block leaves the form of the time stamps open for the others.
func TestStreamFaultAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte("name,date,value\na,2020-01-01,x\na,2020-01-02,1\nb,2020-01-01,1\nb,2020-01-02,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := csvConfig(t, "series=name")
	_, want := OpenCSV(c, path)
	if _, _, err := streamed(c, path, 1); err == nil || err.Error() != want.Error() {
		t.Errorf("%v\nat once: %v", err, want)
	}
}

// Results come in order for any number of workers, and the first error in order ends it.
func TestInOrder(t *testing.T) {
	things := func(yield func(int, error) bool) {
		for i := range 100 {
			if !yield(i, nil) {
				return
			}
		}
	}
	stop := errors.New("stop")
	for _, workers := range []int{1, 2, 7} {
		var got []int
		err := data.InOrder(workers, things, func(_, i int) (int, error) {
			if i == 50 || i == 51 {
				return 0, fmt.Errorf("%w at %d", stop, i)
			}
			return 2 * i, nil
		}, func(v int) error { got = append(got, v); return nil })
		if !errors.Is(err, stop) || err.Error() != "stop at 50" || len(got) != 50 || got[49] != 98 {
			t.Errorf("%d workers: %v, %d results, want 50 and the error of 50", workers, err, len(got))
		}
	}
}
