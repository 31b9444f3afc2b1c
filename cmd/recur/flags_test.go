package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"recur/internal/pipeline"
)

// all are the commands of the tree; a new one is among them by itself.
func all(c *cobra.Command) []*cobra.Command {
	out := []*cobra.Command{c}
	for _, sub := range c.Commands() {
		out = append(out, all(sub)...)
	}
	return out
}

// line is the command line of a command below recur.
func line(c *cobra.Command, more ...string) []string {
	return append(strings.Fields(c.CommandPath())[1:], more...)
}

// hostile are values that a flag may be given.
var hostile = []string{
	"all", "none", "all,none", "none,naive",
	"", " ", "\t", "\n", "\x00", "\xff\xfe", "-", "--", "-1", "-x", "--force", "0", "1", "+1", "01", "1.5", "1e3", "1e400", "-1e400", "NaN", "nan", "Inf", "-Inf", "+inf", "0x10", "1_000",
	"2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999999999", " 1", "1 ", "1,2", "1,1", ",", ",,", "1,", ",1", "1,,2",
	"a=", "=", "=1", "==", "a", "a=1,", "a=,", "a=1,1", " a=1", "a =1", "a\n=1", "x.y.z=1", "é=ü", "١", "½", "lstm", "LSTM", "lstm,gru", "lstm,", "lstm,lstm", "lstm, gru", "elman,foo", "test", "Test", "never", "true", "maybe",
	"a/../b", "naïve", "日本語", "🙂", strings.Repeat("9", 400), strings.Repeat("x,", 500) + "x", strings.Repeat("p", 5000),
}

// Each flag of each command has a type that holds its domain, so that nothing is left to whoever reads the value.
func TestFlagsHaveDomains(t *testing.T) {
	for _, c := range all(newRoot(io.Discard)) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			switch v := f.Value.(type) {
			case *whole, *real, *word, *phrase, *path, *settings, *methods, *fronts, *list[string], *list[uint64], *list[float64]:
			default:
				if v.Type() != "bool" {
					t.Errorf("%s --%s is a plain %s; give it one of the types of values.go", c.CommandPath(), f.Name, v.Type())
				}
			}
		})
	}
}

// means says whether a value lies in the domain of a flag, told apart from how the types of values.go do it.
func means(f *pflag.Flag, text string) bool {
	blank := strings.TrimSpace(text) == ""
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	items := strings.Split(text, ",")
	each := func(is func(string) bool) bool {
		for i, s := range items {
			if !is(s) || slices.Contains(items[:i], s) {
				return false
			}
		}
		return true
	}
	switch v := f.Value.(type) {
	case *whole:
		var n int
		if s := strings.TrimPrefix(text, "+"); !digits(s) || len(s) > 10 {
			return text == "-1" && v.low < 0
		}
		fmt.Sscan(text, &n)
		return n >= v.low && n <= v.high
	case *real:
		x, ok := map[string]float64{"0": 0, "1": 1, "+1": 1, "01": 1, "1.5": 1.5, "1e3": 1000, "1_000": 1000}[text]
		return ok && x <= v.most && (x > 0 || v.zero)
	case *phrase:
		return true
	case *word:
		return slices.Contains(v.words, text)
	case *path:
		return !blank && !strings.Contains(text, "\x00")
	case *settings:
		key, value, ok := strings.Cut(text, "=")
		good := ok && key != "" && !strings.ContainsAny(key, " \t\n\x00\xff")
		if f.Name == "grid" {
			items = strings.Split(value, ",")
			good = good && each(func(s string) bool { return strings.TrimSpace(s) != "" })
		}
		return good
	case *fronts: // three numbers, of which hostile has none
		return false
	case *methods:
		return text == "all" || text == "none"
	case *list[string]:
		return each(func(s string) bool { return slices.Contains(cells, s) })
	case *list[uint64]:
		return each(func(s string) bool { return digits(s) && (len(s) < 20) })
	case *list[float64]:
		return each(func(s string) bool { return slices.Contains([]string{"1", "+1", "01", "1.5", "2"}, s) })
	}
	return slices.Contains([]string{"true", "0", "1"}, text)
}

