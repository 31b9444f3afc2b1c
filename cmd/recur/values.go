package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"recur/internal/pipeline"
)

// The domain of every flag stands in its type here. What lies outside is refused where the flag is read, before anything is
// opened, as: invalid argument "GOT" for "--FLAG" flag: want WANTED.

// whole is a whole number within a range.
type whole struct {
	to        *int
	low, high int
}

func wholeFlag(f *pflag.FlagSet, to *int, name string, value, low, high int, usage string) {
	*to = value
	f.Var(&whole{to, low, high}, name, usage)
}

func (v *whole) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < v.low || n > v.high {
		return fmt.Errorf("want a whole number from %d to %d", v.low, v.high)
	}
	*v.to = n
	return nil
}

func (v *whole) String() string { return strconv.Itoa(*v.to) }
func (v *whole) Type() string   { return "int" }

// real is a number above 0, or from 0 on, up to a limit.
type real struct {
	to   *float64
	most float64
	zero bool
}

func realFlag(f *pflag.FlagSet, to *float64, name string, value, most float64, usage string) {
	*to = value
	f.Var(&real{to: to, most: most}, name, usage)
}

// fromZeroFlag is realFlag that takes 0 too.
func fromZeroFlag(f *pflag.FlagSet, to *float64, name string, value, most float64, usage string) {
	*to = value
	f.Var(&real{to, most, true}, name, usage)
}

func (v *real) Set(text string) error {
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case v.zero && (err != nil || !(x >= 0 && x <= v.most)):
		return fmt.Errorf("want a number from 0 to %g", v.most)
	case !v.zero && (err != nil || !(x > 0 && x <= v.most)):
		return fmt.Errorf("want a number above 0, up to %g", v.most)
	}
	*v.to = x
	return nil
}

func (v *real) String() string { return strconv.FormatFloat(*v.to, 'g', -1, 64) }
func (v *real) Type() string   { return "float" }

// word is one of some words.
type word struct {
	to    *string
	words []string
}

func wordFlag(f *pflag.FlagSet, to *string, name, value string, words []string, usage string) {
	*to = value
	f.Var(&word{to, words}, name, usage)
}

func (v *word) Set(text string) error {
	if !slices.Contains(v.words, text) {
		return fmt.Errorf("want %s", alternatives(v.words))
	}
	*v.to = text
	return nil
}

func (v *word) String() string { return *v.to }
func (v *word) Type() string   { return "string" }

// alternatives joins words as in: a, b or c.
func alternatives(words []string) string {
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " or " + words[n]
}

// phrase is any text, kept as it is.
type phrase struct{ to *string }

func textFlag(f *pflag.FlagSet, to *string, name, usage string) { f.Var(&phrase{to}, name, usage) }

func (v *phrase) Set(s string) error {
	*v.to = s
	return nil
}

func (v *phrase) String() string { return *v.to }
func (v *phrase) Type() string   { return "string" }

// path names a file or a directory, kept as it is.
type path struct{ to *string }

func pathFlag(f *pflag.FlagSet, to *string, name, usage string) { f.Var(&path{to}, name, usage) }

func (v *path) Set(text string) error {
	if err := pathFault(text); err != nil {
		return err
	}
	*v.to = text
	return nil
}

func (v *path) String() string { return *v.to }
func (v *path) Type() string   { return "string" }

// pathFault says what makes text no path at all.
func pathFault(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return errors.New("want a name, got nothing but white space")
	case strings.ContainsRune(text, 0):
		return errors.New("want a name without NUL")
	}
	return nil
}

// list is a list with commas between its items, each once; a repeated flag adds to it. A default is replaced.
type list[T comparable] struct {
	to    *[]T
	parse func(string) (T, error)
	words func(T) string
	type_ string
	given bool
}

func (v *list[T]) Set(text string) error {
	var all []T
	if v.given {
		all = slices.Clone(*v.to)
	}
	for _, item := range strings.Split(text, ",") {
		one, err := v.parse(item)
		if err != nil {
			return fmt.Errorf("%w, got %q", err, item)
		}
		if slices.Contains(all, one) {
			return fmt.Errorf("want each once, %s comes twice", v.words(one))
		}
		all = append(all, one)
	}
	*v.to, v.given = all, true
	return nil
}

