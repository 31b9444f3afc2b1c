package series

import (
	"testing"

	"recur/configs"
	"recur/data"
)

// Every form that is found out, and so may be advised, can be named in a config; what data refuses configs refuses too.
func TestFormsCanBeNamed(t *testing.T) {
	parse := func(format string) error {
		_, err := configs.Parse("a.yaml", []byte("data: {csv: builtin:co2, time: t, targets: [y], time_format: "+configs.Quote(format)+"}\n"), nil)
		return err
	}
	names := []string{"1/2/2006 H:04", "1/2/2006 H24:04", "2006-01-02 24:04", "JAN-06", "02-jan-2006", "1/2/2006 3:04 pm", "2006-01-02 15:04:05.000", "2006-01-02T15:04:05.000000Z", "unix.000", "unix_ns", "unix_us", "unix_ms.0", "excel.0000",
		"decimal_month.000", "decimal_month.0000+0.5", "yyyyq", "yyyyww", "2006-01-02 period/48"}
	for _, group := range data.Forms {
		for _, f := range group {
			names = append(names, f.Name)
		}
	}
	for _, name := range names {
		if _, ok := data.FormNamed(name); !ok {
			t.Errorf("%q is no form", name)
		} else if err := parse(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"2006-Q01", "2006Q01", "Q01/2006", "2006-W02", "2006-W", "Q 2006-01", "2006-01-02 W", "Q1-01-2006", "W01-01-02-2006"} {
		if _, ok := data.FormNamed(name); ok || parse(name) == nil {
			t.Errorf("%q is taken: by data %t, by configs %t", name, ok, parse(name) == nil)
		}
	}
}
