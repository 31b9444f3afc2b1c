package suggest

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"recur/data/series"
)

// column is what the fields of one column have in common.
type column struct {
	at     int
	name   string
	fields []string
	lines  []int

	unusable string // why a config can't name it, "" where it can
	filled   int    // fields that are not empty; NA may be a name
	known    int
	numbers  int
	words    []string // fields that stand for a missing value and are not "" or NA
	odd      string   // the first fault of a field that is neither number nor missing, with its line
	distinct int      // of the known fields, at most mostDistinct
	least    float64  // of the numbers
	most     float64
	whole    bool // the numbers are whole
	rising   bool // the numbers rise from row to row
	falls    int  // how often they fall from row to row
	counting bool // by 1
	even     bool // by about the same step
	blank    int  // the line of the first empty field, 0 where there is none
	forms    []string
}

// mostDistinct is how many different fields of a column are told apart.
const mostDistinct = 100_000

// survey looks at every column.
func survey(t *series.Table) []*column {
	seen := map[string]int{}
	for _, n := range t.Names {
		seen[n]++
	}
	columns := make([]*column, len(t.Names))
	for at, name := range t.Names {
		c := &column{at: at, name: name, fields: t.Columns[at], lines: t.Lines, least: math.Inf(1), most: math.Inf(-1), whole: true, rising: true, counting: true, even: true}
		switch {
		case name == "":
			c.unusable = "it has no name in the header"
		case seen[name] > 1:
			c.unusable = strconv.Itoa(seen[name]) + " columns have this name"
		}
		c.look()
		columns[at] = c
	}
	return columns
}

// look reads the fields as numbers.
func (c *column) look() {
	distinct := map[string]bool{}
	last, step := math.NaN(), math.NaN()
	for i, f := range c.fields {
		if f != "" {
			c.filled++
		}
		if f == "" || f == "NA" {
			if f == "" && c.blank == 0 {
				c.blank = c.lines[i]
			}
			c.counting, c.even = false, false
			continue
		}
		v, err := series.Number(f)
		if err != nil && series.MeansMissing(f) {
			c.word(f)
			continue
		}
		if c.known++; len(distinct) < mostDistinct {
			distinct[f] = true
		}
		if err != nil {
			if c.odd == "" {
				c.odd = fmt.Sprintf("line %d %v", c.lines[i], err)
			}
			continue
		}
		c.numbers++
		c.least, c.most = min(c.least, v), max(c.most, v)
		c.whole = c.whole && v == math.Trunc(v)
		if d := v - last; !math.IsNaN(d) {
			c.rising = c.rising && d > 0
			if d < 0 {
				c.falls++
			}
			c.counting = c.counting && d == 1
			c.even = c.even && (math.IsNaN(step) || math.Abs(d-step) <= 1e-3*math.Abs(step))
			step = d
		}
		last = v
	}
	c.distinct = len(distinct)
	c.rising = c.rising && c.numbers > 1
	c.counting, c.even = c.counting && c.rising, c.even && c.rising
}

func (c *column) word(f string) {
	for _, w := range c.words {
		if w == f {
			return
		}
	}
	c.words = append(c.words, f)
}

// numeric says that all known fields are numbers.
func (c *column) numeric() bool { return c.numbers > 0 && c.odd == "" }

// constant says that all known fields are the same.
func (c *column) constant() bool { return c.distinct <= 1 }

// climbs says that the numbers rise, or rise again and again as the steps of several series do.
func (c *column) climbs() bool { return c.numeric() && !c.constant() && 4*c.falls <= c.numbers }

// names says that the fields are names of a few things: of series, or categories.
func (c *column) names() bool {
	return c.unusable == "" && !c.constant() && c.odd != "" && c.numbers*2 < c.known && c.distinct*2 <= len(c.fields) && c.distinct < mostDistinct
}

// stamps finds the forms that read the known fields as time stamps.
func (c *column) stamps() []string {
	if c.forms != nil || c.known == 0 || c.unusable != "" {
		return c.forms
	}
	known := make([]string, 0, len(c.fields))
	for _, f := range c.fields {
		if f != "" {
			known = append(known, f)
		}
	}
	c.forms = series.TimeForms(known)
	return c.forms
}

// strayStamp is the first of a few words without a digit in a column of time stamps, -1 where there is none.
func (c *column) strayStamp() int {
	if c.unusable != "" || c.numeric() || c.numbers > 0 && !c.called(timeWords) || len(c.stamps()) > 0 {
		return -1
	}
	stray, first := 0, -1
	for i, f := range c.fields {
		if f == "" || len(series.TimeForms([]string{f})) > 0 {
			continue
		}
		if stray++; first < 0 {
			first = i
		}
		if stray*20 > c.known || strings.ContainsAny(f, "0123456789") {
			return -1
		}
	}
	return first
}

// digits says that a time stamp of this column is nothing but digits: it may as well be an amount.
func (c *column) digits() bool { return c.numbers == c.known }

// called reports whether a column's name is, or has among its words, one of some words.
func (c *column) called(words map[string]bool) bool {
	_, ok := c.rank(words)
	return ok
}

// rank is called, and says which word it was.
func (c *column) rank(words map[string]bool) (string, bool) {
	lower := strings.ToLower(c.name)
	if words[lower] {
		return lower, true
	}
	for _, w := range strings.FieldsFunc(lower, func(r rune) bool { return strings.ContainsRune(" _-.()[]/:", r) }) {
		if words[w] {
			return w, true
		}
	}
	return "", false
}

// wordsOf makes a set.
func wordsOf(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
