package pairs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
	"recur/data/text"
)

// ready are the pairs of one file with columns, all of them for training but for so many at the end, which are for validation.
func ready(t testing.TB, src string, validation int, o Options) *Prepared {
	t.Helper()
	write(t, csv(src))
	set, err := Open(columns("x.csv"))
	if err != nil {
		t.Fatal(err)
	}
	o.Split, o.Ordered = &configs.Split{Steps: true, Validation: float64(validation)}, true
	q, err := Prepare(set, o)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

var (
	words = text.Tokens{Unit: text.Word}
	once  = text.Tokens{Unit: text.Word, MinCount: 1}
)

const small = "de,en\ndas haus da,the house\ndas auto,the car\ndas auto,the house car\nein haus,a wren\n"

// said is a batch, row by row, in words; T and S are those of all rows.
func said(q *Prepared, b *data.Batch[float32]) string {
	column := func(v *text.Vocabulary, numbers []int32, n int) string {
		var row []string
		for at := n; at < len(numbers); at += b.N {
			name := "-"
			if k := int(numbers[at]) - v.Len(); k >= 0 {
				name = fmt.Sprintf("V+%d", k)
			} else if numbers[at] >= 0 {
				name, _ = v.Symbol(numbers[at])
			}
			row = append(row, name)
		}
		return strings.Join(row, " ")
	}
	var out strings.Builder
	for n := range b.N {
		if q.Sources != nil {
			fmt.Fprintf(&out, "%d: %s\n", b.Lengths[n], column(q.Sources, b.Tokens, n))
		}
		fmt.Fprintf(&out, "%d: %s | %s\n", b.SaidLengths[n], column(q.Targets, b.Said, n), column(q.Targets, b.Labels, n))
		if len(b.Copied) > 0 {
			fmt.Fprintf(&out, "copied: %s\n", column(q.Targets, b.Copied, n))
		}
	}
	return out.String()
}

// Sources end with the end symbol, what is read begins with the start symbol, what is to be said ends with the end symbol. The vocabularies
// are those of the training part.
func TestBatch(t *testing.T) {
	q := ready(t, small, 1, Options{Tokens: once, TargetTokens: words})
	var b data.Batch[float32]
	q.Train.Fill32([]int{0, 2}, &b)
	want := "4: das haus da <end>\n3: <start> the house | the house <end> -\n" + "3: das auto <end> <pad>\n4: <start> the house car | the house car <end>\n"
	want = strings.Replace(want, "3: <start> the house |", "3: <start> the house <pad> |", 1)
	if d := cmp.Diff(want, said(q, &b)); d != "" {
		t.Error(d)
	}
	if b.T != 4 || b.S != 4 || b.D != 0 || b.Copied != nil {
		t.Errorf("T %d, S %d, D %d, copied %v", b.T, b.S, b.D, b.Copied)
	}
	b = data.Batch[float32]{Least: 5, LeastS: 6}
	q.Validation.Fill32([]int{0}, &b)
	if d := cmp.Diff("3: <unk> haus <end> <pad> <pad>\n3: <start> <unk> <unk> <pad> <pad> <pad> | <unk> <unk> <end> - - -\n", said(q, &b)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{4, 3, 3}, q.Train.Lengths()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{3, 3, 4}, q.Train.SaidLengths()); d != "" {
		t.Error(d)
	}
	if a, b := q.Validation.UnknownSource(), q.Validation.UnknownTarget(); a != .5 || b != 1 {
		t.Errorf("unknown shares %v and %v, want 0.5 and 1", a, b)
	}
	if got := q.Validation.Text(0, []int32{q.Targets.Number(text.Start), 1, 4, 1, q.Targets.Number(text.End)}, nil); got != "<unk> the <unk>" {
		t.Errorf("unknown symbols are written %q", got)
	}
	if got := q.Validation.Text(0, []int32{1, 4, 1}, []int32{0, 0, 2}); got != "ein the <unk>" {
		t.Errorf("replaced by what was attended they are %q", got)
	}
	if got := q.Both(); got.Len() != 4 || got.Name != "train+validation" || q.Part("validation") != q.Validation || q.Part("x") != nil {
		t.Errorf("both parts have %d pairs and are called %q", got.Len(), got.Name)
	}
	out := make([]float64, 2)
	if q.Train.Restore(0, []float64{3, 4}, out); out[0] != 3 || out[1] != 4 {
		t.Errorf("restored %v", out)
	}
	var double data.Batch[float64]
	if q.Train.Fill64([]int{1}, &double); double.S != 3 || double.T != 3 {
		t.Errorf("in float64 S is %d and T %d", double.S, double.T)
	}
}

// A copy of what the targets lack is V and its place among such words of the row; what is read in its place is unknown.
func TestCopies(t *testing.T) {
	src := "de,en\n" + strings.Repeat("the house is big,the house\n", 2) + "zed the wren zed qua,wren the zed nix\n"
	q := ready(t, src, 1, Options{Tokens: words, TargetTokens: words, Copy: true})
	var b data.Batch[float32]
	q.Validation.Fill32([]int{0}, &b)
	want := "6: <unk> the <unk> <unk> <unk> <end>\n" +
		"5: <start> <unk> the <unk> <unk> | V+1 the V+0 <unk> <end>\n" +
		"copied: V+0 the V+1 V+0 V+2 -\n"
	if d := cmp.Diff(want, said(q, &b)); d != "" {
		t.Error(d)
	}
	v := int32(q.Targets.Len())
	if d := cmp.Diff([]string{"zed", "wren", "qua"}, q.Validation.Words(0)); d != "" {
		t.Error(d)
	}
	if got := q.Validation.Text(0, []int32{v + 1, 4, v, v + 3, -1}, nil); got != "wren the zed" {
		t.Errorf("copies are written %q", got)
	}
	if d := cmp.Diff([]string{"zed", "the", "wren", "zed", "qua"}, q.Validation.SourceTokens(0)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"wren", "the", "zed", "nix"}, q.Validation.TargetTokens(0)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int32{v + 1, 4, v, q.Targets.Number(text.Unknown)}, q.Validation.TargetSymbols(0)); d != "" {
		t.Error(d)
	}
}

