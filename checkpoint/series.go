package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"recur/data"
	"recur/data/series"
)

// dataName: names in the metadata under "description"; numbers as tensors, those of all series one after the other. A
// tensor x of that kind has a neighbour x.count, I64 [series], with how many of its numbers belong to each series.

const descriptionKey = "description"

type description struct {
	Targets    []string            `json:"targets"`
	Covariates []string            `json:"covariates"`
	Future     []string            `json:"future,omitempty"`
	Frequency  string              `json:"frequency"`
	Local      *series.LocalState  `json:"local,omitempty"`
	Series     []seriesDescription `json:"series"`
}

type seriesDescription struct {
	Name       string   `json:"name"`             // of a series with a target: SERIES/TARGET, or TARGET where the series has no name
	Target     string   `json:"target,omitempty"` // files of early versions leave it out
	Scaler     string   `json:"scaler"`
	Rows       int      `json:"rows"`
	LastTime   string   `json:"last_time"`
	LastNumber number   `json:"last_number"`
	Labels     []string `json:"labels"`
	Horizon    int      `json:"horizon,omitempty"`
}

// Describe takes from prepared data what a forecast needs without the files: scalers, the denominators of MASE, and the
// last window of every series (recipe global: all its rows, and what was fitted for all series).
func Describe(p *series.Prepared) Data {
	columns := p.Set.Columns()
	d := Data{
		Targets: p.Set.Targets, Covariates: p.Set.Covariates, Future: p.Set.Future,
		Frequency: p.Set.Frequency.String(), Local: p.LocalState(),
	}
	for i := range p.Set.Series {
		s := &p.Set.Series[i]
		rows := s.Rows(columns)
		values := p.Numbered(i)
		first := max(0, rows-p.Steps)
		if p.Local != nil {
			first = 0
		}
		kept := SeriesState{
			Name:        s.Name,
			Target:      s.Target,
			Rows:        rows,
			LastNumber:  math.NaN(),
			Horizon:     s.Horizon,
			Tail:        append([]float64(nil), values[first*columns:rows*columns]...),
			TailMissing: append([]bool(nil), s.Missing[first*columns:rows*columns]...),
		}
		if i < len(p.Scalers) {
			kept.Scaler = p.Scalers[i]
		}
		if i < len(p.NaiveScale) {
			kept.NaiveScale = p.NaiveScale[i]
		}
		for r := rows; r < rows+s.Ahead; r++ {
			kept.Ahead = append(kept.Ahead, values[(r+1)*columns-len(d.Future):(r+1)*columns]...)
		}
		if len(s.Time) >= rows && rows > 0 {
			kept.LastTime = s.Time[rows-1].Format(time.RFC3339Nano)
		}
		if len(s.Numbers) >= rows && rows > 0 {
			kept.LastNumber = s.Numbers[rows-1]
		}
		if len(s.Labels) >= rows {
			kept.Labels = append([]string(nil), s.Labels[first:rows]...)
		}
		d.Series = append(d.Series, kept)
	}
	return d
}

func encodeData(c *Checkpoint) ([]Tensor, map[string]string, error) {
	if k := c.Data.kind(); k != nil {
		return k.encode()
	}
	if err := c.Data.Check(); err != nil {
		return nil, nil, fmt.Errorf("%w", err)
	}
	d := description{Targets: c.Data.Targets, Covariates: c.Data.Covariates, Future: c.Data.Future, Frequency: c.Data.Frequency, Local: c.Data.Local}
	var offset, scale, naive, tail, missing, ahead ragged
	for _, s := range c.Data.Series {
		d.Series = append(d.Series, seriesDescription{joined(s.ID()), s.Target, s.Scaler.Kind, s.Rows, s.LastTime, number(s.LastNumber), s.Labels, s.Horizon})
		offset.add(s.Scaler.Offset)
		scale.add(s.Scaler.Scale)
		naive.add(s.NaiveScale)
		tail.add(s.Tail)
		missing.add(bits(s.TailMissing))
		ahead.add(s.Ahead)
	}
	text, err := marshal(d)
	if err != nil {
		return nil, nil, fmt.Errorf("description: %w", err)
	}
	lists := []namedList{{"scaler.offset", offset}, {"scaler.scale", scale}, {"naive_scale", naive}, {"tail", tail}}
	if len(d.Future) > 0 {
		lists = append(lists, namedList{"ahead", ahead})
	}
	var tensors []Tensor
	for _, r := range lists {
		tensors = append(tensors, FromFloats(r.name, nil, r.values), FromInts(r.name+".count", nil, r.counts))
	}
	flags := make([]byte, len(missing.values))
	for i, v := range missing.values {
		flags[i] = byte(v)
	}
	tensors = append(tensors, FromBytes("tail.missing", nil, flags), FromInts("tail.missing.count", nil, missing.counts))
	return tensors, map[string]string{versionKey: strconv.Itoa(Version), descriptionKey: string(text)}, nil
}

