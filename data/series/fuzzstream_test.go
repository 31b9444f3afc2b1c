package series

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/internal/mutate"
)

// streamSets are configs that a file grouped by series is read with; the first byte of an input chooses among them, the
// second how many bytes a block has.
var streamSets = [][]string{
	{"data.time=[date]"}, {"data.time=[date]", "data.missing=interpolate"}, {"data.time=[date]", "data.missing=forward", "data.covariates=[x]"}, {"data.missing=forward"},
	{"data.time=[date]", "data.future_covariates=[x]"}, {"data.horizon_column=x"}, {"data.covariates=[x]", "data.categorical=[x]"}, {"data.time=[date]", "data.time_format=number"},
	{"data.time=[date]", "data.future_covariates=[x]", "data.categorical=[x]", "data.missing=interpolate"}, {"data.targets=[value, x]", "data.missing_values=[-1, NA]"},
	{"data.time=[date]", "data.frequency=day", "data.missing=interpolate"}, {"data.time=[date]", "data.frequency=1"},
}

// FuzzStream: a file in blocks gives what it gives when it is read at once, series by series, or both have a fault. Which
// one is told first may differ: blocks are looked at one after the other.
func FuzzStream(f *testing.F) {
	var choices []*configs.Config
	for _, set := range streamSets {
		c, err := configs.Parse("fuzz.yaml", []byte("recipe: global\ndata: {csv: fuzz.csv, series: s, targets: [value], window: 4, horizon: 2}\nensemble: {members: 0}\n"), set)
		if err != nil {
			f.Fatal(err)
		}
		choices = append(choices, c)
	}
	path := filepath.Join(f.TempDir(), "fuzz.csv")
	mutate.Fuzz(f, mutate.Target{
		Seeds: streamSeeds(), Limit: 800,
		Words: []string{"2020-01-", "01/02/2020", "2020Q3", "\na,", "\nb,", "\nc,", ",", ";", "\r\n", "\n\n", "\"", "\"\"", "\"a\nb\"", "NA", ",,", "-1", "1e300", "0.5", "\xff", "\x00", "\ufeff"},
		Try: func(t testing.TB, b []byte) {
			if len(b) < 2 {
				return
			}
			if err := os.WriteFile(path, b[2:], 0o644); err != nil {
				t.Fatal(err)
			}
			streamsAlike(t, choices[int(b[0])%len(choices)], path, 1+int(b[1]))
		},
	})
}

// streamSeeds are files of three series with dates, with numbers, with a quoted name of two lines, and with rows ahead.
func streamSeeds() (seeds []string) {
	for i := range streamSets {
		for form, stamp := range []func(row int) string{
			func(row int) string { return fmt.Sprintf("2020-01-%02d", row+1) }, func(row int) string { return fmt.Sprint(3 + row) },
			func(row int) string { return fmt.Sprintf("%02d/02/2020", 10+row) }, func(row int) string { return fmt.Sprintf("%d-%02d", 2019+row/12, 1+row%12) },
		} {
			rows := "s,date,value,x\n"
			for _, s := range []string{"a", "\"b, \"\"2\"\"\nlines\"", "c"} {
				for row := range 4 {
					rows += fmt.Sprintf("%s,%s,%d,2\n", s, stamp(row), 5+row%3)
				}
				if form == 1 {
					rows += fmt.Sprintf("%s,%s,NA,2\n%s,%s,,2\n", s, stamp(4), s, stamp(5))
				}
			}
			seeds = append(seeds, string([]byte{byte(i), byte(17 * form)})+rows)
		}
	}
	return seeds
}

// streamsAlike reads the file at path at once and in blocks of size bytes.
func streamsAlike(t testing.TB, c *configs.Config, path string, size int) {
	want, wantErr := OpenCSV(c, path)
	s, err := openStream(c, path, 1, Frequency{}, 0, size)
	if err == nil && s.Whole != nil {
		return
	}
	var got []Series
	if err == nil {
		got, err = blocksLike(want, s)
	}
	if (err == nil) != (wantErr == nil) || err != nil && !strings.HasPrefix(err.Error(), path) {
		t.Fatalf("in blocks of %d: %v\nat once: %v", size, err, wantErr)
	}
	if err == nil && !reflect.DeepEqual(got, want.Series) {
		t.Fatalf("in blocks of %d: %+v\nat once: %+v", size, got, want.Series)
	}
	if err != nil {
		return
	}
	// What is told of gaps comes at the end of a stream, and where they are found at once.
	if told, once := slices.Sorted(slices.Values(append(s.Notes, s.Filled()...))), slices.Sorted(slices.Values(want.Notes)); !slices.Equal(told, once) {
		t.Fatalf("in blocks of %d: %q\nat once: %q", size, told, once)
	}
}

// blocksLike reads the series of all blocks, with the numbers of names as whole has them.
func blocksLike(whole *Dataset, s *Stream) (all []Series, err error) {
	for b, err := range s.Blocks() {
		if err != nil {
			return nil, err
		}
		d, err := b.Dataset()
		if err != nil {
			return nil, err
		}
		for _, c := range d.categorical() {
			column := columnName(d, c)
			for i := range d.Series {
				for at := c; whole != nil && at < len(d.Series[i].Values); at += d.Columns() {
					if n := int(d.Series[i].Values[at]); n > 0 {
						d.Series[i].Values[at] = float64(1 + slices.Index(whole.Names[column], d.Names[column][n-1]))
					}
				}
			}
		}
		all = append(all, d.Series...)
	}
	return all, nil
}

func columnName(d *Dataset, c int) string {
	return slices.Concat(d.Targets, d.Covariates, d.Future)[c]
}
