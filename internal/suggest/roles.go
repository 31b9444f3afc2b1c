package suggest

import (
	"fmt"
	"slices"
	"strings"

	"recur/data/series"
)

// Words in the names of columns. They decide only where the fields leave a choice.
var (
	timeWords = wordsOf(`date time datetime timestamp ts ds t day days month week wk year quarter period hour stamp step index
		datum zeit zeitpunkt monat jahr tag woche quartal fecha mes hora dato mois annee`)
	seriesWords = wordsOf(`id series unique_id item store shop product sku station sensor region country city state site meter
		customer group name key code symbol ticker category location filiale artikel`)
	// The earlier, the rather it is the target.
	targetWords = strings.Fields(`y target value values sales revenue demand close load consumption sold units quantity qty
		amount count passengers visits traffic price total volume umsatz absatz menge wert verbrauch`)
)

// clockNames are the columns that the reader puts together.
var clockNames = []string{"year", "month", "day", "hour", "minute", "second"}

// roles says which column is what.
func (p *plan) roles() error {
	p.pickTime()
	if err := p.stamped(); err != nil {
		return err
	}
	if err := p.pickSeries(); err != nil {
		return err
	}
	return p.pickTargets()
}

// pickTime finds the time stamps: year, month, … in columns of their own, else a column of dates, else one that counts.
func (p *plan) pickTime() {
	if p.time = p.components(); p.time != nil {
		return
	}
	for _, strict := range []func(*column) bool{
		func(c *column) bool { return !c.digits() && c.called(timeWords) },
		func(c *column) bool { return !c.digits() },
		func(c *column) bool { return c.called(timeWords) && c.climbs() },
		func(c *column) bool { return c.rising && (c.at == 0 || c.most > 1e8) && p.numericBeside(c) },
	} {
		for _, c := range p.columns {
			if len(c.stamps()) > 0 && strict(c) {
				p.time = append([]*column{c}, p.clock(c)...)
				return
			}
		}
	}
	for _, c := range p.columns {
		if c.unusable == "" && c.numeric() && p.numericBeside(c) && (c.called(timeWords) && c.climbs() || c.at == 0 && c.rising && c.even) {
			p.time = []*column{c}
			return
		}
	}
}

// components are columns called year, month, … as far as they go.
func (p *plan) components() []*column {
	var found []*column
	for _, name := range clockNames {
		at := slices.IndexFunc(p.columns, func(c *column) bool {
			return series.ClockWord(c.name) == name && c.unusable == "" && c.numeric() && c.whole
		})
		if at < 0 {
			break
		}
		found = append(found, p.columns[at])
	}
	if len(found) == 1 { // weeks or quarters of a year
		for _, c := range p.columns {
			if word := series.ClockWord(c.name); (word == "week" || word == "quarter") && c.unusable == "" && c.numeric() && c.whole && c.most <= 53 && c.least >= 1 {
				return append(found, c)
			}
		}
	}
	if len(found) < 2 {
		return nil
	}
	return found
}

// numericBeside reports whether there is a column of numbers besides c.
func (p *plan) numericBeside(c *column) bool {
	return slices.ContainsFunc(p.columns, func(o *column) bool { return o != c && o.numeric() && o.unusable == "" })
}

// clock is a column of times of day that goes with one of days.
func (p *plan) clock(day *column) []*column {
	if p.distinctStamps([]*column{day}) == len(day.fields) {
		return nil
	}
	for _, c := range p.columns {
		if c == day || c.unusable != "" || c.filled < len(c.fields) {
			continue
		}
		hours := c.numeric() && c.whole && c.least >= 0 && c.most <= 24 && c.called(wordsOf("hour hours hr he hourending time stunde uhrzeit hora"))
		if !hours && slices.ContainsFunc(c.fields, func(f string) bool { return !series.Clock(f) }) {
			continue
		}
		if len(series.TimeForms(joined([]*column{day, c}))) > 0 {
			return []*column{c}
		}
	}
	return nil
}

// joined are the fields of several columns, row by row.
func joined(columns []*column) []string {
	out := make([]string, len(columns[0].fields))
	parts := make([]string, len(columns))
	for i := range out {
		for k, c := range columns {
			parts[k] = c.fields[i]
		}
		out[i] = strings.Join(parts, " ")
	}
	return out
}

func (p *plan) distinctStamps(columns []*column) int {
	seen := map[string]bool{}
	for _, s := range joined(columns) {
		seen[s] = true
	}
	return len(seen)
}

