package audio

import (
	"crypto/sha256"
	"hash"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"recur/data"
	"recur/data/text"
)

// entry is an utterance before it is heard.
type entry struct {
	Utterance
	path  string
	sound func() (*Wave, error) // in place of path
	cut   bool                  // it is a piece of the file
	from  float64               // seconds at which it begins
	told  float64               // seconds that it lasts, as the manifest says; 0 where it doesn't
}

// reading is the reading of a set.
type reading struct {
	s       Source
	known   Known
	bare    bool // transcripts may be absent
	sum     hash.Hash
	set     *Set
	entries []entry
	missing data.Errors // files that are not there
	more    int         // of them
	slower  int         // files of a lower rate than they are brought to
}

func newReading(s Source) *reading {
	return &reading{s: s, sum: sha256.New(), set: &Set{Features: s.Features}}
}

// Members of JSON lines that tell where in its file an utterance lies, in seconds [1].
//
// [1] NVIDIA NeMo, Preparing custom ASR data: the manifest.
const (
	memberOffset   = "offset"
	memberDuration = "duration"
)

// columns are those of a manifest.
func (r *reading) columns(kind string) []text.Column {
	all := []text.Column{{Name: r.s.Audio, Key: "data.audio", Text: true}, {Name: r.s.Transcript, Key: "data.transcript", Text: !r.bare, Bare: r.bare},
		{Name: r.s.Speaker, Key: "data.speaker", Bare: r.bare || r.s.Speaker == ""}, {Key: "data.audio", Bare: true}, {Key: "data.audio", Bare: true}}
	if kind == ".jsonl" {
		all[3].Name, all[4].Name = memberOffset, memberDuration
	}
	return all
}

// manifest reads which utterances there are.
func (r *reading) manifest(path string, part data.Part) error {
	name := data.ShortPath(path)
	fault := func(key, format string, args ...any) error {
		return data.Errors{data.Fault(name, 0, 0, key, format, args...)}
	}
	if r.set.Name == "" {
		r.set.Name = name
	}
	kind := strings.ToLower(filepath.Ext(path))
	if kind == ".json" {
		kind = ".jsonl" // which is what NeMo calls it
	}
	if !text.KnownRecords(kind) {
		return fault("data.csv", "the ending %s says nothing of the form; want .csv, .tsv (tabs) or .jsonl (JSON lines)", data.Quoted(kind))
	}
	src, err := data.ReadLimited(name, path)
	if err == nil {
		r.sum.Write(src)
		src, _, err = r.s.Dialect.Plain(name, src)
	}
	if err != nil {
		return wrapped(err)
	}
	before := len(r.entries)
	records := text.Records{Key: "data.csv", Columns: r.columns(kind), Each: func(bad *data.Faults, fields []text.Field) bool {
		r.entry(bad, name, path, part, fields)
		return r.s.Limit == 0 || len(r.entries)-before < r.s.Limit
	}}
	if err := records.Read(name, kind, src); err != nil {
		return err
	}
	r.set.Notes = append(r.set.Notes, records.Notes...)
	if len(r.entries) == before && len(r.missing) == 0 {
		return fault("data.csv", "names no utterance")
	}
	return nil
}

// wrapped makes data.Errors of one fault.
func wrapped(err error) error {
	if one, ok := err.(*data.Error); ok {
		return data.Errors{one}
	}
	return err
}

// entry keeps a row of a manifest.
func (r *reading) entry(bad *data.Faults, name, path string, part data.Part, fields []text.Field) {
	audio, said, speaker := fields[0], fields[1], fields[2]
	e := entry{Utterance: Utterance{Name: strings.Clone(audio.Text), File: name, Line: audio.Line, Part: part, Speaker: strings.TrimSpace(strings.Clone(speaker.Text))}}
	transcript := strings.TrimSpace(said.Text)
	e.Transcript, e.Known = strings.Clone(transcript), transcript != ""
	switch {
	case strings.TrimSpace(audio.Text) == "":
		bad.Add(audio.Line, audio.Column, "data.audio", "no file is named (data.audio); remove what has none")
		return
	case !e.Known && !r.bare:
		bad.Add(said.Line, said.Column, "data.transcript", "the transcript is empty (data.transcript); every utterance needs one: remove those without")
		return
	case len(transcript) > maxText:
		bad.Add(said.Line, said.Column, "data.transcript", "the transcript has %d bytes, more than the limit of %d", len(transcript), maxText)
		return
	}
	if !r.place(bad, &e, fields[3], fields[4]) {
		return
	}
	e.path = filepath.FromSlash(e.Name)
	if !filepath.IsAbs(e.path) {
		e.path = filepath.Join(filepath.Dir(path), e.path)
	}
	if _, err := os.Stat(e.path); err != nil {
		r.absent(name, audio, data.ShortPath(e.path), err)
		return
	}
	r.entries = append(r.entries, e)
}

// place takes where in its file an utterance lies.
func (r *reading) place(bad *data.Faults, e *entry, offset, duration text.Field) bool {
	for _, f := range []struct {
		text.Field
		to   *float64
		name string
	}{{offset, &e.from, memberOffset}, {duration, &e.told, memberDuration}} {
		if f.None || strings.TrimSpace(f.Text) == "" {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(f.Text), 64)
		if err != nil || !(v >= 0 && v < 1e6) {
			bad.Add(f.Line, f.Column, "data.audio", "%s is %s, want seconds, 0 or more", f.name, data.Quoted(f.Text))
			return false
		}
		*f.to = v
	}
	e.cut = e.from > 0
	return true
}

// maxFaults is how many faults of files are told.
const maxFaults = 10

// absent keeps that a file is missing: all are told of at once, before any is read.
func (r *reading) absent(name string, at text.Field, path string, err error) {
	if len(r.missing) == maxFaults {
		r.more++
		return
	}
	hint := ""
	if len(r.missing) == 0 {
		hint = "; paths begin where the manifest lies"
	}
	r.missing = append(r.missing, data.Fault(name, at.Line, at.Column, "data.audio", "there is no file %s: %v%s", data.Quoted(path), data.Cause(err), hint))
}
