package data

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Numeric reports whether s is written with digits, signs, a point and an exponent alone: no hexadecimal, no names.
func Numeric(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '.', c == '-', c == '+', c == 'e', c == 'E':
		default:
			return false
		}
	}
	return s != ""
}

// ParseNumber reads a decimal number. What is wrong with it, and what to do, is the error's text.
func ParseNumber(s string) (float64, error) {
	if Numeric(s) {
		v, err := strconv.ParseFloat(s, 64)
		if err == nil {
			return v, nil
		}
		if errors.Is(err, strconv.ErrRange) && math.IsInf(v, 0) {
			return 0, fmt.Errorf("is %s, which is too large for a number of 64 bits", Quoted(s))
		}
	}
	return 0, fmt.Errorf("is %s, %s", Quoted(s), complaint(s))
}

// complaint says why s is no number.
func complaint(s string) string {
	lower := strings.ToLower(strings.TrimLeft(s, "+-"))
	switch {
	case lower == "nan" || lower == "inf" || lower == "infinity" || lower == "1.#inf" || lower == "1.#qnan":
		return "which is never a value; leave the field empty where the value is missing (data.missing says how such fields are filled)"
	case strings.Contains(s, ",") && IsNumber(strings.ReplaceAll(s, ",", "")):
		return "written with a comma; write numbers with a decimal point and without thousands separators"
	case grouped(s):
		return "written with thousands separators; write numbers without them"
	case IsNumber(strings.TrimRight(s, "% ")) || IsNumber(strings.TrimLeft(s, "$€£ ")):
		return "a number with a unit; write the number alone"
	case slices.Contains(Holes, lower) || strings.Trim(s, "-.?*x") == "":
		return "not a number; if it stands for a missing value, add it to data.missing_values"
	}
	return "not a number; recur reads numbers only: correct it, name it in data.missing_values if it stands for a missing value, or leave the column out"
}

// Holes are ways to write a missing value that stand in data.missing_values only when the user says so.
var Holes = []string{"na", "n/a", "#n/a", "n.a.", "null", "nil", "none", "missing", "void", "#null!", "#value!", "#div/0!"}

// IsNumber reports whether s is a decimal number.
func IsNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && Numeric(s)
}

// grouped reports whether s is a number once blanks, apostrophes and underscores between its digits are gone.
func grouped(s string) bool {
	bare := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "", "_", "").Replace(s)
	if strings.Count(bare, ".") > 1 {
		return IsNumber(strings.ReplaceAll(bare, ".", ""))
	}
	return bare != s && IsNumber(bare)
}

// Quoted shows a field in a message, cut where it is long.
func Quoted(s string) string {
	const most = 40
	if len(s) > most {
		cut := most
		for cut > 0 && s[cut]&0xC0 == 0x80 {
			cut--
		}
		return strconv.Quote(s[:cut]) + "…"
	}
	return strconv.Quote(s)
}

// Digits is v for machines: the shortest text that reads back as v, written as JSON is, without an exponent from 1e-6 to 1e21.
func Digits(v float64) string { return string(AppendDigits(nil, v)) }

// AppendDigits appends Digits.
func AppendDigits(out []byte, v float64) []byte {
	if abs := math.Abs(v); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		return strconv.AppendFloat(out, v, 'g', -1, 64)
	}
	return strconv.AppendFloat(out, v, 'f', -1, 64)
}