// stamped refuses rows without a time stamp: a last one is often the total of the others.
func (p *plan) stamped() error {
	if len(p.time) == 0 || p.time[0].digits() {
		for _, c := range p.columns {
			if at := c.strayStamp(); at >= 0 && p.numericBeside(c) {
				return p.fault(c.lines[at], "data.time", "%q in column %q is not a time stamp, and nearly all others there are; if the row is a total or a note, delete it, else write the time stamp", c.fields[at], c.name)
			}
		}
	}
	for _, c := range p.time {
		if c.blank > 0 {
			return p.fault(c.blank, "data.time", "the row has no time stamp in column %q; if it is a total, delete it (data.skip_footer: 1 leaves a last line out, in a config of your own), else write the time stamp", c.name)
		}
	}
	return nil
}

// pickSeries finds the column that tells series apart, where time stamps repeat.
func (p *plan) pickSeries() error {
	if len(p.time) == 0 {
		if c := p.blocks(); c != nil {
			p.series = []*column{c}
		}
		return nil
	}
	rows := len(p.table.Lines)
	distinct := p.distinctStamps(p.time)
	if distinct == rows {
		return nil
	}
	rare := 10*distinct > 6*rows // series that lie side by side share their time stamps
	var able []*column
	for _, c := range p.columns {
		if slices.Contains(p.time, c) || c.unusable != "" || c.constant() || c.filled < rows || c.numeric() && c.called(timeWords) || c.numeric() && !c.whole || c.distinct >= rows/2 && rows > 4 || rare && !c.called(seriesWords) && !c.names() {
			continue
		}
		if p.distinctStamps(append([]*column{c}, p.time...)) == rows {
			able = append(able, c)
		}
	}
	if len(able) == 0 {
		if within := p.within(); within != nil {
			p.timeless(fmt.Sprintf("only together with %q does it tell when a row was, and the two can't be read as one", within.name))
			return nil
		}
		return p.noSeries(rows)
	}
	slices.SortStableFunc(able, func(a, b *column) int { return seriesRank(a) - seriesRank(b) })
	p.series = able[:1]
	return nil
}

// within is a column that counts within the time stamps, such as weeks beside a year; rows are in the order of both.
func (p *plan) within() *column {
	stamps := joined(p.time)
	for _, c := range p.columns {
		if slices.Contains(p.time, c) || c.unusable != "" || !c.numeric() || !c.whole || !c.called(timeWords) || c.numbers < len(c.fields) {
			continue
		}
		ordered, seen := true, map[string]bool{}
		for i := 1; i < len(stamps) && ordered; i++ {
			if stamps[i] == stamps[i-1] {
				before, _ := series.Number(c.fields[i-1])
				after, _ := series.Number(c.fields[i])
				ordered = after > before
			} else {
				seen[stamps[i-1]] = true
				ordered = !seen[stamps[i]]
			}
		}
		if ordered {
			return c
		}
	}
	return nil
}

// seriesRank is lower for what rather names a series.
func seriesRank(c *column) int {
	rank := 0
	if !c.called(seriesWords) {
		rank += 2
	}
	if c.numeric() {
		rank++
	}
	return rank
}

// blocks is a column of names whose rows stand together, in a file without time stamps.
func (p *plan) blocks() *column {
	for _, c := range p.columns {
		if !(c.names() || c.numeric() && c.whole && c.called(seriesWords) && !c.rising && !c.constant()) || c.filled < len(c.fields) {
			continue
		}
		changes, least, run := 0, len(c.fields), 0
		for i, f := range c.fields {
			if run++; i+1 == len(c.fields) || c.fields[i+1] != f {
				changes, least, run = changes+1, min(least, run), 0
			}
		}
		if changes == c.distinct && least >= 4 {
			return c
		}
	}
	return nil
}

// noSeries says why time stamps repeat, as far as the columns show it.
func (p *plan) noSeries(rows int) error {
	line, stamp := p.repeated()
	var names []*column
	for _, c := range p.columns {
		if !slices.Contains(p.time, c) && c.names() {
			names = append(names, c)
		}
	}
	for i, a := range names {
		for _, b := range names[i+1:] {
			if p.distinctStamps(append([]*column{a, b}, p.time...)) == rows {
				p.series = []*column{a, b}
				return nil
			}
		}
	}
	p.repeats = p.fault(line, "data.time", "time stamp %q stands there again, and no column tells series apart; have the rows of a step put together with data.resample, or add a column that names the series of each row", stamp)
	return nil // the rows of a step may be put together
}

