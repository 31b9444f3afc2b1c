package checkpoint

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"testing"

	"recur/data"
	"recur/data/series"
	"recur/internal/mutate"
)

// tried is one file of a checkpoint as it is tried here: the checksums are right, the content is not.
type tried struct {
	key    string // of its text in the metadata
	encode func(*Checkpoint) ([]Tensor, map[string]string, error)
	decode func(*Checkpoint, content) error
}

// fuzz tries a file with other text in its metadata and other tensors. An input is the text, a zero byte, and changes of
// tensors, see spoil. What is read must be written and read again to the same bytes.
func (p tried) fuzz(f *testing.F, c *Checkpoint, words []string) {
	tensors, metadata, err := p.encode(c)
	if err != nil {
		f.Fatal(err)
	}
	seeds := []string{metadata[p.key], metadata[p.key] + "\x00\x00\x01\x05", metadata[p.key] + "\x00\x02\x00\x00\x03\x01\x02", "{}", "null"}
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds, Limit: 2000, Words: append(words, "null", "true", "-1", `"NaN"`, `"+Inf"`, "{", "}", "[", "]", ",", ":", `"`, "\x00", "[]", "{}", `\ud800`),
		Try: func(t testing.TB, b []byte) {
			text, changes, _ := bytes.Cut(b, []byte{0})
			given := content{"x.safetensors", spoil(tensors, changes), map[string]string{p.key: string(text)}}
			var read, again Checkpoint
			if p.decode(&read, given) != nil {
				return
			}
			first, firstText, err := p.encode(&read)
			if err != nil {
				t.Fatalf("what was read can't be written: %v", err)
			}
			if err := p.decode(&again, content{"x.safetensors", first, firstText}); err != nil {
				t.Fatalf("what was written can't be read: %v", err)
			}
			second, secondText, err := p.encode(&again)
			if err != nil || firstText[p.key] != secondText[p.key] || !slices.EqualFunc(first, second, sameTensor) {
				t.Fatalf("read again it is another: %v\n%s\n%s", err, firstText[p.key], secondText[p.key])
			}
		},
	})
}

func sameTensor(a, b Tensor) bool {
	return a.Name == b.Name && a.DType == b.DType && slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)
}

// spoil returns a copy of tensors with changes that leave each a valid tensor: three bytes say which, how, and where.
func spoil(tensors []Tensor, changes []byte) []Tensor {
	out := make([]Tensor, len(tensors))
	for i, t := range tensors {
		out[i] = Tensor{t.Name, t.DType, slices.Clone(t.Shape), slices.Clone(t.Data)}
	}
	for ; len(changes) >= 3 && len(out) > 0; changes = changes[3:] {
		i, where := int(changes[0])%len(out), int(changes[2])
		t := &out[i]
		switch changes[1] % 8 {
		case 0:
			out = slices.Delete(out, i, i+1)
		case 1: // as many bytes, another meaning
			t.DType = map[string]string{"F64": "I64", "I64": "F64", "F32": "U32", "U8": "BOOL"}[t.DType]
			if t.DType == "" {
				t.DType, t.Shape = "U8", []int{len(t.Data)}
			}
		case 2: // fewer
			n := min(t.Len(), where)
			t.Data, t.Shape = t.Data[:n*elementSize[t.DType]], []int{n}
		case 3: // another's name
			t.Name = out[where%len(out)].Name
		case 4: // more
			if len(t.Data) < 1000 {
				t.Data = append(t.Data, t.Data...)
				t.Shape = []int{t.Len()}
			}
		default:
			if len(t.Data) > 0 {
				t.Data[where%len(t.Data)] ^= changes[1] | 1
			}
		}
	}
	return out
}

