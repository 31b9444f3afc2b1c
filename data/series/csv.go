package series

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"recur/configs"
	"recur/data"
)

// parseCSV reads a whole file, CSV or what can be made CSV: the first line, or the first one that names all columns of the config, names the columns, every row has as
// many fields as it, columns that the config does not name are ignored. The separator is a comma, a semicolon or a tab.
func parseCSV(name string, src []byte, c *configs.Config) (*Dataset, error) {
	return parseLike(name, src, c, Frequency{})
}

func parseLike(name string, src []byte, c *configs.Config, learnt Frequency) (*Dataset, error) {
	r, err := readerOf(name, src, c, learnt)
	if err != nil {
		return nil, err
	}
	if err := r.times(); err != nil {
		return nil, err
	}
	err = r.finish()
	r.set.Notes = append(append(r.set.Notes, r.trimmedNote()...), r.totals()...)
	return r.set, err
}

// readerOf has read every row of a file, and nothing of its time stamps.
func readerOf(name string, src []byte, c *configs.Config, learnt Frequency) (*reader, error) {
	sum := sha256.Sum256(src)
	d := emptySet(name, c)
	d.Hash = hex.EncodeToString(sum[:])
	text, err := data.DialectOf(c).CSV(name, src, readColumns(d, c))
	if err != nil {
		return nil, err
	}
	d.Notes = append(d.Notes, text.Notes...)
	if above := text.HeaderAmong(namedColumns(d, c)); above > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%s: the header is line %d; what stands above it is left out", name, above+1))
	}
	r := newReader(d, text, c)
	r.expect = learnt
	if err := r.header(); err != nil {
		return nil, err
	}
	if err := r.findStyle(&r.Rows); err != nil {
		return nil, err
	}
	return r, r.rows()
}

// emptySet has the columns that the config names.
func emptySet(name string, c *configs.Config) *Dataset {
	return &Dataset{
		Name: name, Targets: c.Data.Targets,
		Covariates: categoricalLast(c.Data.Covariates, c.Data.Categorical), Future: categoricalLast(c.Data.Future, c.Data.Categorical),
	}
}

// reader is the state of reading one file.
type reader struct {
	set    *Dataset
	config *configs.Config
	data.Rows

	style   data.NumberStyle
	trimmed *atomic.Bool // white space around the name of a series was left out

	values   []int    // field of each target, covariate and covariate known ahead
	keys     []string // the config key that named it
	time     []int    // fields of the time stamp
	series   []int    // fields that name the series together; none when there is one series
	horizons int      // field of data.horizon_column, -1 when there is none
	clock    *clockColumns
	expect   Frequency // of the time stamps that a network has learnt from; the zero value where there is none
	days     *Days     // that the config says have rows; nil: it says nothing
	zoned    placing
	fits     []data.Form                   // all that were found to read every time stamp; the first is taken
	numbers  map[string]map[string]float64 // of the names in each categorical column
	absent   data.Absent

	tracks   []*track
	inserted int // rows of gaps that were put in
	byName   map[string]*track
	returned *returned // the first series that comes back after others
	body     []byte    // the text of all rows
	hint     *string   // what to do about time stamps that come again

	grid       *grid // of data.resample; nil: rows stay as they are
	gathered   gathering
	raw        [][]moment // all time stamps as they are in the file
	numeric    bool       // they are plain numbers
	suggestion *Resampling
}

// returned is where a series goes on after others.
type returned struct {
	name         string
	line, column int
}

// track is one series while it is read.
type track struct {
	name    string
	keys    []string // the parts of its name where several columns make it up
	values  []float64
	missing []bool
	stamps  []string // time stamps as written
	lines   []int32  // the line of each row
	columns []int32  // where the time stamp (else the row) begins in it
	horizon int      // of data.horizon_column, 0 without one
	absent  []absence
	waiting []cell // of wide files
}

func newReader(d *Dataset, src *data.CSV, c *configs.Config) *reader {
	r := &reader{set: d, config: c, style: data.Plain, trimmed: new(atomic.Bool), Rows: src.RowsOf(d.Name, "data.csv"), horizons: -1, absent: src.Absent(c.Data.MissingValues), byName: map[string]*track{}}
	r.IsData = looksLikeData
	if r.Told != "" {
		d.Notes = append(d.Notes, r.Told)
	}
	return r
}

// follow is a reader of rows further down the file, of which so many lines come before them.
func (r *reader) follow(rows []byte, before int) *reader {
	next := *r
	set := *r.set
	set.Notes = nil
	next.set, next.Rows = &set, r.After(rows, before)
	next.body, next.hint, next.suggestion = rows, nil, nil
	next.tracks, next.inserted, next.returned, next.byName = nil, 0, nil, map[string]*track{}
	next.forget()
	return &next
}

// header reads the first line and finds the columns that the config names.
func (r *reader) header() error {
	if err := r.ReadHeader(); err != nil {
		return err
	}
	if r.Blanks != "" {
		r.set.Notes = append(r.set.Notes, r.Blanks)
	}
	if r.wide() != "" {
		r.wideHeader()
		return r.ready()
	}
	for _, n := range r.config.Data.Targets {
		r.use(&r.values, n, "data.targets")
	}
	for _, n := range r.set.Covariates {
		r.use(&r.values, n, "data.covariates")
	}
	for _, n := range r.set.Future {
		r.use(&r.values, n, "data.future_covariates")
	}
	for _, n := range r.config.Data.Time {
		r.use(&r.time, n, "data.time")
	}
	for _, n := range r.config.Data.Series {
		r.use(&r.series, n, "data.series")
	}
	if h := r.config.Data.HorizonColumn; h != "" {
		var at []int
		r.use(&at, h, "data.horizon_column")
		r.horizons = at[0]
	}
	if len(r.values) == 0 {
		r.Bad.Add(1, 1, "data.targets", "no target column is named; the columns are %s (data.targets)", data.Listed(r.Names))
	}
	return r.ready()
}

