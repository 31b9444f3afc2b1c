package suggest

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"recur/configs"
)

// The text of the config: YAML with a comment behind every choice.

// many says that the file holds many series.
func (p *plan) many() bool { return p.series != nil || p.wide != "" || len(p.targets) > 1 }

// text is the whole config.
func (p *plan) text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Written by `recur init` for %s: %s%s. Every line can be changed; `recur config explain KEY` says what a key means.\n",
		configs.Quote(p.table.Name), p.counted(), p.stepped())
	for _, line := range p.asides() {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	fmt.Fprintf(&b, "version: %d\nname: %s\n", configs.Version, configs.Quote(configs.NameOf(p.name+".yaml")))
	b.WriteString(entry("recipe: global", "windows normalised one by one, an ensemble with intervals; the network needs no sizes") + "data:\n")
	b.WriteString(strings.Join(p.columnLines(), ""))
	b.WriteString(strings.Join(p.sizeLines(), ""))
	return []byte(b.String())
}

// counted says how much data there is.
func (p *plan) counted() string {
	if n := len(p.set.Series); n > 1 {
		return fmt.Sprintf("%d series of typically %d rows", n, p.size.rows)
	}
	return fmt.Sprintf("%d rows", p.size.rows)
}

func (p *plan) stepped() string {
	switch f := p.set.Frequency; {
	case f.Kind == "number":
		return ", a step of " + f.Name()
	case f.Name() != "":
		return ", one every " + f.Name()
	}
	return ""
}

// asides are remarks that belong to no key that is written.
func (p *plan) asides() []string {
	var out []string
	if p.table.Above > 0 {
		out = append(out, fmt.Sprintf("The header is line %d; what stands above it is left out.", p.table.Above+1))
	}
	if p.table.Told != "" {
		out = append(out, "Fields are separated by "+p.table.Told+".")
	}
	if p.without != "" {
		out = append(out, p.without)
	}
	for _, c := range p.others {
		if why := p.leftOut(c); why != "" {
			out = append(out, fmt.Sprintf("Column %q is left out: %s.", c.name, why))
		}
		if len(out) > 20 {
			return append(out, "… and further columns.")
		}
	}
	return out
}

// leftOut says why a column is of no use, "" where it may be a covariate.
func (p *plan) leftOut(c *column) string {
	switch {
	case c.unusable != "":
		return c.unusable
	case c.known == 0:
		return "it is empty"
	case c.constant():
		return "it is the same in every row"
	case c.counting:
		return "it counts the rows"
	case c.numeric() && p.constantBySeries(c):
		return "it is the same in all rows of a series"
	case c.numeric() || c.names():
		return ""
	case len(c.stamps()) > 0 && !c.digits():
		return "it holds dates, and one column of time stamps is enough"
	case c.numbers*2 > c.known:
		return c.odd
	}
	return "it holds text"
}

// constantBySeries says that a column tells series apart and changes nothing within them.
func (p *plan) constantBySeries(c *column) bool {
	if p.series == nil {
		return false
	}
	first := map[string]string{}
	for i, s := range joined(p.series) {
		if f, ok := first[s]; !ok {
			first[s] = c.fields[i]
		} else if f != c.fields[i] {
			return false
		}
	}
	return true
}

// entry is a line of YAML with a comment behind it.
func entry(text, comment string) string {
	if comment == "" {
		return text + "\n"
	}
	return fmt.Sprintf("%-44s # %s\n", text, comment)
}

