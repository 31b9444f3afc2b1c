package datasets

import (
	"bytes"
	"encoding/csv"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Every data set is text in UTF-8 with lines that end, all of them are small, and the page beside each says where it is from.
func TestFiles(t *testing.T) {
	entries, err := Files.ReadDir(".")
	if err != nil || len(entries) < 6 {
		t.Fatalf("got %d data sets, %v; want 6 or more", len(entries), err)
	}
	total := 0
	for _, e := range entries {
		file, src, ok := File(e.Name())
		if !ok || strings.TrimSuffix(file, path.Ext(file)) != e.Name() {
			t.Errorf("%s: its file is %q, %t", e.Name(), file, ok)
		}
		if !utf8.Valid(src) || bytes.ContainsAny(src, "\r\x00") || !bytes.HasSuffix(src, []byte("\n")) {
			t.Errorf("%s: not UTF-8 in lines that end in LF", file)
		}
		total += len(src)
	}
	if total > 400_000 {
		t.Errorf("all files have %d bytes, want at most 400,000: they are in the binary", total)
	}
	for _, name := range []string{"", ".", "sine", "../datasets", "co2/co2.csv", "co2/"} {
		if _, _, ok := File(name); ok {
			t.Errorf("there is a data set %q", name)
		}
	}
}

func lines(t *testing.T, name string) []string {
	t.Helper()
	_, src, ok := File(name)
	if !ok {
		t.Fatalf("there is no data set %s", name)
	}
	return strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")
}

// twice finds what stands in a list two times.
func twice(all []string) (found []string) {
	seen := map[string]bool{}
	for _, s := range all {
		if seen[s] {
			found = append(found, s)
		}
		seen[s] = true
	}
	return found
}

// A name is a word of small letters, no two are the same, and their order says nothing of them.
func TestNames(t *testing.T) {
	names, form := lines(t, "names"), regexp.MustCompile(`^[a-z]{2,14}$`)
	for i, name := range names {
		if !form.MatchString(name) {
			t.Errorf("line %d is %q, want a word of small letters", i+1, name)
		}
	}
	if again := twice(names); len(names) < 3000 || len(again) > 0 {
		t.Errorf("%d names, these twice: %v", len(names), again)
	}
	if slices.IsSorted(names) {
		t.Error("the names are in the order of the alphabet: a part that is cut from the end would be another population")
	}
}

// The play is whole: from its first speech to its last, with names of speakers on lines of their own.
func TestShakespeare(t *testing.T) {
	play, speaker := lines(t, "shakespeare"), regexp.MustCompile(`^[A-Z][A-Za-z ]*:$`)
	speakers := 0
	for _, line := range play {
		if speaker.MatchString(line) {
			speakers++
		}
	}
	if play[0] != "SAMPSON:" || play[len(play)-1] != "Than this of Juliet and her Romeo." || speakers < 800 {
		t.Errorf("it begins with %q, ends with %q and has %d speeches", play[0], play[len(play)-1], speakers)
	}
}

// Sentences differ even where case and punctuation are left out, there are as many of each label, and any tenth is about as mixed.
func TestSentiment(t *testing.T) {
	_, src, _ := File("sentiment")
	rows, err := csv.NewReader(bytes.NewReader(src)).ReadAll()
	if err != nil || !slices.Equal(rows[0], []string{"text", "label"}) || len(rows) < 501 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	rows, word := rows[1:], regexp.MustCompile(`[a-z0-9]+`)
	var texts []string
	counts := map[string]int{}
	for i, row := range rows {
		words := word.FindAllString(strings.ToLower(row[0]), -1)
		texts = append(texts, strings.Join(words, " "))
		if counts[row[1]]++; len(words) < 3 || row[0] != strings.TrimSpace(row[0]) || row[1] != "positive" && row[1] != "negative" {
			t.Errorf("line %d is %q", i+2, row)
		}
	}
	if again := twice(texts); len(again) > 0 {
		t.Errorf("these stand there twice: %q", again)
	}
	if counts["positive"] != counts["negative"] {
		t.Errorf("labels: %v, want as many of each", counts)
	}
	tenth := len(rows) / 10
	for from := 0; from+tenth <= len(rows); from += tenth {
		positive := 0
		for _, row := range rows[from : from+tenth] {
			if row[1] == "positive" {
				positive++
			}
		}
		if positive < tenth/4 || positive > tenth-tenth/4 {
			t.Errorf("rows %d to %d: %d of %d are positive; mix them", from, from+tenth, positive, tenth)
		}
	}
}
