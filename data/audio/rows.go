package audio

import (
	"bytes"
	"strings"

	"recur/data"
)

// rows reads numbers that are parted by commas, semicolons, tabs or blanks: a row a frame, without names.
func rows(name string, src []byte) (x []float32, d int, fault *data.Error) {
	text, err := data.PlainText(name, src)
	if err != nil {
		return nil, 0, first(err)
	}
	comma, _ := data.Separator(text)
	for line := 1; len(text) > 0; line++ {
		row, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		before := len(x)
		if x, fault = numbers(name, line, string(row), comma, x); fault != nil {
			return nil, 0, fault
		}
		n := len(x) - before
		if line == 1 {
			d = n
		}
		switch {
		case n == 0 && len(bytes.TrimSpace(rest)) == 0:
		case n == 0:
			return nil, 0, data.Fault(name, line, 1, "data.audio", "the line is empty; delete it")
		case n != d:
			return nil, 0, data.Fault(name, line, 1, "data.audio", "the row has %s, and the first %d; every frame has as many", data.Count(n, "number", "numbers"), d)
		}
		if fault := size(name, int64(len(x)/max(d, 1)), int64(d)); fault != nil {
			return nil, 0, fault
		}
	}
	return x, d, nil
}

// numbers appends those of a row.
func numbers(name string, line int, row string, comma rune, x []float32) ([]float32, *data.Error) {
	if row = strings.TrimRight(row, "\r"); strings.TrimSpace(row) == "" {
		return x, nil
	}
	fields := strings.Split(row, string(comma))
	if len(fields) == 1 {
		fields = strings.Fields(row)
	}
	column := 1
	for i, field := range fields {
		v, err := data.ParseNumber(strings.TrimSpace(field))
		switch {
		case err != nil && line == 1 && i == 0:
			return nil, data.Fault(name, line, column, "data.audio", "field %d %v; a file of features has a row a frame: if the first line names columns, delete it", i+1, err)
		case err != nil:
			return nil, data.Fault(name, line, column, "data.audio", "field %d %v", i+1, err)
		case v > maxFloat || v < -maxFloat:
			return nil, data.Fault(name, line, column, "data.audio", "field %d is %g, which is too large for a number of 32 bits", i+1, v)
		}
		x, column = append(x, float32(v)), column+len(field)+1
	}
	return x, nil
}

// first is the first fault of an error that is one, or several.
func first(err error) *data.Error {
	switch err := err.(type) {
	case *data.Error:
		return err
	case data.Errors:
		return err[0]
	}
	return nil
}