// One vocabulary is learnt on both sides and numbers both.
func TestSharedVocabulary(t *testing.T) {
	q := ready(t, "de,en\nder pilot,the pilot\nder,the\n", 1, Options{Tokens: once, TargetTokens: once, Shared: true})
	if q.Sources != q.Targets || q.Targets.Len() != 4+3 || q.Targets.Count(4) != 2 {
		t.Fatalf("%d symbols, the first comes %d times", q.Targets.Len(), q.Targets.Count(4))
	}
	var b data.Batch[float32]
	q.Train.Fill32([]int{0}, &b)
	if b.Tokens[1] != b.Labels[1] {
		t.Errorf("pilot is %d among the sources and %d among the targets", b.Tokens[1], b.Labels[1])
	}
}

// BPE is undone in what is written.
func TestPairsOfBPE(t *testing.T) {
	q := ready(t, "de,en\n"+strings.Repeat("der niedrigste,the lowest low\n", 3)+"der,the lower ones\n", 1, Options{TargetTokens: text.Tokens{Unit: text.BPE, Size: 270}})
	if got := q.Validation.Text(0, q.Validation.TargetSymbols(0), nil); got != "the lower ones" {
		t.Errorf("%q comes back", got)
	}
	if n := q.Validation.SaidLengths()[0]; n >= len("the lower ones") || q.Targets.Number(text.Unknown) >= 0 {
		t.Errorf("the target has %d symbols", n)
	}
}

// References are written as what is said is: in small letters, composed, with a space between words, whatever the unit.
func TestReference(t *testing.T) {
	for _, c := range []struct {
		tokens text.Tokens
		want   string
	}{
		{text.Tokens{Unit: text.Word, Segment: "unicode", MinCount: 1, Lowercase: true}, "the hat , \u00e7a va"},
		{text.Tokens{Unit: text.Word, MinCount: 1}, "The hat, \u00c7a va"},
		{text.Tokens{Lowercase: true}, "the hat,  \u00e7a va"},
		{text.Tokens{Unit: text.BPE, Size: 262}, "The hat,  \u00c7a va"},
		{text.Tokens{Unit: text.Byte}, "The hat,  C\u0327a va"},
	} {
		q := ready(t, "de,en\na,\"The hat,  C\u0327a va\"\na,b\n", 1, Options{TargetTokens: c.tokens})
		if got := q.Train.Reference(0); got != c.want {
			t.Errorf("%s: the reference is %q, want %q", c.tokens.Unit, got, c.want)
		}
		if got := q.Train.Text(0, q.Train.TargetSymbols(0), nil); got != c.want {
			t.Errorf("%s: said to the letter it is %q, want %q", c.tokens.Unit, got, c.want)
		}
	}
}

// Long sources are cut, pairs with long targets are not learnt from and still scored; both is told.
func TestLongPairs(t *testing.T) {
	src := "de,en\na b c d,a\na,a b c d\na b c,a b c\na,a b c d e\nb,b\n"
	o := Options{Tokens: once, TargetTokens: once}
	o.Tokens.MaxLength, o.TargetTokens.MaxLength = 2, 3
	q := ready(t, src, 2, o)
	if d := cmp.Diff([]int{0, 2}, q.Train.Index); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{3, 3}, q.Train.Lengths()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{6, 2}, q.Validation.SaidLengths()); d != "" {
		t.Error(d)
	}
	if got := q.Both().Index; !slices.Equal(got, []int{0, 2, 4}) {
		t.Errorf("both parts without what is too long are %v", got)
	}
	want := []string{"x.csv: 1 pair of the training part whose target has more than 3 symbols (data.target_tokens.max_length) is left out: line 3",
		"2 sources of the train part have more than 2 symbols (data.tokens.max_length): so many are read of each"}
	if d := cmp.Diff(want, q.Notes); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"a", "b"}, q.Train.SourceTokens(0)); d != "" {
		t.Error(d)
	}
}

