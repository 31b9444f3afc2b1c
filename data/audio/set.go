package audio

import (
	"fmt"
	"slices"

	"recur/configs"
	"recur/data"
	"recur/data/labelled"
)

// Source says where utterances are, and what is heard of them. Keys in messages are those of a config.
type Source struct {
	CSV        configs.Paths // manifests: .csv, .tsv (fields parted by tabs) or .jsonl (JSON lines); a row an utterance
	Audio      string        // the column of the files, whose paths begin where the manifest lies
	Transcript string        // the column of what was said
	Speaker    string        // the column of who said it; "" where there is none
	Features   Features
	Resample   int          // samples a second that all sound is brought to; 0: files have one rate
	Limit      int          // the first utterances of each manifest that are read; 0: all
	Dialect    data.Dialect // how manifests are written
	Workers    int          // files that are read at a time; 0: as many as there are processors

	// Numbers are features in CSV in long form, a row a frame, in place of files; the transcript is that of all rows of a sequence. CSV,
	// Audio and Speaker are not read then.
	Numbers *labelled.Source
}

// Set is the utterances of a source.
type Set struct {
	Name       string   // for messages
	Hash       string   // SHA-256 of the manifests and the files in hex
	Rate       int      // samples a second; 0 where features come from files
	D          int      // numbers of a frame
	Columns    []string // of the numbers before slopes, where they come from rows
	Features   Features
	Utterances []Utterance
	Notes      []string // worth saying once

	generated bool // an utterance is drawn by itself: parts are cut in order
}

// Utterance is what was heard, and what was said.
type Utterance struct {
	Name       string // of its file, or of its sequence
	File       string // the manifest
	Line       int    // of it; 0 where there is none
	Part       data.Part
	X          []float32 // [T,D]
	Seconds    float64
	Transcript string
	Known      bool   // there is a transcript
	Speaker    string // "" where the source has none

	sum     [32]byte                       // of what was heard, to find the same twice
	sound   func() (*Wave, error)          // reads it again; nil where features come from files
	numbers func() ([]float32, int, error) // reads its features [T,d] again, before slopes; nil where they come from sound
}

// Called names utterance i in messages.
func (s *Set) Called(i int) string {
	u := &s.Utterances[i]
	if u.Line == 0 {
		return u.Name
	}
	return fmt.Sprintf("%s (line %d of %s)", u.Name, u.Line, u.File)
}

// Frames is T of utterance i.
func (s *Set) Frames(i int) int { return len(s.Utterances[i].X) / s.D }

// Seconds is how long all utterances last together.
func (s *Set) Seconds() (all float64) {
	for i := range s.Utterances {
		all += s.Utterances[i].Seconds
	}
	return all
}

// bytesOfUtterance is about what one takes beside its numbers: names, the transcript, places in lists.
const bytesOfUtterance = 400

// Memory estimates the bytes that the utterances take.
func (s *Set) Memory() (n int64) {
	for i := range s.Utterances {
		n += bytesOfUtterance + 4*int64(len(s.Utterances[i].X))
	}
	return n
}

// Known is what other utterances must agree with.
type Known struct {
	Rate int // samples a second; 0: any
	D    int // numbers of a frame; 0: any
	// Columns of the numbers, where they come from rows and the source does not name them.
	Columns []string
}

// Known is what other utterances must agree with to be heard as these.
func (s *Set) Known() Known { return Known{Rate: s.Rate, D: s.D, Columns: slices.Clone(s.Columns)} }

// Open reads the utterances of a source. Faults of the data are data.Errors.
func Open(s Source) (*Set, error) {
	if s.Numbers != nil {
		return openLong(s)
	}
	r := newReading(s)
	for _, f := range []struct {
		path string
		part data.Part
	}{{s.CSV.Path, data.Undivided}, {s.CSV.Train, data.Train}, {s.CSV.Validation, data.Validation}, {s.CSV.Test, data.Test}} {
		if f.path == "" {
			continue
		}
		if err := r.manifest(f.path, f.part); err != nil {
			return nil, err
		}
	}
	return r.read()
}

// OpenManifest reads another manifest, or other rows, in the form of a source; all of it is the test part. bare says that it needs no transcripts.
func OpenManifest(s Source, path string, known Known, bare bool) (*Set, error) {
	if s.Numbers != nil {
		return otherLong(s, path, known, bare)
	}
	r := newReading(s)
	r.known, r.bare = known, bare
	if err := r.manifest(path, data.Test); err != nil {
		return nil, err
	}
	return r.read()
}

// OpenFiles reads files of sound or of features that are utterances themselves, without transcripts.
func OpenFiles(s Source, paths []string, known Known) (*Set, error) {
	r := newReading(s)
	r.known, r.bare = known, true
	for _, path := range paths {
		name := data.ShortPath(path)
		if r.set.Name == "" {
			r.set.Name = name
		}
		r.sum.Write([]byte(name))
		r.entries = append(r.entries, entry{path: path, Utterance: Utterance{Name: name, File: name, Part: data.Test}})
	}
	return r.read()
}

// OpenWave makes a set of sound that is there already: what a Reader read of the standard input. name is what messages call it.
func OpenWave(s Source, name string, w *Wave, known Known) (*Set, error) {
	r := newReading(s)
	r.known, r.bare = known, true
	r.set.Name = name
	r.entries = []entry{{sound: func() (*Wave, error) { return w, nil }, Utterance: Utterance{Name: name, File: name, Part: data.Test}}}
	return r.read()
}
