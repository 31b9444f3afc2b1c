package ctc

import (
	"slices"
	"testing"

	"recur/configs"
	"recur/data/audio"
)

// A picture names round times, some ten at most, and tells of an utterance that has some labels.
func TestPicturesOfSounds(t *testing.T) {
	set, err := audio.Synthesize(audio.Digits{Utterances: 12, Voices: 2, Shortest: 1, Longest: 5, Rate: 8000, Noise: 30, Seed: 4}, audio.DefaultFeatures(audio.LogMel))
	if err != nil {
		t.Fatal(err)
	}
	c, err := configs.Parse("c.yaml", []byte("task: ctc\ndata: {synthetic: {kind: spoken_digits, points: 12}, augment: {copies: 0}}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	q, err := audio.Prepare(set, audio.OptionsOf(c))
	if err != nil {
		t.Fatal(err)
	}
	p := part{Subset: q.Train}
	if i := p.telling(); len(p.Said(i)) < fewLabels {
		t.Errorf("utterance %d has %d labels", i, len(p.Said(i)))
	}
	for i := range p.Len() {
		one := part{Subset: q.Train.Pick([]int{i})}
		const columns = 100
		var named []string
		for k := range columns {
			if name := one.second(k, columns); name != "" {
				named = append(named, name)
			}
		}
		if len(named) < 3 || len(named) > 13 || named[0] != one.second(0, columns) || len(slices.Compact(slices.Clone(named))) != len(named) {
			t.Errorf("%.2f seconds are named %q", one.Utterance(0).Seconds, named)
		}
	}
}
