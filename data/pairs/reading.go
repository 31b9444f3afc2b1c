package pairs

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"recur/configs"
	"recur/data"
	"recur/data/text"
)

// reading is the reading of one set.
type reading struct {
	s      Source
	key    string // that names the files
	bare   bool   // targets may be absent, and sources empty
	sum    hash.Hash
	set    *Set
	name   string // of the file at hand
	other  string // of the targets, where they have another one
	part   data.Part
	before int // pairs of the files before

	empty              lines // of the file at hand: without a source and a target
	noSource, noTarget lines // those that lack one of them
}

func newReading(s Source) *reading {
	r := &reading{s: s, key: "data.csv", sum: sha256.New(), set: &Set{}}
	if s.Parallel != (Parallel{}) {
		r.key = "data.parallel"
	}
	return r
}

// lines counts lines and keeps the first of them.
type lines struct {
	n     int
	first []int
}

// told is how many lines are named.
const told = 3

func (l *lines) add(line int) {
	if l.n++; l.n <= told {
		l.first = append(l.first, line)
	}
}

// String is "line 3", "lines 3, 7 and 9" or "lines 3, 7, 9 and 12 more".
func (l *lines) String() string {
	named := make([]string, len(l.first))
	for i, line := range l.first {
		named[i] = strconv.Itoa(line)
	}
	switch last := len(named) - 1; {
	case l.n > told:
		return fmt.Sprintf("lines %s and %d more", strings.Join(named, ", "), l.n-told)
	case l.n > 1:
		return fmt.Sprintf("lines %s and %s", strings.Join(named[:last], ", "), named[last])
	}
	return "line " + strings.Join(named, "")
}

func holdsRecords(path string) bool {
	return text.KnownRecords(strings.ToLower(filepath.Ext(path)))
}

func (r *reading) fault(line, column int, key, format string, args ...any) error {
	return data.Errors{data.Fault(r.name, line, column, key, format, args...)}
}

// begin begins with a file.
func (r *reading) begin(path string) {
	r.name, r.other, r.before = data.ShortPath(path), "", len(r.set.Pairs)
	if r.set.Name == "" {
		r.set.Name = r.name
	}
	r.empty, r.noSource, r.noTarget = lines{}, lines{}, lines{}
}

// columns names the columns of a file where the training had none.
func (r *reading) columns() {
	if r.s.Source == "" {
		r.s.Source, r.s.Target = "source", "target"
	}
}

// file reads a file that has a column of sources and one of targets.
func (r *reading) file(path string) error {
	if path == "" {
		return nil
	}
	r.begin(path)
	var src []byte
	var err error
	kind := strings.ToLower(filepath.Ext(path))
	switch {
	case data.IsBuiltin(path):
		var file string
		file, src, err = data.Builtin(path, r.key, configs.BuiltinPairs)
		kind = filepath.Ext(file)
	case !text.KnownRecords(kind):
		return r.fault(0, 0, r.key, "the ending %s says nothing of the form; want .csv, .tsv (tabs) or .jsonl (JSON lines) with a column of sources and one of targets, or two files line by line in data.parallel", data.Quoted(kind))
	default:
		src, err = data.ReadLimited(r.name, path)
	}
	if err != nil {
		return wrapped(err)
	}
	r.sum.Write(src)
	plain, _, err := r.s.Dialect.Plain(r.name, src)
	if err != nil {
		return err
	}
	return r.records(kind, plain)
}

// records reads the text of such a file.
func (r *reading) records(kind string, plain []byte) error {
	all := text.Records{Key: r.key, Columns: []text.Column{
		{Name: r.s.Source, Key: "data.source", Text: true}, {Name: r.s.Target, Key: "data.target", Text: true, Bare: r.bare}}}
	if !r.bare {
		all.Empty = r.empty.add
	}
	all.Each = func(bad *data.Faults, fields []text.Field) bool {
		source, target := fields[0], fields[1]
		r.add(bad, source.Line, pair{source: source.Text, target: target.Text, sourceAt: source.Column, targetAt: target.Column, bare: target.None})
		return !r.full()
	}
	err := all.Read(r.name, kind, plain)
	r.set.Notes = append(r.set.Notes, all.Notes...)
	if err != nil {
		return err
	}
	return r.end()
}