// Every flag of every command takes what lies in its domain and nothing else, and says flag, got and want.
func TestFlagValues(t *testing.T) {
	for _, c := range all(newRoot(io.Discard)) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			for _, value := range hostile {
				fresh, _, err := newRoot(io.Discard).Find(line(c))
				if err != nil {
					t.Fatal(err)
				}
				err = fresh.ParseFlags([]string{"--" + f.Name + "=" + value})
				want := means(f, value)
				if (err == nil) != want {
					t.Errorf("%s --%s=%.40q: error %v, want one: %v", c.CommandPath(), f.Name, value, err, !want)
				}
				if err == nil {
					continue
				}
				if err = fresh.FlagErrorFunc()(fresh, err); pipeline.ExitCode(err) != pipeline.ExitUsage || !strings.Contains(err.Error(), f.Name) || !strings.Contains(err.Error(), fmt.Sprintf("%q", value)) {
					t.Errorf("%s --%s=%.40q: %v", c.CommandPath(), f.Name, value, err)
				}
			}
		})
	}
}

// documented are the exit codes of `recur exit-codes`.
var documented = []int{pipeline.ExitDone, pipeline.ExitFailure, pipeline.ExitUsage, pipeline.ExitConfig, pipeline.ExitData, pipeline.ExitCheckpoint, pipeline.ExitDiverged, pipeline.ExitInterrupted}

// execute runs a command line in this process and returns its exit code.
func execute(t *testing.T, args ...string) (int, error) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("recur %.80q panics: %v", args, r)
		}
	}()
	var out bytes.Buffer
	root := newRoot(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(context.Background())
	return pipeline.ExitCode(err), err
}

// Whole command lines with each hostile value, once and twice, end with a documented code and without a panic; so do
// hostile arguments, and one too many. What they are to read is not there, so that nothing is trained.
func TestHostileCommandLines(t *testing.T) {
	t.Chdir(t.TempDir())
	nowhere := filepath.Join(t.TempDir(), "nowhere.yaml")
	for _, c := range all(newRoot(io.Discard)) {
		if strings.Contains(c.CommandPath(), "completion") || !c.HasParent() {
			continue
		}
		if code, err := execute(t, line(c, "one", "two", "three", "four")...); code != pipeline.ExitUsage && !slices.Contains([]string{"validate", "predict"}, c.Name()) { // which take several files
			t.Errorf("%s with four arguments: exit %d: %v", c.CommandPath(), code, err)
		}
		for _, value := range hostile {
			code, err := execute(t, line(c, "--", value)...)
			if !slices.Contains(documented, code) || strings.TrimSpace(value) == "" && code != pipeline.ExitUsage {
				t.Errorf("%s %.40q: exit %d: %v", c.CommandPath(), value, code, err)
			}
		}
		if c.Args(c, []string{nowhere}) != nil {
			continue // a command that reads nothing would do its work
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			for _, value := range hostile {
				for _, times := range []int{1, 2} {
					args := line(c, nowhere)
					for range times {
						args = append(args, "--"+f.Name+"="+value)
					}
					if code, err := execute(t, args...); !slices.Contains(documented, code) || !means(f, value) && code != pipeline.ExitUsage {
						t.Errorf("recur %.80q: exit %d: %v", args, code, err)
					}
				}
			}
		})
	}
}

// --front takes three numbers, again and again, and nothing else.
func TestFrontFlag(t *testing.T) {
	var f fronts
	for text, good := range map[string]bool{"64,5,2": true, "1,1,1": true, "64,5": false, "64,5,2,1": false, "64,0,1": false, "64,5,2000": false, "64, 5,2": false, "a,b,c": false} {
		if err := f.Set(text); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
	if len(f) != 2 {
		t.Errorf("%d convolutions, want 2", len(f))
	}
}