// Pairs that stand in two parts are told of.
func TestRepeatedPairs(t *testing.T) {
	q := ready(t, "de,en\na,b\nc,d\na,b\na,e\n", 2, Options{})
	if d := cmp.Diff([]string{"1 of 2 pairs of the validation part also stand in a part before it, to the letter: scores on them are partly memory"}, q.Notes); d != "" || q.Validation.Repeated != 1 {
		t.Errorf("%s, %d repeated", d, q.Validation.Repeated)
	}
}

// Another file is numbered with what a checkpoint keeps; its targets may be absent.
func TestPrepareWith(t *testing.T) {
	q := ready(t, small, 1, Options{Tokens: once, TargetTokens: words})
	var kept Fitted
	for _, v := range []struct {
		from *text.Vocabulary
		to   **text.Vocabulary
	}{{q.Sources, &kept.Sources}, {q.Targets, &kept.Targets}} {
		b, err := json.Marshal(v.from)
		if err != nil {
			t.Fatal(err)
		}
		*v.to = new(text.Vocabulary)
		if err := json.Unmarshal(b, *v.to); err != nil {
			t.Fatal(err)
		}
	}
	set, err := OpenOther(columns(""), Other{Paths: []string{"input"}, In: strings.NewReader("das haus\n\nein neues auto\n"), Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	p, err := PrepareWith(set, kept, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b data.Batch[float32]
	p.Test.Fill32([]int{0, 1, 2}, &b)
	if d := cmp.Diff("3: das haus <end> <pad>\n0:  | \n1: <end> <pad> <pad> <pad>\n0:  | \n4: <unk> <unk> auto <end>\n0:  | \n", said(p, &b)); d != "" {
		t.Error(d)
	}
	if _, known := p.Test.TargetText(0); known || !p.Test.Empty(1) || p.Test.Empty(0) || p.Test.UnknownTarget() != -1 {
		t.Error("lines without targets are not taken for such")
	}
	if d := cmp.Diff([]int{0, 0, 0}, p.Test.SaidLengths()); d != "" {
		t.Error(d)
	}
	if ok, err := q.Adopt(p.Fitted); !ok || err != nil || q.Sources != kept.Sources {
		t.Errorf("adopted: %v, %v", ok, err)
	}
	if ok, _ := q.Adopt(Fitted{Targets: kept.Targets}); ok || q.Sources != kept.Sources {
		t.Error("the vocabularies of a training on numbers are adopted")
	}
}

// Sources of numbers, targets of text: a batch has X and what is to be said.
func TestNumbers(t *testing.T) {
	write(t, map[string]string{"x.csv": "id,a,said\nu,1,one two\nu,3,one two\nv,5,one\nw,7,one\n", "y.csv": "id,a\nz,3\nz,5\nz,1\n"})
	s := numbers("said")
	set, err := Open(s)
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(set, Options{TargetTokens: once, Split: &configs.Split{Steps: true, Validation: 1}, Ordered: true, Scale: "minmax"})
	if err != nil {
		t.Fatal(err)
	}
	b := data.Batch[float32]{LeastS: 4}
	q.Train.Fill32([]int{1, 0}, &b)
	if d := cmp.Diff("2: <start> one <pad> <pad> | one <end> - -\n3: <start> one two <pad> | one two <end> -\n", said(q, &b)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float32{1, 0, 0, .5}, b.X); d != "" || b.T != 2 || b.D != 1 || len(b.Tokens) > 0 || b.Lengths[0] != 1 {
		t.Errorf("%s, T %d, D %d, tokens %v, lengths %v", d, b.T, b.D, b.Tokens, b.Lengths)
	}
	if d := cmp.Diff([]int{2, 1}, q.Train.Lengths()); d != "" || q.Train.ID(1) != "v" || q.Train.Called(1) != "sequence v of x.csv" || q.Train.UnknownSource() != -1 {
		t.Errorf("%s, %q, %q", d, q.Train.ID(1), q.Train.Called(1))
	}
	another, err := OpenOther(s, Other{Paths: []string{"y.csv"}, Bare: true, Columns: set.Columns()})
	if err != nil {
		t.Fatal(err)
	}
	p, err := PrepareWith(another, q.Fitted, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b = data.Batch[float32]{}
	p.Test.Fill32([]int{0}, &b)
	if d := cmp.Diff([]float32{.5, 1, 0}, b.X); d != "" || b.S != 0 || b.SaidLengths[0] != 0 {
		t.Errorf("%s, S %d", d, b.S)
	}
	if set.Numbers() != true || q.Memory() <= 0 {
		t.Error("the set is not of numbers")
	}
}

// Any number of targets may differ: they are no classes.
func TestNumbersWithManyTargets(t *testing.T) {
	var src bytes.Buffer
	src.WriteString("id,a,said\n")
	for i := range 10_050 {
		fmt.Fprintf(&src, "%d,%d,t%d\n", i, i, i)
	}
	write(t, csv(src.String()))
	set, err := Open(numbers("said"))
	if err != nil || len(set.Pairs) != 10_050 || set.Pairs[10_049].Target != "t10049" {
		t.Errorf("%v", err)
	}
}
