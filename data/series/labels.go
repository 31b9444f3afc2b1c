package series

import (
	"strconv"
	"strings"

	"recur/data"
)

// LabelsAfter returns the time stamps of the n steps after last, written as last is written. frequency is
// Frequency.String(). It is nil where last or frequency is "" or can't be read: a series without a time column has no labels.
func LabelsAfter(last, frequency string, n int) []string {
	f, err := ParseFrequency(frequency)
	if err != nil || last == "" || f.Kind == "" {
		return nil
	}
	labels := make([]string, n)
	if f.Kind == "number" {
		v, ok := data.PlainNumber(last)
		if !ok {
			return nil
		}
		for i := range labels {
			labels[i] = formatNumber(v+float64(i+1)*f.Step, last, f.Step)
		}
		return labels
	}
	form, ok := data.FormNamed(f.Format)
	if !ok {
		return nil
	}
	t, ok := f.read(last, form)
	if !ok {
		return nil
	}
	for i := range labels {
		labels[i] = f.write(f.Next(t, i+1), form)
	}
	return labels
}

// LabelAfter is the last of LabelsAfter, "" where there are none.
func LabelAfter(last, frequency string, n int) string {
	labels := LabelsAfter(last, frequency, n)
	if n < 1 || len(labels) < n {
		return ""
	}
	return labels[n-1]
}

// formatNumber writes v with as many decimals as the label or the step have.
func formatNumber(v float64, label string, step float64) string {
	decimals := func(s string) int {
		_, after, _ := strings.Cut(s, ".")
		return len(after)
	}
	if strings.ContainsAny(label, "eE") {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', max(decimals(label), decimals(strconv.FormatFloat(step, 'f', -1, 64))), 64)
}
