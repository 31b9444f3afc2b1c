package configs_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

const (
	dates     = "task: seq2seq\ndata: {synthetic: {kind: dates}}\n"
	columns   = "task: seq2seq\ndata: {csv: a.csv, source: a, target: b}\n"
	bitext    = "task: seq2seq\ndata: {parallel: [a.de, a.en]}\n"
	bitexts   = "task: seq2seq\ndata: {parallel: {train: [a.de, a.en], test: [b.de, b.en]}}\n"
	movements = "task: seq2seq\ndata: {csv: a.csv, sequence: id, target: b}\n"
	digits    = "task: ctc\ndata: {synthetic: {kind: spoken_digits}}\n"
	manifest  = "task: ctc\ndata: {csv: a.csv, audio: path, transcript: text}\n"
	utterance = "task: ctc\ndata: {csv: a.csv, sequence: id, transcript: text}\n"
)

// Defaults of tasks with a second sequence.
func TestSecondDefaults(t *testing.T) {
	model := func(c *configs.Config) any { return []any{c.Model.Encoder, c.Model.Decoder, c.Model.OutputSize} }
	enc := func(cell string, size, layers int, both bool) configs.Encoder {
		return configs.Encoder{Cell: cell, HiddenSize: size, Layers: layers, Bidirectional: both}
	}
	drops := func(c *configs.Config) any {
		m := &c.Model
		return []any{m.EmbeddingSize, m.EmbeddingDropout, m.HeadDropout, m.MemoryDropout, c.Train.BatchSize, c.Train.Epochs, c.Train.MinUpdates}
	}
	front := func(c *configs.Config) any {
		var all []int
		for _, l := range c.Model.Front {
			all = append(all, l.Conv.Width, l.Conv.Stride)
		}
		return all
	}
	targets := func(c *configs.Config) any { return c.Data.TargetTokens }
	for _, test := range []struct {
		name, src string
		set       []string
		got       func(*configs.Config) any
		want      any
	}{
		{"encoder and decoder", dates, nil, model, []any{enc("lstm", 64, 1, true), configs.Decoder{Cell: "lstm", HiddenSize: 128, Layers: 1}, 128}},
		{"an odd size is rounded up", dates, []string{"model.hidden_size=65", "model.layers=2", "model.cell=gru"}, model, []any{enc("gru", 33, 2, true), configs.Decoder{Cell: "gru", HiddenSize: 65, Layers: 2}, 65}},
		{"one direction", dates, []string{"model.bidirectional=false"}, model, []any{enc("lstm", 128, 1, false), configs.Decoder{Cell: "lstm", HiddenSize: 128, Layers: 1}, 128}},
		{"one direction of the encoder", dates, []string{"model.encoder={bidirectional: false, cell: elman}", "model.decoder.hidden_size=50"}, model, []any{enc("elman", 128, 1, false), configs.Decoder{Cell: "lstm", HiddenSize: 50, Layers: 1}, 50}},
		{"tied", dates, []string{"model.tie_embeddings=true"}, func(c *configs.Config) any { return c.Model.OutputSize }, 32},
		{"characters", columns, nil, drops, []any{32, 0.1, 0.1, 0.1, 64, 10, 1000}},
		{"bytes", columns, []string{"data.tokens=byte"}, drops, []any{32, 0.1, 0.1, 0.1, 64, 10, 1000}},
		{"words", columns, []string{"data.tokens=word"}, drops, []any{128, 0.2, 0.2, 0.2, 32, 5, 1000}},
		{"bpe", columns, []string{"data.tokens=bpe"}, drops, []any{128, 0.2, 0.2, 0.2, 32, 5, 1000}},
		{"no attention, no memory", columns, []string{"model.attention=none"}, drops, []any{32, 0.1, 0.1, 0.0, 64, 10, 1000}},
		{"given epochs", columns, []string{"train.epochs=3", "train.batch_size=9", "model.head_dropout=0"}, drops, []any{32, 0.1, 0.0, 0.1, 9, 3, 0}},
		{"targets as sources", columns, []string{"data.tokens={unit: word, segment: unicode, size: 900, min_count: 3, lowercase: true, max_length: 70}"}, targets,
			configs.Tokens{Unit: "word", Segment: "unicode", Size: 900, MinCount: 3, Lowercase: true, Normalize: "nfc"}},
		{"targets of another unit", columns, []string{"data.tokens={unit: word, size: 900, lowercase: true, normalize: none}", "data.target_tokens=character"}, targets,
			configs.Tokens{Unit: "character", MinCount: 1, Lowercase: true, Normalize: "none"}},
		{"targets of words", columns, []string{"data.target_tokens=word"}, targets, configs.Tokens{Unit: "word", Segment: "space", MinCount: 2, Normalize: "nfc"}},
		{"targets of bpe", columns, []string{"data.tokens=byte", "data.target_tokens=bpe"}, targets, configs.Tokens{Unit: "bpe", Size: 8000, MinCount: 1, Normalize: "nfc"}},
		{"targets of bytes", columns, []string{"data.tokens={unit: word, lowercase: true}", "data.target_tokens=byte"}, targets, configs.Tokens{Unit: "byte", MinCount: 1, Normalize: "none"}},
		{"unknown: with attention", columns, nil, func(c *configs.Config) any { return c.Decode }, configs.Decode{Beam: 5, LengthPenalty: 1, Unknown: "replace"}},
		{"unknown: without", columns, []string{"model.attention=none"}, func(c *configs.Config) any { return c.Decode.Unknown }, "keep"},
		{"unknown: of other units", columns, []string{"data.target_tokens=word"}, func(c *configs.Config) any { return c.Decode.Unknown }, "keep"},
		{"unknown: where it is copied", columns, []string{"model.copy=true"}, func(c *configs.Config) any { return c.Decode.Unknown }, "forbid"},
		{"no repetition of copied words", columns, []string{"model.copy=true", "data.tokens=word"}, func(c *configs.Config) any { return c.Decode.NoRepeat }, 2},
		{"unless it is given", columns, []string{"model.copy=true", "data.tokens=word", "decode.no_repeat=0"}, func(c *configs.Config) any { return c.Decode.NoRepeat }, 0},
		{"nor of letters", columns, []string{"model.copy=true"}, func(c *configs.Config) any { return c.Decode.NoRepeat }, 0},
		{"forget bias of one LSTM", dates, []string{"model.cell=gru", "model.decoder.cell=lstm"}, func(c *configs.Config) any { return *c.Model.ForgetBias }, 1.0},
		{"none of GRUs", dates, []string{"model.cell=gru"}, func(c *configs.Config) any { return c.Model.ForgetBias == nil }, true},
		{"numbers", movements, nil, drops, []any{32, 0.0, 0.1, 0.1, 64, 10, 1000}},
		{"numbers to words", movements, []string{"data.target_tokens=word"}, drops, []any{128, 0.0, 0.2, 0.2, 32, 5, 1000}},
		{"targets of numbers", movements, []string{"data.target_tokens={lowercase: true}"}, targets, configs.Tokens{Unit: "character", MinCount: 1, Lowercase: true, Normalize: "nfc"}},
		{"unknown: of numbers", movements, nil, func(c *configs.Config) any { return c.Decode.Unknown }, "keep"},
		{"data of numbers", movements, []string{"data.inputs=[x, y]", "data.time=t", "data.missing=forward", "model.front=[{conv: {channels: 3, width: 3}}]"}, func(c *configs.Config) any {
			return []any{c.ReadsText(), c.Data.Sequence, c.Data.Inputs, c.Data.Time, c.Data.Missing, c.Data.Scale, c.Data.Split, len(c.Model.Front)}
		}, []any{false, "id", []string{"x", "y"}, []string{"t"}, "forward", "standard", configs.Split{Train: 0.9, Validation: 0.05}, 1}},
		{"shares of pairs", columns, nil, func(c *configs.Config) any { return c.Data.Split }, configs.Split{Train: 0.9, Validation: 0.05}},
		{"parts of pairs", bitexts, nil, func(c *configs.Config) any {
			return []any{c.Data.Split, c.Data.HasValidation(), c.Data.FilesKey(), c.Data.Files().Divided()}
		}, []any{configs.Split{}, false, "data.parallel", true}},
		{"training of pairs", dates, nil, func(c *configs.Config) any {
			return []any{c.Train.Solver, c.Train.Betas, c.Train.LearningRate, c.Train.ClipNorm, c.Train.Schedule.Kind, c.Train.Schedule.WarmupEpochs, c.Train.Loss, c.Train.EarlyStopping.Patience, c.Train.Average, c.Model.Head}
		}, []any{"adamw", [2]float64{0.9, 0.99}, 0.003, 1.0, "cosine", 0.5, "cross_entropy", 0, "none", "every"}},
		{"training of sounds", digits, nil, func(c *configs.Config) any {
			return []any{c.Train.Solver, c.Train.Betas, c.Train.LearningRate, c.Train.ClipNorm, c.Train.Schedule.Kind, c.Train.Schedule.WarmupEpochs, c.Train.Loss, c.Train.EarlyStopping.Patience, c.Train.BatchSize, c.Train.Epochs, c.Train.MinUpdates, c.Train.WeightDecay}
		}, []any{"adamw", [2]float64{0.9, 0.99}, 0.002, 5.0, "cosine", 0.8, "ctc", 0, 8, 8, 2000, 0.0001}},
		{"network of sounds", digits, nil, func(c *configs.Config) any {
			return []any{c.Model.HiddenSize, c.Model.Bidirectional, c.Model.HeadDropout, c.Model.Head, c.Decode}
		}, []any{128, true, 0.3, "every", configs.Decode{Beam: 1, ModelWeight: 0.5}}},
		{"front of sounds", manifest, nil, front, []int{5, 2, 5, 2}},
		{"front of features", manifest, []string{"data.features.kind=files"}, front, []int{7, 3}},
		{"no front", manifest, []string{"data.features.kind=files", "model.front=[]"}, front, []int(nil)},
		{"features of sounds", manifest, nil, func(c *configs.Config) any { return c.Data.Features }, configs.Features{Kind: "logmel", Bands: 40, Count: 13, Frame: 25, Hop: 10, Normalize: "utterance"}},
		{"cepstra with their changes", manifest, []string{"data.features.kind=mfcc"}, func(c *configs.Config) any { return c.Data.Features.Deltas }, 2},
		{"copies of sounds", manifest, nil, func(c *configs.Config) any { return c.Data.Augment }, configs.Augment{Copies: 3, Speed: 0.1, Noise: [2]float64{5, 30}, TimeMask: 20, BandMask: 8}},
		{"features in rows", utterance, nil, func(c *configs.Config) any { return []any{c.Data.Features.Kind, c.Data.Augment} },
			[]any{"files", configs.Augment{Copies: 7, TimeMasks: 3, TimeMask: 20, BandMask: 8, TimeStretch: 0.15, Jitter: 0.2}}},
		{"words of transcripts are all known", manifest, []string{"data.tokens=word"}, func(c *configs.Config) any { return c.Data.Tokens }, configs.Tokens{Unit: "word", Segment: "space", MinCount: 1, Normalize: "nfc"}},
		{"no window", manifest, nil, func(c *configs.Config) any { return c.Data.Window }, 0},
		{"other tasks have none of it", sine, nil, func(c *configs.Config) any {
			return []any{c.Decode, c.Model.Encoder, c.Model.Attention, c.Data.Features, c.Data.Augment, c.Data.TargetTokens}
		}, []any{configs.Decode{}, configs.Encoder{}, "", configs.Features{}, configs.Augment{}, configs.Tokens{}}},
	} {
		if diff := cmp.Diff(test.want, test.got(parse(t, test.src, test.set...))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// What is said renders to a config that reads to the same.
func TestSecondRenders(t *testing.T) {
	for _, src := range []string{dates, columns, bitext, bitexts, movements, digits, manifest, utterance,
		"task: seq2seq\ndata: {csv: {train: a.csv, test: b.csv}, sequence: id, inputs: [x], target: t, time: t2, time_format: unix, missing: interpolate, scale: minmax, target_tokens: {unit: word, max_length: 9}}\nmodel: {front: [{conv: {channels: 3, width: 3, stride: 2}}], tie_embeddings: true}\n",
		"task: seq2seq\ndata: {parallel: {train: ['a b', /c], validation: [../d, e]}, split: {test: 5}, tokens: {unit: bpe, size: 300}, target_tokens: word}\nmodel: {attention: none, encoder: {layers: 2}}\n",
		"task: seq2seq\ndata: {csv: a.tsv, source: a, target: b, tokens: word, shared_vocabulary: true}\nmodel: {copy: true, tie_embeddings: true, cell: gru}\ndecode: {no_repeat: 3}\n",
		"task: ctc\ndata: {csv: a.csv, audio: p, transcript: t, speaker: s, features: {kind: mfcc}, augment: {copies: 0, noise: [0, 0]}, resample: 8000}\nmodel: {front: []}\ndecode: {beam: 8, language_model: runs/lm}\n",
		"task: ctc\ndata: {csv: a.csv, audio: p, transcript: t, features: {kind: files}}\nmodel: {front: {conv: {channels: 3, width: 3}}}\n",
	} {
		rendersAlike(t, src)
	}
	for _, task := range []string{"seq2seq", "ctc"} {
		d := configs.Default(task)
		if diff := cmp.Diff(d, parse(t, string(d.Render()))); diff != "" {
			t.Errorf("default of %s (-default +read):\n%s", task, diff)
		}
	}
}

// A resolved config whose model changes has the encoder and the decoder that follow from it, but for what was set apart.
func TestCodersFollow(t *testing.T) {
	c := parse(t, dates+"model: {decoder: {layers: 2}}\n")
	out, err := c.With("model.cell=gru", "model.hidden_size=50")
	if err != nil {
		t.Fatal(err)
	}
	want := []any{configs.Encoder{Cell: "gru", HiddenSize: 25, Layers: 1, Bidirectional: true}, configs.Decoder{Cell: "gru", HiddenSize: 50, Layers: 2}, 50, true}
	if diff := cmp.Diff(want, []any{out.Model.Encoder, out.Model.Decoder, out.Model.OutputSize, out.Model.ForgetBias == nil}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if out, err = c.With("model.encoder.cell=gru", "model.decoder.cell=gru"); err != nil || out.Model.ForgetBias != nil {
		t.Errorf("both cells: %v", err)
	}
	same, err := c.With()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, same); diff != "" {
		t.Errorf("with nothing (-want +got):\n%s", diff)
	}
}

// Paths of two files are relative to the config, and a part can be set from the command line; what can't be is told.
func TestPathsOfParallel(t *testing.T) {
	c, err := configs.Parse("/gone/run/config.yaml", []byte(bitexts), []string{"data.parallel.validation=[../v.de, /v.en]"})
	if err != nil {
		t.Fatal(err)
	}
	want := configs.Parallel{
		Source: configs.Paths{Train: "/gone/run/a.de", Validation: "/gone/v.de", Test: "/gone/run/b.de"},
		Target: configs.Paths{Train: "/gone/run/a.en", Validation: "/v.en", Test: "/gone/run/b.en"},
	}
	if diff := cmp.Diff(want, c.Data.Parallel); diff != "" || fmt.Sprint(c.Data.Files().All()) != "[/gone/run/a.de /gone/v.de /gone/run/b.de]" || !c.Data.HasValidation() {
		t.Errorf("(-want +got):\n%s\nall: %v", diff, c.Data.Files().All())
	}
	for set, want := range map[string]string{
		"data.parallel.test=[b, c]":   `--set data.parallel.test=[b, c]: data.parallel is a list of 2, so it has no key "test"; set data.parallel={train: [SOURCE, TARGET], test: [SOURCE, TARGET]}`,
		"data.parallel={train: b}":    `--set data.parallel={train: b}: data.parallel.train is "b", want two paths: [SOURCE, TARGET]`,
		"data.parallel=[[a], {b: 1}]": "--set data.parallel=[[a], {b: 1}]: data.parallel[0] is a list of 1, want a path",
	} {
		if _, err := configs.Parse("test.yaml", []byte(bitext), []string{set}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", set, err, want)
		}
	}
	if _, err := configs.Parse("t.yaml", []byte("task: language\ndata: {corpus: [a, b]}\n"), []string{"data.corpus.test=c"}); err == nil || !strings.Contains(err.Error(), `data.corpus is a list of 2, so it has no key "test"`) {
		t.Errorf("a part of a list: %v", err)
	}
	c, err = configs.Parse("/gone/run/config.yaml", []byte(manifest+"decode: {beam: 8, language_model: ../lm}\n"), nil)
	if err != nil || c.Decode.LanguageModel != filepath.FromSlash("/gone/lm") {
		t.Errorf("language model: %v, %v", c, err)
	}
}

// The advice of the messages leads to configs that read.
func TestAdviceOfSecond(t *testing.T) {
	words := "task: seq2seq\ndata: {csv: a.csv, source: a, target: b, tokens: word"
	for _, src := range []string{
		dates + "model: {attention: dot, encoder: {hidden_size: 64}}\n",
		dates + "model: {attention: dot, encoder: {hidden_size: 50}, decoder: {hidden_size: 100}}\n",
		dates + "model: {attention: dot, hidden_size: 65, decoder: {hidden_size: 66}}\n",
		dates + "model: {attention: dot, encoder: {bidirectional: false, hidden_size: 30}, decoder: {hidden_size: 30}}\n",
		dates + "model: {bridge: copy, decoder: {hidden_size: 100}, encoder: {hidden_size: 50}}\n",
		dates + "model: {bridge: copy, encoder: {cell: gru}, decoder: {cell: gru}}\n",
		dates + "model: {bridge: copy, layers: 2, decoder: {layers: 1}}\n",
		dates + "model: {tie_embeddings: true, output_size: 32}\n",
		dates + "model: {attention: none}\ndecode: {unknown: forbid}\n",
		dates + "model: {dropout: 0.2, layers: 2}\n",
		words + ", target_tokens: {min_count: 3}}\n",
		words + ", target_tokens: {segment: space}}\nmodel: {copy: true}\n",
		"task: seq2seq\ndata: {csv: a.csv, source: a, target: b, tokens: bpe, shared_vocabulary: true}\nmodel: {copy: true}\n",
		movements, columns, // source or sequence
		"task: seq2seq\ndata: {csv: a.csv, sequence: id, inputs: [x, y], time: t, missing: forward, target: b}\nmodel: {front: {conv: {channels: 8, width: 3}}}\ndecode: {unknown: forbid}\n",
		utterance, manifest + "decode: {beam: 8, language_model: a}\n",
		"task: ctc\ndata: {synthetic: {kind: spoken_digits}, features: {kind: mfcc, count: 40}, augment: {noise: [5, 30]}, tokens: word}\n",
		"task: ctc\ndata: {csv: a.csv, sequence: id, transcript: text, features: {kind: files}}\n",
	} {
		parse(t, src)
	}
}
