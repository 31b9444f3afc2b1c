package data

import (
	"iter"
	"strings"
)

// Stamps are the time stamps of a file, whose form is to be found out. There is at least one.
type Stamps struct {
	All iter.Seq[Stamp]
	Bad *Faults
}

// Stamp is a time stamp as it is written, and its place.
type Stamp struct {
	Text         string
	Line, Column int
}

// FormNames lists the names that data.time_format knows beside Go layouts.
func FormNames() string {
	return "yyyy, yyyymm, yyyymmdd, yyyymmddhh, yyyyww, yyyyq, iso, unix, unix_ms, unix_us, unix_ns, excel, number, 2006Q1, 2006-W01"
}

// Form finds how all of them are written: as named (data.time_format), or where that is "" in one of Forms. numbers is true
// where they are plain numbers. fits are all forms that read every one of them, where there is a choice; the first is taken.
// instead is what else to do where no form is known.
func (s *Stamps) Form(named, instead string) (f Form, numbers bool, fits []Form, err error) {
	switch {
	case named == "number":
		return Form{}, true, nil, s.allNumbers("data.time_format is number")
	case named != "":
		f, ok := FormNamed(named)
		if !ok {
			hint := ""
			if strings.Contains(named, "%") {
				hint = "; a Go layout writes 2 January 2006 15:04:05 in the form of the file"
			}
			s.Bad.Add(0, 0, "data.time_format", "data.time_format %s is neither a Go layout nor one of %s%s", Quoted(named), FormNames(), hint)
			return Form{}, false, nil, s.Bad.Err()
		}
		f = s.styled(f)
		return f, false, nil, s.allRead(f, "in the form "+Quoted(named)+" of data.time_format")
	}
	return s.guess(instead)
}

// As is a form in the style of the time stamps; ok is false where it can't read them all.
func (s *Stamps) As(f Form) (styled Form, ok bool) {
	if _, all := s.readBy(f); !all {
		return f, false
	}
	return s.styled(f), true
}

// guess tries all known forms on all time stamps.
func (s *Stamps) guess(instead string) (f Form, numbers bool, fits []Form, err error) {
	for _, group := range Forms {
		if fits := s.Fitting(group); len(fits) > 0 {
			fits[0] = s.styled(fits[0])
			return fits[0], false, fits, s.ambiguous(fits)
		}
	}
	var first Stamp
	for first = range s.All {
		break
	}
	if _, ok := PlainNumber(first.Text); ok {
		if err := s.allNumbers("the first one is a number"); err != nil {
			return Form{}, true, nil, err
		}
		f, ok, err := s.counting()
		return f, !ok, nil, err
	}
	// Nothing reads all of them: point at the first that the best form can't read.
	var best Form
	far := -1
	for _, group := range Forms {
		for _, f := range group {
			if n, _ := s.readBy(f); n > far {
				best, far = f, n
			}
		}
	}
	if far <= 0 {
		s.Bad.Add(first.Line, first.Column, "data.time", "time stamp %s can't be read; name its form in data.time_format (a Go layout or one of %s), or %s", Quoted(first.Text), FormNames(), instead)
		return Form{}, false, nil, s.Bad.Err()
	}
	return Form{}, false, nil, s.allRead(best, "as "+Quoted(best.Name)+", the form of the ones before; correct it or name the form in data.time_format")
}

// Fitting returns the forms that read every time stamp.
func (s *Stamps) Fitting(group []Form) []Form {
	var fits []Form
	for _, f := range group {
		if _, all := s.readBy(f); all {
			fits = append(fits, f)
		}
	}
	return fits
}

// readBy counts the time stamps that f reads before the first that it can't.
func (s *Stamps) readBy(f Form) (n int, all bool) {
	for stamp := range s.All {
		if _, ok := f.Parse(stamp.Text); !ok {
			return n, false
		}
		n++
	}
	return n, true
}

// ambiguous is a fault when two forms read the time stamps as different times.
func (s *Stamps) ambiguous(fits []Form) error {
	first := fits[0]
	for _, other := range fits[1:] {
		for stamp := range s.All {
			a, _ := first.Parse(stamp.Text)
			b, _ := other.Parse(stamp.Text)
			if !a.Equal(b) {
				s.Bad.Add(stamp.Line, stamp.Column, "data.time_format", "time stamp %s may be %s or %s; set data.time_format to %s or %s",
					Quoted(stamp.Text), a.Format("2 January 2006"), b.Format("2 January 2006"), Quoted(first.Name), Quoted(other.Name))
				return s.Bad.Err()
			}
		}
	}
	return nil
}

// allRead reports every time stamp that f can't read.
func (s *Stamps) allRead(f Form, how string) error {
	for stamp := range s.All {
		if _, ok := f.Parse(stamp.Text); !ok {
			s.Bad.Add(stamp.Line, stamp.Column, "data.time_format", "time stamp %s can't be read %s", Quoted(stamp.Text), how)
		}
	}
	return s.Bad.Err()
}

// allNumbers reports every time stamp that is no plain number.
func (s *Stamps) allNumbers(why string) error {
	for stamp := range s.All {
		if _, ok := PlainNumber(stamp.Text); !ok {
			s.Bad.Add(stamp.Line, stamp.Column, "data.time", "time stamp %s is not a number, and %s; correct it, or name the form in data.time_format", Quoted(stamp.Text), why)
		}
	}
	return s.Bad.Err()
}
