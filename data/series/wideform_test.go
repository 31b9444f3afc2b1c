package series

import (
	"strings"
	"testing"

	"recur/configs"
)

func widely(form string, change func(*configs.Data)) *configs.Config {
	return config(func(c *configs.Config) {
		c.Data.Wide, c.Data.Targets = form, []string{"units"}
		change(&c.Data)
	})
}

// A row is a series, a column a step: with numbers or time stamps in the header.
func TestWideDates(t *testing.T) {
	d, err := OpenCSV(widely("dates", func(d *configs.Data) { d.Series = []string{"item_id", "store_id"} }), "testdata/cases/wide.csv")
	if err != nil {
		t.Fatal(err)
	}
	if s := d.Series[1]; s.Name != "HOBBIES_1_001/CA_1" || s.Values[0] != 1 || s.Values[1] != 2 || d.Frequency.Kind != "" || !strings.Contains(strings.Join(d.Notes, ""), "1 further column is no part of it") {
		t.Errorf("%s: %v; %v", s.Name, s.Values[:3], d.Notes)
	}
	c := widely("dates", func(d *configs.Data) { d.Series, d.Time = []string{"id"}, []string{"date"} })
	d, err = parseCSV("a.csv", []byte("id,colour,2020-01,2020-02,2020-03,2020-04\na,red,1,2,3,4\nb,blue,,5,6,\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	if b := d.Series[1]; d.Frequency.Name() != "month" || len(b.Values) != 2 || b.Labels[0] != "2020-02" || b.Values[1] != 6 {
		t.Errorf("%s, %v: %v %v", d.Frequency.Name(), d.Series[0].Values, b.Labels, b.Values)
	}
	for src, want := range map[string]string{
		"id,2020-01,2020-02,2020-03\na,1,,3\n":            `a.csv:2:5: column "2020-02" has no value; set data.missing`,
		"id,2020-01,2020-02,2020-03\na,1,2,3\na,1,2,3\n":  `a.csv:3:1: series "a" stands in a line before already`,
		"id,colour,size\na,1,2\n":                         "leave out data.time where they are numbered",
		"id,2020-01,2020-02,2020-03\na,1,x,3\n":           `a.csv:2:5: column "2020-02" is "x"`,
		"id,2020-01,2020-02,2020-03\na,1,2,3\nb,,,\n":     `series "b" has no value`,
		"id,2020-01,2020-03,2020-02,2020-04\na,1,2,3,4\n": `time stamp "2020-02" comes after "2020-03"`,
	} {
		if _, err := parseCSV("a.csv", []byte(src), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", src, err, want)
		}
	}
}

// A column is a series, a row a step.
func TestWideSeries(t *testing.T) {
	c := widely("series", func(d *configs.Data) { d.Time = []string{"day"} })
	d, err := parseCSV("a.csv", []byte("day;north;south\n01.01.2020;1,5;\n02.01.2020;2,5;7\n03.01.2020;3;8,25\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	n, s := d.Series[0], d.Series[1]
	if n.Name != "north" || len(n.Values) != 3 || n.Values[0] != 1.5 || s.Name != "south" || len(s.Values) != 2 || s.Values[1] != 8.25 || s.Labels[0] != "02.01.2020" || d.Frequency.Name() != "day" {
		t.Errorf("%+v", d.Series)
	}
	if _, err := parseCSV("a.csv", []byte("day,a,a\n2020-01-01,1,2\n"), c); err == nil || !strings.Contains(err.Error(), `two columns are named "a"`) {
		t.Error(err)
	}
}