// full says that no more pairs are wanted of the file at hand.
func (r *reading) full() bool { return r.s.Limit > 0 && len(r.set.Pairs)-r.before >= r.s.Limit }

// pair is one as it stands in a file.
type pair struct {
	source, target     string
	sourceAt, targetAt int  // columns
	bare               bool // there is no target at all
}

// add keeps a pair that has been read. What lacks a side is counted.
func (r *reading) add(bad *data.Faults, line int, p pair) {
	noSource, noTarget := strings.TrimSpace(p.source) == "", strings.TrimSpace(p.target) == ""
	switch {
	case r.bare:
	case noSource && noTarget:
		r.empty.add(line)
		return
	case noSource:
		r.noSource.add(line)
		return
	case noTarget:
		r.noTarget.add(line)
		return
	}
	for _, side := range []struct {
		text, key string
		at        int
	}{{p.source, "data.source", p.sourceAt}, {p.target, "data.target", p.targetAt}} {
		if len(side.text) > text.MaxText {
			bad.Add(line, side.at, side.key, "the text has %d bytes, more than the limit of %d", len(side.text), text.MaxText)
			return
		}
	}
	one := Pair{File: r.name, Line: line, Other: r.other, Part: r.part, Known: !p.bare && !noTarget}
	if !noSource {
		one.Source = strings.Clone(p.source)
	}
	if one.Known {
		one.Target = strings.Clone(p.target)
	}
	r.set.Pairs = append(r.set.Pairs, one)
}

// end ends a file: pairs of which one side is empty are faults, and lines that hold nothing are told of.
func (r *reading) end() error {
	var bad data.Errors
	rows, both := "the rows", ""
	if r.other != "" {
		rows, both = "the lines", " of both files"
	}
	for _, side := range []struct {
		l         *lines
		file, key string
		what      string
	}{{&r.noSource, r.name, "data.source", "source"}, {&r.noTarget, cmp.Or(r.other, r.name), "data.target", "target"}} {
		if l := side.l; l.n > 0 {
			bad = append(bad, data.Fault(side.file, l.first[0], 0, side.key, "%s no %s: %s; write it, or delete %s%s", data.Count(l.n, "pair has", "pairs have"), side.what, l, rows, both))
		}
	}
	if len(bad) > 0 {
		return bad
	}
	if r.empty.n > 0 {
		where := r.name
		if r.other != "" {
			where += " and " + r.other
		}
		r.set.Notes = append(r.set.Notes, fmt.Sprintf("%s: %s empty on both sides and left out: %s", where, data.Count(r.empty.n, "line is", "lines are"), &r.empty))
	}
	return nil
}

// done ends the reading of all files.
func (r *reading) done() (*Set, error) {
	s := r.set
	s.Hash = hex.EncodeToString(r.sum.Sum(nil))
	if s.Name == "" {
		return nil, data.Errors{data.Fault("config", 0, 0, "data.csv", "nothing says where the pairs are; name a file in data.csv with its columns in data.source and data.target, or two files in data.parallel")}
	}
	if len(s.Pairs) == 0 {
		r.name = s.Name
		return nil, r.fault(0, 0, r.key, "holds no %s", map[bool]string{true: "source", false: "pair"}[r.bare])
	}
	s.Pairs = slices.Clip(s.Pairs)
	return s, nil
}

// wrapped makes data.Errors of one fault.
func wrapped(err error) error {
	if one, ok := err.(*data.Error); ok {
		return data.Errors{one}
	}
	return err
}