// columnLines says which column is what.
func (p *plan) columnLines() []string {
	var lines []string
	add := func(key, value, comment string) { lines = append(lines, entry("  "+key+": "+value, comment)) }
	where := "relative to this file"
	if p.csv == p.path && strings.HasPrefix(p.path, "builtin:") {
		where = "embedded in recur"
	} else if filepath.IsAbs(p.csv) {
		where = ""
	}
	add("csv", configs.Quote(p.csv), where)
	if len(p.time) > 0 {
		add("time", yamlNames(p.time), p.span())
	}
	if p.form != "" {
		add("time_format", configs.Quote(p.form), "other forms read these time stamps too, with less even steps")
	}
	if p.zone != "" {
		add("time_zone", p.zone, "clocks were put forward or back as there; name your own where it is another")
	}
	if len(p.series) > 0 {
		why := "time stamps repeat, and this column tells the series apart"
		if len(p.series) > 1 {
			why = "time stamps repeat, and these columns tell the series apart together"
		}
		if p.wide != "" {
			why = "a row is a series"
		}
		add("series", yamlNames(p.series), why)
	}
	if p.wide != "" {
		add("wide", p.wide, "a column is a step")
	}
	add("targets", "["+names(p.targets)+"]", p.why)
	lines = append(lines, p.candidates()...)
	if p.grid != nil {
		add("resample", p.grid.String(), p.grid.Why()+p.grid.Choice())
	}
	if p.missing != "" {
		add("missing", p.missing, p.gaps())
	}
	if len(p.words) > 0 {
		add("missing_values", `["", NA, `+quotedAll(p.words)+"]", "what stands for a missing value")
	}
	return lines
}

// gaps says what is missing.
func (p *plan) gaps() string {
	var told []string
	holes := 0
	for _, c := range p.targets {
		holes += c.holes()
	}
	if holes > 0 {
		told = append(told, plural(holes, "value is", "values are")+" missing")
	}
	if p.grid != nil {
		told = append(told, "some steps have no row")
		if p.missing == "zero" {
			return "some steps have no row, and the rows of others are added up: 0; interpolate if something was there and not written down"
		}
	}
	if n := p.inserted(); n > 0 && p.grid == nil {
		told = append(told, plural(n, "row is", "rows are")+" missing between others (zero instead of "+p.missing+" where none means 0)")
	}
	return strings.Join(told, " and ") + "; a filled value is read, but never a target"
}

// candidates are comments that make covariates of further columns.
func (p *plan) candidates() []string {
	var amounts, categories []*column
	for _, c := range p.others {
		switch {
		case p.leftOut(c) != "" || p.missing == "" && c.holes() > 0:
		case c.names():
			categories = append(categories, c)
		case len(c.words) == 0:
			amounts = append(amounts, c)
		}
	}
	const most = 30
	amounts, categories = amounts[:min(most, len(amounts))], categories[:min(most, len(categories))]
	var lines []string
	if all := slices.Concat(amounts, categories); len(all) > 0 {
		lines = append(lines, entry("  # covariates: ["+names(all)+"]", "uncomment to have the network read them too"))
	}
	if len(categories) > 0 {
		lines = append(lines, entry("  # categorical: ["+names(categories)+"]", "those of the covariates that hold names"))
	}
	return lines
}

// sizeLines are the lines below the columns.
func (p *plan) sizeLines() []string {
	s, each := &p.size, ""
	if p.many() {
		each = " of each series"
	}
	lines := []string{
		entry(fmt.Sprintf("  split: {validation: %d, test: %d}", s.part, s.part), "rows at the end"+each+": to choose on, and to test on"),
		entry(fmt.Sprintf("  horizon: %d", s.horizon), "rows ahead; `recur init --horizon N` sizes all to another"),
	}
	found, _, _ := strings.Cut(p.found, ";")
	if len(p.season) > 0 {
		return append(lines, entry("  season: "+seasonText(p.season), "rows; "+found))
	}
	return append(lines, entry("  # season: 12", found))
}

// span says from when to when the first series goes; "" before the file was read.
func (p *plan) span() string {
	if p.set == nil {
		return ""
	}
	labels := p.set.Series[0].Labels
	if len(labels) == 0 {
		return ""
	}
	return "from " + labels[0] + " to " + labels[len(labels)-1]
}

// yamlNames is one name, or a list.
func yamlNames(columns []*column) string {
	if len(columns) == 1 {
		return configs.Quote(columns[0].name)
	}
	return "[" + names(columns) + "]"
}

// names lists columns as YAML.
func names(columns []*column) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = configs.Quote(c.name)
	}
	return strings.Join(out, ", ")
}

func quotedAll(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = configs.Quote(w)
	}
	return strings.Join(out, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
