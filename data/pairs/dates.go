package pairs

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// The years of dates: no two of them have the same last two digits.
const firstYear, years = 1950, 100

// forms are how dates are written. With strokes the month comes first, with points the day, so that each can be read in one way.
var forms = [14]string{
	"2006/01/02", "20060102", "01/02/2006", "1/2/06", "02.01.2006", "2.1.06", "02-Jan-06",
	"2 January 2006", "2 Jan 2006", "January 2, 2006", "Jan 2, 2006", "Monday, January 2, 2006", "Mon 2 Jan 2006", "th",
}

// date draws a day from 1950 to 2049 in one of 14 forms and three cases of letters.
func date(r *rand.Rand) (source, target string) {
	first := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	days := int(time.Date(firstYear+years, 1, 1, 0, 0, 0, 0, time.UTC).Sub(first).Hours() / 24)
	day := first.AddDate(0, 0, r.IntN(days))
	source = written(day, forms[r.IntN(len(forms))])
	switch r.IntN(3) {
	case 0:
		source = strings.ToLower(source)
	case 1:
		source = strings.ToUpper(source)
	}
	return source, day.Format(time.DateOnly)
}

// written is a day in one form.
func written(day time.Time, form string) string {
	if form != "th" {
		return day.Format(form)
	}
	ending := "th"
	if n := day.Day(); n/10 != 1 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return fmt.Sprintf("%d%s of %s", day.Day(), ending, day.Format("January 2006"))
}
