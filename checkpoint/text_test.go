package checkpoint_test

import (
	"testing"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
	"recur/configs"
	"recur/data/text"
)

// What a model of text keeps is read back: every symbol has its number again.
func TestTextIsKept(t *testing.T) {
	v, err := text.Build("a", text.Tokens{Unit: text.Word}, text.Unknown|text.End, func(yield func(string) bool) { yield("the cat and the cat and the dog") })
	if err != nil {
		t.Fatal(err)
	}
	c, err := configs.Parse("c.yaml", []byte("data: {synthetic: {kind: sine}}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	disk := crashfs.New()
	k := &checkpoint.Checkpoint{Step: 1, Epoch: 1, Config: c, Data: checkpoint.Data{Text: &checkpoint.Text{Vocabulary: v, Documents: text.Line}},
		Weights: []checkpoint.Tensor{checkpoint.FromFloats("embedding.weight", []int{v.Len(), 1}, make([]float32, v.Len()))}}
	if _, err := checkpoint.Save(disk, "c", k, true); err != nil {
		t.Fatal(err)
	}
	got, _, err := checkpoint.Load(disk, "c", "last")
	if err != nil {
		t.Fatal(err)
	}
	if got.Data.Text == nil || got.Data.Text.Documents != text.Line || got.Data.Text.Vocabulary.Checksum() != v.Checksum() {
		t.Errorf("got %+v", got.Data.Text)
	}
	if got.Data.Gives() != v.Len() || got.Data.Reads() != 0 {
		t.Errorf("it gives %d and reads %d, want %d and 0", got.Data.Gives(), got.Data.Reads(), v.Len())
	}
	for name, bad := range map[string]*checkpoint.Text{"nothing": {}, "no end symbol": {Vocabulary: noEnd(t), Documents: text.File}} {
		if bad.Check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func noEnd(t *testing.T) *text.Vocabulary {
	v, err := text.Build("a", text.Tokens{}, text.Unknown, func(yield func(string) bool) { yield("abc") })
	if err != nil {
		t.Fatal(err)
	}
	return v
}
