package text

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// reviews are the same texts in the forms that are read.
var reviews = map[string]string{
	"a.csv":   "id,label,text\n1,good,\"fine, very\nfine\"\n2, bad ,awful\n3,good,nice\n",
	"a.tsv":   "label\ttext\ngood\t\"fine, very\nfine\"\n bad \tawful\ngood\tnice\n",
	"a.jsonl": `{"text":"fine, very\nfine","label":"good","more":[1]}` + "\r\n" + `{"label":" bad ","text":"awful"}` + "\n" + `{"text":"nice","label":"good"}`,
}

func TestFormsOfLabelledTexts(t *testing.T) {
	dir := write(t, reviews)
	for name := range reviews {
		set, err := OpenLabelled(Labelled{CSV: Paths{Path: filepath.Join(dir, name)}, Text: "text", Label: []string{"label"}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range set.Texts {
			got = append(got, set.Classes[x.Class]+": "+x.Text)
		}
		if d := cmp.Diff([]string{"good: fine, very\nfine", "bad: awful", "good: nice"}, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if notes := strings.Join(set.Notes, "\n"); !strings.HasSuffix(notes, "white space around 1 label is left out") {
			t.Errorf("%s: notes %q", name, notes)
		}
		if called := set.Called(1); !strings.HasPrefix(called, "the text of line ") || len(set.Hash) != 64 {
			t.Errorf("%s: %q, hash %q", name, called, set.Hash)
		}
	}
}

func TestFoldersOfClasses(t *testing.T) {
	dir := write(t, map[string]string{"pos/1.txt": "\ufefffine\n", "pos/2.txt": "nice", "neg/x/1.txt": "awful", "neg/.hidden": "\xff", "README": "no text"})
	s := Labelled{Directory: Paths{Path: dir}}
	set, err := OpenLabelled(s)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, x := range set.Texts {
		rel, _ := filepath.Rel(dir, set.Called(i))
		got = append(got, rel+" "+set.Classes[x.Class]+" "+x.Text)
	}
	if d := cmp.Diff([]string{"neg/x/1.txt neg awful", "pos/1.txt pos fine\n", "pos/2.txt pos nice"}, got); d != "" {
		t.Error(d)
	}
	if len(set.Notes) != 1 || !strings.Contains(set.Notes[0], "1 file beside the folders of classes is left out") {
		t.Errorf("notes %q", set.Notes)
	}
	s.Limit = 1
	if set, err = OpenLabelled(s); err != nil || len(set.Texts) != 2 {
		t.Errorf("one of each folder: %v, %v", set, err)
	}
}

func TestPreparedTexts(t *testing.T) {
	src := "text,label\n"
	for i := range 40 {
		src += strings.Repeat("word ", 1+i%4) + string(rune('a'+i%26)) + "," + []string{"x", "y", "y", "y"}[i%4] + "\n"
	}
	set, err := OpenLabelled(Labelled{CSV: Paths{Path: filepath.Join(write(t, map[string]string{"a.csv": src}), "a.csv")}, Text: "text", Label: []string{"label"}})
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(set, PrepareOptions{Tokens: Tokens{Unit: Word, MaxLength: 4}, Split: &configs.Split{Train: .8, Validation: .2}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if q.Train.Len() != 32 || q.Validation.Len() != 8 || q.Test.Len() != 0 || q.Train.Shortened+q.Validation.Shortened != 10 {
		t.Errorf("%d, %d, %d texts, %d shortened", q.Train.Len(), q.Validation.Len(), q.Test.Len(), q.Train.Shortened)
	}
	xs := 0
	for i := range q.Validation.Len() {
		if set.Classes[q.Validation.Text(i).Class] == "x" {
			xs++
		}
	}
	if xs != 2 {
		t.Errorf("%d of 8 are x, want its share, 2", xs)
	}
	var b data.Batch[float32]
	index := []int{3, 0, 5}
	data.Fill[float32](q.Train, index, &b)
	for n, i := range index {
		want, _ := q.Vocabulary.Encode(q.Train.Text(i).Text)
		for step := range b.T {
			if at := b.Tokens[step*b.N+n]; step < b.Lengths[n] && at != want[step] || step >= b.Lengths[n] && at != q.Vocabulary.Number(Padding) {
				t.Errorf("row %d has symbol %d at step %d of %v", n, at, step, want)
			}
		}
		if b.Lengths[n] != min(4, len(want)) || b.Labels[n] != int32(q.Train.Text(i).Class) || b.Lengths[n] != q.Train.Lengths()[i] {
			t.Errorf("row %d: %d steps, label %d", n, b.Lengths[n], b.Labels[n])
		}
	}
	var _ data.Ragged = q.Train
	for least, want := range map[int]int{0: b.T, b.T: b.T, b.T + 5: b.T + 5} { // as many steps as are asked for
		longer := data.Batch[float32]{Least: least}
		data.Fill[float32](q.Train, index, &longer)
		if last := longer.Tokens[want*3-1]; longer.T != want || len(longer.Tokens) != want*3 || least > b.T && last != 0 {
			t.Errorf("at least %d steps: %d steps, the last symbol is %d", least, longer.T, last)
		}
	}
}

func TestTextsWithValues(t *testing.T) {
	dir := write(t, map[string]string{"a.csv": "text,stars,price\na b,1,10\nb,3,30\n", "b.csv": "text\nb a\n"})
	s := Labelled{CSV: Paths{Train: filepath.Join(dir, "a.csv")}, Text: "text", Label: []string{"stars", "price"}, Value: true}
	set, err := OpenLabelled(s)
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(set, PrepareOptions{Scale: "minmax"})
	if err != nil {
		t.Fatal(err)
	}
	var b data.Batch[float64]
	data.Fill[float64](q.Train, []int{1, 0}, &b)
	if d := cmp.Diff([]float64{1, 1, 0, 0}, b.Y); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float64{1, 1, 1, 1}, b.Mask); d != "" || len(b.Labels) != 0 {
		t.Error(d, b.Labels)
	}
	out := make([]float64, 2)
	if q.Train.Restore(0, []float64{.5, 2}, out); out[0] != 2 || out[1] != 50 {
		t.Errorf("restored %v", out)
	}
	if frame := q.Train.Frame(); frame.Part != "train" || len(frame.Targets) != 2 {
		t.Errorf("%+v", frame)
	}
	bare, err := OpenTexts(s, filepath.Join(dir, "b.csv"), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := PrepareWith(bare, q.Vocabulary, q.Values)
	data.Fill[float64](p.Test, []int{0}, &b)
	if _, known := p.Test.Truth(0); known[0] || b.Mask[0] != 0 || b.T != 3 {
		t.Errorf("what is not known counts: %v %v", known, b.Mask)
	}
}

// Notes say what makes scores mean less than they seem to.
func TestNotesOfTexts(t *testing.T) {
	dir := write(t, map[string]string{"a.csv": "text,label\nnice,Good\nbad,bad\nok,good\nnice,bad\n", "b.csv": "text;label\nnice;Good\nwhat;new\nbad;bad\nbad;bad\n"})
	t.Chdir(dir)
	set, err := OpenLabelled(Labelled{CSV: Paths{Train: "a.csv", Test: "b.csv"}, Text: "text", Label: []string{"label"}})
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(set, PrepareOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"b.csv: fields are separated by semicolons",
		`a.csv: the labels "Good" (2 texts) and "good" (1) differ by case or white space alone and are two classes; write them alike if they are one`,
		`the label "good" stands in the training part (1 text) and not in the test part: no score tells how well it is found`,
		`the label "new" stands in the test part (1 text) and not in the training part: it can't be predicted`,
		"3 of 4 texts of the test part also stand in a part before it, to the letter: scores on them are partly memory",
		"1 text stands twice with different labels, to the letter"}
	if d := cmp.Diff(want, q.Notes); d != "" {
		t.Error(d)
	}
	if share := q.Test.UnknownShare(); share <= 0 || share >= .5 || q.Test.Unknown != 3 {
		t.Errorf("%d of %d are unknown, a share of %v", q.Test.Unknown, q.Test.Symbols, share)
	}
}