func decodeData(c *Checkpoint, from content) error {
	if d, ok, err := decodeKind(from); ok {
		c.Data = d
		return err
	}
	text, ok := from.metadata[descriptionKey]
	if !ok {
		return fmt.Errorf("its metadata has no %q", descriptionKey)
	}
	var d description
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return fmt.Errorf("its description does not parse: %w", err)
	}
	n := len(d.Series)
	r := raggedReader{tensors: from.tensors, series: n}
	offset, scale, naive, tail := r.floats("scaler.offset"), r.floats("scaler.scale"), r.floats("naive_scale"), r.floats("tail")
	missing := r.flags("tail.missing")
	ahead := make([][]float64, n)
	if len(d.Future) > 0 {
		ahead = r.floats("ahead")
	}
	if r.err != nil {
		return r.err
	}
	c.Data = Data{Targets: d.Targets, Covariates: d.Covariates, Future: d.Future, Frequency: d.Frequency, Local: d.Local, Series: make([]SeriesState, n)}
	for i, s := range d.Series {
		id, ok := cut(s.Name, s.Target)
		if !ok {
			return fmt.Errorf("series %q: its name does not end with its target %q", s.Name, s.Target)
		}
		c.Data.Series[i] = SeriesState{
			Name:        id.Series,
			Target:      id.Target,
			Scaler:      data.Scaler{Kind: s.Scaler, Offset: offset[i], Scale: scale[i]},
			NaiveScale:  naive[i],
			Rows:        s.Rows,
			LastTime:    s.LastTime,
			LastNumber:  float64(s.LastNumber),
			Labels:      s.Labels,
			Tail:        tail[i],
			TailMissing: missing[i],
			Horizon:     s.Horizon,
			Ahead:       ahead[i],
		}
	}
	return c.Data.Check()
}

// Check compares the lengths of what belongs together, and refuses text that JSON would change.
func (d *Data) Check() error {
	if k := d.kind(); k != nil {
		return k.Check()
	}
	words := slices.Concat(d.Targets, d.Covariates, d.Future, []string{d.Frequency})
	for _, s := range d.Series {
		words = append(append(words, s.Name, s.Target, s.Scaler.Kind, s.LastTime), s.Labels...)
	}
	for _, w := range words {
		if !utf8.ValidString(w) {
			return fmt.Errorf("%q is not UTF-8", w)
		}
	}
	columns := d.Columns()
	for _, s := range d.Series {
		for _, part := range []struct {
			name      string
			got, want int
		}{
			{"scaler offset", len(s.Scaler.Offset), columns},
			{"scaler scale", len(s.Scaler.Scale), columns},
			{"naive scale", len(s.NaiveScale), len(d.Targets)},
		} {
			if part.got != 0 && part.got != part.want {
				return fmt.Errorf("series %q: %s has %d numbers, want %d or none", s.Name, part.name, part.got, part.want)
			}
		}
		if f := len(d.Future); f > 0 && len(s.Ahead)%f != 0 || f == 0 && len(s.Ahead) > 0 {
			return fmt.Errorf("series %q: %d values are known ahead, want rows of %d", s.Name, len(s.Ahead), f)
		}
		if columns > 0 && len(s.Tail)%columns != 0 || len(s.TailMissing) != len(s.Tail) {
			return fmt.Errorf("series %q: its tail has %d values and %d marks, want as many, in rows of %d", s.Name, len(s.Tail), len(s.TailMissing), columns)
		}
		if s.Labels != nil && columns > 0 && len(s.Labels) != len(s.Tail)/columns {
			return fmt.Errorf("series %q: its tail has %d labels, want %d", s.Name, len(s.Labels), len(s.Tail)/columns)
		}
	}
	return nil
}

// namedList is what belongs to every series under one name.
type namedList struct {
	name string
	ragged
}

// ragged holds lists of different lengths one after the other.
type ragged struct {
	values []float64
	counts []int64
}

func (r *ragged) add(v []float64) {
	r.values = append(r.values, v...)
	r.counts = append(r.counts, int64(len(v)))
}

func bits(flags []bool) []float64 {
	v := make([]float64, len(flags))
	for i, f := range flags {
		if f {
			v[i] = 1
		}
	}
	return v
}

// raggedReader cuts the tensors of a file into the lists of each series and keeps the first error.
type raggedReader struct {
	tensors []Tensor
	series  int
	err     error
}

func (r *raggedReader) floats(name string) [][]float64 {
	v, err := need(r.tensors, name).Float64s()
	return split(r, name, v, err)
}

func (r *raggedReader) flags(name string) [][]bool {
	t := need(r.tensors, name)
	v := make([]bool, len(t.Data))
	for i, b := range t.Data {
		v[i] = b != 0
	}
	return split(r, name, v, t.is("U8"))
}

// split cuts v by the tensor name.count; a list without numbers comes back as nil.
func split[V any](r *raggedReader, name string, v []V, err error) [][]V {
	counts, countErr := need(r.tensors, name+".count").Ints()
	if err = errors.Join(err, countErr); err == nil && len(counts) != r.series {
		err = fmt.Errorf("tensor %q has %d numbers, want one for each of %d series", name+".count", len(counts), r.series)
	}
	out := make([][]V, 0, len(counts))
	for _, n := range counts {
		if n < 0 || n > int64(len(v)) {
			err = errors.Join(err, fmt.Errorf("tensor %q does not fit its counts", name))
			break
		}
		var part []V
		if n > 0 {
			part = v[:n:n]
		}
		out, v = append(out, part), v[n:]
	}
	if err == nil && len(v) > 0 {
		err = fmt.Errorf("tensor %q has more numbers than its counts", name)
	}
	if r.err == nil {
		r.err = err
	}
	return out
}

// need returns the tensor of that name; a missing one has no type, which every reader of values refuses.
func need(tensors []Tensor, name string) Tensor {
	t, ok := Find(tensors, name)
	if !ok {
		t.Name = name
	}
	return t
}