// repeated is the first time stamp that came before.
func (p *plan) repeated() (line int, stamp string) {
	seen := map[string]bool{}
	for i, s := range joined(p.time) {
		if seen[s] {
			return p.table.Lines[i], s
		}
		seen[s] = true
	}
	return 0, ""
}

// pickTargets chooses what to forecast.
func (p *plan) pickTargets() error {
	var able []*column
	for _, c := range p.columns {
		if slices.Contains(p.time, c) || slices.Contains(p.series, c) || c.unusable != "" || !c.numeric() || c.constant() {
			continue
		}
		able = append(able, c)
	}
	amounts := slices.DeleteFunc(slices.Clone(able), (*column).serves)
	if len(amounts) == 0 {
		amounts = able
	}
	switch first, rows := bestNamed(amounts), len(p.table.Lines); {
	case len(amounts) == 0:
		return p.noTarget()
	case len(p.time) == 0 && len(amounts) > rows && len(amounts) > 5 && alike(amounts):
		return p.fault(1, "data.targets", "%d columns are named alike, from %q to %q, and there are %d rows: a row is a series there, but nothing names each of them; give every row a name in a column of its own, such as id",
			len(amounts), amounts[0].name, amounts[len(amounts)-1].name, rows)
	case len(amounts) == 1:
		p.targets, p.why = amounts, "the one column of amounts"
	case alike(amounts):
		p.targets, p.why = amounts, "columns of amounts that are named alike"
	case first != nil:
		p.targets, p.why = []*column{first}, "chosen by its name"
	default:
		p.targets, p.why = amounts[:1], "the first column of amounts"
	}
	for _, c := range p.columns {
		if !slices.Contains(p.time, c) && !slices.Contains(p.series, c) && !slices.Contains(p.targets, c) {
			p.others = append(p.others, c)
		}
	}
	for _, c := range p.targets {
		for _, w := range c.words {
			if !slices.Contains(p.words, w) {
				p.words = append(p.words, w)
			}
		}
	}
	return nil
}

// serves says that a column of numbers counts rows, names things or flags them, and is hardly what is to be forecast.
func (c *column) serves() bool {
	return c.counting || c.distinct == 2 || c.whole && c.called(wordsOf("id no nr index code"))
}

// bestNamed is the column whose name says most clearly that it is the target, nil where none does.
func bestNamed(able []*column) *column {
	for _, w := range targetWords {
		for _, c := range able {
			if c.called(map[string]bool{w: true}) {
				return c
			}
		}
	}
	return nil
}

// alike says that the names differ in their digits alone: s1, s2, s3.
func alike(able []*column) bool {
	bare := func(c *column) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, c.name)
	}
	return !slices.ContainsFunc(able, func(c *column) bool { return bare(c) != bare(able[0]) })
}

// noTarget says why no column can be forecast.
func (p *plan) noTarget() error {
	if dated, _ := p.steps(); len(dated) > 2 {
		return p.fault(1, "data.targets", "%d columns are named by dates: a row is a series there, but its values are no numbers, or nothing names each row; correct them, or write the config yourself, with data.wide: dates, data.series: the columns that name a row, data.time: a name for the dates, and data.targets: one for the values", len(dated))
	}
	var told []string
	advised := map[string]bool{}
	for _, c := range p.columns {
		switch {
		case slices.Contains(p.time, c):
			told = append(told, fmt.Sprintf("%q holds time stamps", c.name))
		case slices.Contains(p.series, c):
			told = append(told, fmt.Sprintf("%q names the series", c.name))
		case c.unusable != "":
			told = append(told, fmt.Sprintf("%q: %s", c.name, c.unusable))
		case c.known == 0:
			told = append(told, fmt.Sprintf("%q is empty", c.name))
		case c.constant():
			told = append(told, fmt.Sprintf("%q is %s in every row", c.name, c.fields[0]))
		default:
			odd, advice, _ := strings.Cut(c.odd, "; ")
			if !advised[advice] { // once is enough
				odd = c.odd
			}
			advised[advice] = true
			told = append(told, fmt.Sprintf("%q, %s", c.name, odd))
		}
		if len(told) == 8 {
			told = append(told, "…")
			break
		}
	}
	return p.fault(0, "data.targets", "no column holds numbers that could be forecast: %s", strings.Join(told, "; "))
}