// FuzzData reads data.safetensors with another description and other tensors.
func FuzzData(f *testing.F) {
	c := &Checkpoint{Data: Data{
		Targets: []string{"count"}, Covariates: []string{"rain"}, Frequency: "month (2006-01)",
		Series: []SeriesState{{
			Name: "north", Scaler: data.Scaler{Kind: "standard", Offset: []float64{1, 0.1}, Scale: []float64{2, 1e-300}}, NaiveScale: []float64{0.25},
			Rows: 40, LastTime: "2001-02-03T00:00:00Z", LastNumber: math.NaN(), Labels: []string{"2001-01", "2001-02"}, Tail: []float64{1, 2, 3, math.Copysign(0, -1)},
			TailMissing: []bool{false, true, false, false},
		}, {Name: "south", Scaler: data.Scaler{Kind: "none"}, LastNumber: 7.5}},
	}}
	if f.Name() == "FuzzDataGlobal" {
		c.Data.Future, c.Data.Local = []string{"price"}, &series.LocalState{Unit: 0.5, CovariateOffset: []float64{1, 2}, CovariateScale: []float64{3, 4}, Categories: map[string][]string{"rain": {"no", "yes"}}}
		c.Data.Series[0].Ahead, c.Data.Series[0].Horizon = []float64{5, 6}, 2
		c.Data.Series[0].Scaler = data.Scaler{Kind: "none", Offset: []float64{0, 0, 0}, Scale: []float64{1, 1, 1}}
		c.Data.Series[0].Tail, c.Data.Series[0].TailMissing = make([]float64, 6), make([]bool, 6)
	}
	tried{descriptionKey, encodeData, decodeData}.fuzz(f, c, []string{`"targets"`, `"covariates"`, `"frequency"`, `"series"`, `"name"`, `"scaler"`, `"rows"`, `"labels"`, `"last_time"`, `"last_number"`, `"future"`, `"local"`, `"unit"`, `"horizon"`, `"target"`, `"categories"`, `{"name":"x"}`, `["a","b"]`})
}

// FuzzDataGlobal is FuzzData with what recipe global adds.
func FuzzDataGlobal(f *testing.F) { FuzzData(f) }

// FuzzTraining reads training.safetensors with another state and other tensors.
func FuzzTraining(f *testing.F) {
	c := &Checkpoint{Training: &Training{
		Solver: "adam", Updates: 20, Moments: []Tensor{FromFloats("m/head.bias", []int{2}, []float32{1, 2}), FromFloats("v/head.bias", []int{2}, []float32{1, 2})},
		Schedule: map[string]float64{"rate": 0.1, "floor": math.Inf(-1)}, Streams: map[string][]byte{"shuffle": {1, 2, 3}},
		Order: []int{3, 1, 0, 2}, Cursor: 2, Sums: map[string]float64{"loss": 0.3}, EarlyStopping: EarlyStopping{Best: math.NaN(), BestStep: 4, BestEpoch: 1, Bad: 2},
		History: []Epoch{{Number: 1, Step: 10, TrainLoss: 3, ValidationLoss: math.NaN(), Best: true}, {Number: 2, Step: 20, GradNorm: 1}},
		Tensors: []Tensor{FromFloats("h0", []int{1, 1, 2}, []float64{1, -1})}, State: map[string]json.RawMessage{"note": json.RawMessage(`{"a":[1,2,"<&>"]}`)},
	}}
	tried{stateKey, encodeTraining, decodeTraining}.fuzz(f, c, []string{`"solver"`, `"updates"`, `"schedule"`, `"cursor"`, `"sums"`, `"early_stopping"`, `"state"`, `"best_step"`})
}

// FuzzPointer: what last and best say is a name of a checkpoint or nothing; it never leads out of the directory.
func FuzzPointer(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"step-000123\n", "step-1000000\n", "step-000123.old\n", "../x\n", "step-000123", "step-999999999999999999\n"},
		Words: []string{"step-", "000", ".old", "\n", "/", "..", "\x00"}, Limit: 80,
		Try: func(t testing.TB, b []byte) {
			n, ok := parseName(string(b))
			if ok && (n.step < 0 || n.name != string(b) || n.name != nameOf(n.step) && n.name != nameOf(n.step)+replaced) {
				t.Fatalf("%q is read as %+v", b, n)
			}
		},
	})
}
