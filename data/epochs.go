package data

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Time stamps that count: seconds since 1970 and parts of them, the days of spreadsheets, years with decimals. What is a whole
// number, or has decimals, is read and written in whole numbers, so that no digit is lost.

// epochUnit is a unit that is counted since 1970.
type epochUnit struct {
	name      string
	perSecond int64
	digits    int // of the years from 2001 to 2286
}

var epochUnits = []epochUnit{{"unix", 1, 10}, {"unix_ms", 1e3, 13}, {"unix_us", 1e6, 16}, {"unix_ns", 1e9, 19}}

// epochForm counts units since 1970, with so many digits when it has to be found out (0: any number) and so many decimals at most.
func epochForm(u epochUnit, digits, places int) Form {
	name := u.name
	if places > 0 {
		name += "." + strings.Repeat("0", places)
	}
	return Form{Name: name,
		Parse: func(s string) (time.Time, bool) {
			whole, after, _ := strings.Cut(s, ".")
			if digits > 0 && (len(whole) != digits || places > 0 != strings.Contains(s, ".")) || len(after) > places || strings.HasSuffix(s, ".") {
				return time.Time{}, false
			}
			v, err := strconv.ParseInt(whole, 10, 64)
			if err != nil || strings.HasPrefix(s, "+") {
				return time.Time{}, false
			}
			nanos, ok := fractionOf(after, 1e9/u.perSecond)
			if !ok {
				return time.Time{}, false
			}
			if strings.HasPrefix(s, "-") {
				nanos = -nanos
			}
			return time.Unix(v/u.perSecond, v%u.perSecond*(1e9/u.perSecond)+nanos).UTC(), true
		},
		Print: func(t time.Time) string { return u.print(t, places) },
	}
}

// fractionOf is the fraction of a unit of so many nanoseconds.
func fractionOf(digits string, unit int64) (nanos int64, ok bool) {
	for _, b := range []byte(digits) {
		if b < '0' || b > '9' {
			return 0, false
		}
		unit /= 10
		nanos += int64(b-'0') * unit
	}
	return nanos, true
}

func (u epochUnit) print(t time.Time, places int) string {
	unit := 1e9 / u.perSecond
	whole, rest := t.Unix()*u.perSecond+int64(t.Nanosecond())/unit, int64(t.Nanosecond())%unit
	sign := ""
	if whole < 0 && rest > 0 && places > 0 { // -0.5 is half a second before 1970
		whole, rest = whole+1, unit-rest
		if whole == 0 {
			sign = "-"
		}
	}
	text := sign + strconv.FormatInt(whole, 10)
	if places == 0 {
		return text
	}
	digits := strconv.FormatInt(unit+rest, 10)[1:] + strings.Repeat("0", 9)
	return text + "." + digits[:places]
}

// epochNamed reads unix, unix_ms, unix_us, unix_ns, and unix.000 with decimals.
func epochNamed(name string) (Form, bool) {
	base, zeros, dotted := strings.Cut(name, ".")
	for _, u := range epochUnits {
		if u.name == base && strings.Trim(zeros, "0") == "" && len(zeros) <= 9 && dotted == (zeros != "") {
			return epochForm(u, 0, len(zeros)), true
		}
	}
	return Form{}, false
}

// Days of spreadsheets: day 25569 is 1 January 1970.
const (
	serialZero  = 25569
	serialFirst = 61 // the days before count one that never was, 29 February 1900
	serialLast  = 2958465
)

// serialForm counts days as spreadsheets do, with so many decimals. Times are exact to the second, with up to 5 decimals to the minute.
func serialForm(places int) Form {
	name := "excel"
	if places > 0 {
		name += "." + strings.Repeat("0", places)
	}
	unit := time.Second
	if places <= 5 {
		unit = time.Minute
	}
	return Form{Name: name,
		Parse: func(s string) (time.Time, bool) {
			v, ok := PlainNumber(s)
			if !ok || v < serialFirst || v > serialLast || strings.ContainsAny(s, "eE") || decimals(s) > 0 && places == 0 {
				return time.Time{}, false
			}
			days, rest := math.Modf(v)
			t := time.Unix(int64(days-serialZero)*86400, 0).UTC()
			return t.Add(time.Duration(math.Round(rest*86400)) * time.Second).Round(unit), true
		},
		Print: func(t time.Time) string {
			days := float64(t.Unix())/86400 + serialZero
			return strconv.FormatFloat(days, 'f', places, 64)
		},
	}
}

func serialNamed(name string) (Form, bool) {
	zeros, ok := strings.CutPrefix(name, "excel")
	if !ok || zeros != "" && (zeros[0] != '.' || len(zeros) < 2 || len(zeros) > 13 || strings.Trim(zeros[1:], "0") != "") {
		return Form{}, false
	}
	return serialForm(max(0, len(zeros)-1)), true
}

// decimalForm writes a month as its year with decimals, rounded to so many: 1960.083 is February 1960. Months begin at such a share
// of a month, such as 0.5 where it is their middle that is written.
func decimalForm(places int, share float64) Form {
	name := "decimal_month." + strings.Repeat("0", places)
	if share != 0 {
		name += "+" + strconv.FormatFloat(share, 'f', -1, 64)
	}
	return Form{Name: name,
		Parse: func(s string) (time.Time, bool) {
			v, ok := PlainNumber(s)
			if !ok || v < 1000 || v >= 3000 || strings.ContainsAny(s, "eE") || decimals(s) > places {
				return time.Time{}, false
			}
			year, rest := math.Modf(v)
			month := math.Round(rest*12 - share)
			if math.Abs(rest*12-share-month) > monthSlack(places) {
				return time.Time{}, false
			}
			return time.Date(int(year), time.Month(1+int(month)), 1, 0, 0, 0, 0, time.UTC), true
		},
		Print: func(t time.Time) string {
			return strconv.FormatFloat(float64(t.Year())+(float64(t.Month())-1+share)/12, 'f', places, 64)
		},
	}
}

// monthSlack is how far a month may be from where it belongs, in months: what rounding or cutting a year to so many places makes,
// and what months of 28 to 31 days make.
func monthSlack(places int) float64 { return 12*math.Pow(10, -float64(places)) + 0.1 }

func decimalNamed(name string) (Form, bool) {
	rest, ok := strings.CutPrefix(name, "decimal_month.")
	zeros, from, shifted := strings.Cut(rest, "+")
	if !ok || len(zeros) < 2 || len(zeros) > 15 || strings.Trim(zeros, "0") != "" {
		return Form{}, false
	}
	share, err := 0.0, error(nil)
	if shifted {
		share, err = strconv.ParseFloat(from, 64)
	}
	if err != nil || !(share >= 0 && share < 1) {
		return Form{}, false
	}
	return decimalForm(len(zeros), share), true
}