func (v *list[T]) String() string {
	var items []string
	for _, one := range *v.to {
		items = append(items, v.words(one))
	}
	if len(items) == 0 {
		return ""
	}
	return "[" + strings.Join(items, ",") + "]"
}

func (v *list[T]) Type() string { return v.type_ }

func wordsFlag(f *pflag.FlagSet, to *[]string, name string, value, words []string, usage string) {
	*to = value
	f.Var(&list[string]{to: to, type_: "strings", words: func(s string) string { return s }, parse: func(s string) (string, error) {
		if !slices.Contains(words, s) {
			return "", fmt.Errorf("want a list of %s with commas between them", alternatives(words))
		}
		return s, nil
	}}, name, usage)
}

func seedsFlag(f *pflag.FlagSet, to *[]uint64, name string, value []uint64, usage string) {
	*to = value
	f.Var(&list[uint64]{to: to, type_: "uints", words: func(n uint64) string { return strconv.FormatUint(n, 10) }, parse: func(s string) (uint64, error) {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return 0, errors.New("want a list of whole numbers, 0 or more, with commas between them")
		}
		return n, nil
	}}, name, usage)
}

func percentsFlag(f *pflag.FlagSet, to *[]float64, name, usage string) {
	f.Var(&list[float64]{to: to, type_: "percentages", words: func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }, parse: func(s string) (float64, error) {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || !(x > 0 && x < 100) || math.IsNaN(x) {
			return 0, errors.New("want a list of percentages between 0 and 100 with commas between them")
		}
		return x, nil
	}}, name, usage)
}

// methods are the names of simple methods, all or none; a repeated flag adds to them.
type methods struct {
	to    *pipeline.Baselines
	text  string
	given bool
}

func methodsFlag(f *pflag.FlagSet, to *pipeline.Baselines) {
	f.Var(&methods{to: to, text: "all"}, "baselines", "simple methods to score beside it: all that suit the data, none, or a list of "+strings.Join(pipeline.BaselineNames(), ","))
}

func (v *methods) Set(text string) error {
	if v.given {
		text = v.text + "," + text
	}
	only, err := pipeline.ParseBaselines(text)
	if err == nil {
		*v.to, v.text, v.given = only, text, true
	}
	return err
}

func (v *methods) String() string { return v.text }
func (v *methods) Type() string   { return "strings" }

// settings are KEY=VALUE, each key once; a flag a setting. The config language judges keys and values.
type settings struct {
	to      *[]string
	example string
	check   func(value string) error
}

func (v *settings) Set(text string) error {
	key, value, found := strings.Cut(text, "=")
	switch {
	case !found || key == "":
		return fmt.Errorf("want KEY=VALUE, such as %s", v.example)
	case !utf8.ValidString(key) || strings.ContainsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return fmt.Errorf("want KEY=VALUE with no white space in the key, such as %s", v.example)
	}
	for _, had := range *v.to {
		if before, _, _ := strings.Cut(had, "="); before == key {
			return fmt.Errorf("want each key once, %s comes twice", key)
		}
	}
	if err := v.check(value); err != nil {
		return err
	}
	*v.to = append(*v.to, text)
	return nil
}

func (v *settings) String() string { return strings.Join(*v.to, " ") }
func (v *settings) Type() string   { return "key=value" }

// exclusive refuses flags that contradict each other; each is there when it is true.
func exclusive(cmd string, a string, hasA bool, b string, hasB bool, why string) error {
	if hasA && hasB {
		return usage("--%s and --%s exclude each other: %s; leave one of them out; see `%s --help`", a, b, why, cmd)
	}
	return nil
}

// fronts are the convolutions of a shape, each given as channels,width,stride.
type fronts []pipeline.BenchConv

func (f *fronts) Set(text string) error {
	parts := strings.Split(text, ",")
	sizes := make([]int, len(parts))
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 1024 {
			return fmt.Errorf("want channels,width,stride, each a whole number from 1 to 1024, such as 64,5,2")
		}
		sizes[i] = n
	}
	if len(sizes) != 3 {
		return fmt.Errorf("got %d numbers, want channels,width,stride, such as 64,5,2", len(sizes))
	}
	*f = append(*f, pipeline.BenchConv{Channels: sizes[0], Width: sizes[1], Stride: sizes[2]})
	return nil
}

func (f *fronts) String() string { return "" }
func (f *fronts) Type() string   { return "channels,width,stride" }