// ready ends the reading of the header.
func (r *reader) ready() error {
	if err := r.Bad.Err(); err != nil {
		return err
	}
	if len(r.time) > 0 {
		r.clock = clockOf(r.config.Data.Time, r.time)
	}
	r.body = r.Below()
	r.forget()
	return nil
}

// use appends the field of a named column; -1 and a fault where it is missing or there are two.
func (r *reader) use(fields *[]int, name, key string) {
	*fields = append(*fields, r.Column(name, key))
	if key == "data.targets" || key == "data.covariates" || key == "data.future_covariates" {
		r.keys = append(r.keys, key)
	}
}

// looksLikeData reports whether a field of the first line is a number or a time stamp rather than a name.
func looksLikeData(field string) bool {
	if data.IsNumber(field) {
		return true
	}
	for _, f := range data.Forms[0] {
		if _, ok := f.Parse(field); ok {
			return true
		}
	}
	return false
}

// rows reads every row into its track.
func (r *reader) rows() error {
	for record := range r.All() {
		if r.wide() != "" {
			r.wideRow(record)
		} else {
			r.row(record)
		}
	}
	if !r.Cut {
		r.reportAbsent()
	}
	return r.Bad.Err()
}

// row reads the fields of one row.
func (r *reader) row(record []string) {
	t := r.track(record)
	if t == nil {
		return
	}
	line, column := r.Pos(0)
	if len(r.time) > 0 {
		_, column = r.Pos(r.time[0])
		t.stamps = append(t.stamps, r.stamp(record))
	}
	t.lines = append(t.lines, int32(line))
	t.columns = append(t.columns, int32(column))
	r.horizon(t, record)
	for i, f := range r.values {
		read := r.value
		if _, ok := r.numbers[r.Names[f]]; ok && i >= len(r.set.Targets) {
			read = r.category
		}
		v, missing := read(t, record, f, r.keys[i])
		t.values = append(t.values, v)
		t.missing = append(t.missing, missing)
	}
}

// track finds the series of a row.
func (r *reader) track(record []string) *track {
	name, ok := r.nameOf(record)
	if !ok {
		return nil
	}
	if n := len(r.tracks); n > 0 && r.tracks[n-1].name == name {
		return r.sameKeys(r.tracks[n-1], record)
	}
	t, ok := r.byName[name]
	if ok && r.sameKeys(t, record) == nil {
		return nil
	}
	if ok && r.returned == nil { // series come back in files sorted by time
		r.returned = &returned{name: t.name}
		r.returned.line, r.returned.column = r.Pos(r.firstKey())
	}
	if !ok {
		t = &track{name: strings.Clone(name), keys: r.keysOf(record)}
		if len(r.series) == 0 {
			t.reserve(r.Lines(), len(r.values), len(r.time) > 0)
		}
		r.byName[t.name] = t
		r.tracks = append(r.tracks, t)
	}
	return t
}

// reserve makes room for so many rows at once: growing step by step leaves several times the memory behind.
func (t *track) reserve(rows, columns int, stamped bool) {
	t.values, t.missing = make([]float64, 0, rows*columns), make([]bool, 0, rows*columns)
	t.lines, t.columns = make([]int32, 0, rows), make([]int32, 0, rows)
	if stamped {
		t.stamps = make([]string, 0, rows)
	}
}

// value reads one number.
func (r *reader) value(t *track, record []string, field int, key string) (v float64, missing bool) {
	text := strings.TrimSpace(record[field])
	v, err := r.StyleOf(field, r.style).Parse(text)
	if err == nil && !r.absent.Is(text) {
		return v, false
	}
	if r.absent.Is(text) {
		return 0, r.noted(t, field, key)
	}
	line, column := r.Pos(field)
	hint := ""
	if len(r.tracks) == 1 && len(t.lines) == 1 && text != "" && !strings.ContainsAny(text, "0123456789") { // the first row, a word
		hint = fmt.Sprintf("; where the line says units leave it out with data.skip_lines: %d", line)
	}
	r.Bad.Add(line, column, key, "column %s %v%s", data.Quoted(r.Names[field]), err, hint)
	return 0, false
}

// finish moves the values into the dataset and fills in what is missing.
func (r *reader) finish() error {
	if !r.stamped() {
		for _, t := range r.tracks {
			r.set.Series = append(r.set.Series, Series{Name: t.name})
		}
	}
	columns := r.set.Columns()
	for i, t := range r.tracks {
		s := &r.set.Series[i]
		s.Values, s.Missing, s.Horizon, s.Ahead = t.values, t.missing, t.horizon, r.knownAhead(t)
		if r.config.Data.Missing == "zero" {
			s.zeros(columns, len(r.set.Targets))
		}
		if slices.Contains(s.Missing, true) {
			s.Values = data.Filled(t.values, t.missing, columns, r.config.Data.Missing, len(t.values))
			r.set.fillNames(s.Values, t.missing)
		}
	}
	return nil
}

// zeros makes the targets that are missing 0, and known, but for the rows ahead.
func (s *Series) zeros(columns, targets int) {
	for at := range s.Rows(columns) * columns {
		if at%columns < targets && s.Missing[at] {
			s.Values[at], s.Missing[at] = 0, false
		}
	}
}
