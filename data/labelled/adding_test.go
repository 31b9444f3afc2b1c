package labelled

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"

	"recur/configs"
	"recur/data"
)

// The batches of the adding problem have the bits that they have always had, part by part and in both types, whatever the scaling
// and the split: the hashes are those of the room of series, which held the problem before.
func TestAddingHasTheSameBits(t *testing.T) {
	for set, want := range map[string]string{
		"data.scale=none":                                  "142 31 30 528c2d87d327 f333db8fb041 0958fb3b7120",
		"data.scale=standard":                              "142 31 30 e98bd2e65516 faa14f61f6de 3741ab094e90",
		"data.scale=minmax":                                "142 31 30 2dbd7cf5290a cc15edaeccc3 03dddd9d792a",
		"data.split={validation: 7, test: 30}":             "166 7 30 62827b9a9da7 1b0fe8421945 0958fb3b7120",
		"data.split={train: 40, validation: 20, test: 20}": "40 20 20 ccfc7bc1c58d df815b2ffa58 e75e766c6514",
	} {
		q := preparedOf(t, "task: regress\ndata: {synthetic: {kind: adding, points: 203, length: 17, seed: 5}}\n", set)
		got := fmt.Sprint(q.Train.Len(), q.Validation.Len(), q.Test.Len(), " ", bits(q.Train), " ", bits(q.Validation), " ", bits(q.Test))
		if got != want || q.Set.Name != "synthetic:adding" || q.Set.Hash != "9d991a0e89c5e0121a5a3d8fe56e151ad9fd825b72c2267d4f0485fa4d3a0a47" {
			t.Errorf("%s:\ngot  %s, %s %s\nwant %s", set, got, q.Set.Name, q.Set.Hash, want)
		}
	}
}

// preparedOf opens and prepares the sequences of a config.
func preparedOf(t *testing.T, src string, set ...string) *Prepared {
	t.Helper()
	c, err := configs.Parse("c.yaml", []byte(src), set)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(s, OptionsOf(c))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// bits is a hash of all batches of a part, some examples at a time.
func bits(part data.Truths) string {
	h := sha256.New()
	var b32 data.Batch[float32]
	var b64 data.Batch[float64]
	for i := 0; i < part.Len(); i += 16 {
		var index []int
		for j := min(part.Len(), i+16) - 1; j >= i; j-- {
			index = append(index, j)
		}
		data.Fill(part, index, &b32)
		data.Fill(part, index, &b64)
		for _, v := range []any{b32.X, b32.Y, b32.Mask, b64.X, b64.Y, b64.Mask} {
			if err := binary.Write(h, binary.LittleEndian, v); err != nil {
				panic(err)
			}
		}
		for _, j := range index {
			values, known := part.Truth(j)
			out := make([]float64, len(values))
			part.Restore(j, []float64{0.25}, out)
			fmt.Fprint(h, part.Len(), b32.Lengths, values, known, out)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
