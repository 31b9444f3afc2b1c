package configs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	yaml "go.yaml.in/yaml/v4"

	"recur/configs"
	"recur/configs/examples"
)

func TestSchemaIsCurrent(t *testing.T) { golden(t, "schema.json", configs.Schema()) }
func TestDocsAreCurrent(t *testing.T)  { golden(t, "../docs/config.md", configs.Markdown()) }

func TestExplain(t *testing.T) {
	var all bytes.Buffer
	for _, k := range configs.Keys() {
		text, err := configs.Explain(k.Name)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
		fmt.Fprintf(&all, "%s\n", text)
	}
	golden(t, "testdata/explain.golden", all.Bytes())
	if short, err := configs.Explain("hidden_size"); err != nil || !strings.HasPrefix(short, "model.hidden_size: whole number\n") {
		t.Errorf("hidden_size: got %q, %v", short, err)
	}
	for key, want := range map[string]string{
		"model.hiden":   `configs: explain: there is no key "model.hiden"; did you mean "model.hidden_size"?`,
		"learning_rat":  `configs: explain: there is no key "learning_rat"; did you mean "train.learning_rate"?`,
		"lr":            `configs: explain: there is no key "lr"; did you mean "train.learning_rate"?`,
		"xyzzyxyzzyxyz": `configs: explain: there is no key "xyzzyxyzzyxyz"`,
		"patience":      `configs: explain: "patience" may be train.schedule.patience or train.early_stopping.patience; write the full name`,
	} {
		if _, err := configs.Explain(key); err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", key, err, want)
		}
	}
}

// compiled is the schema, itself checked against the draft-07 meta-schema.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(configs.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("config.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// toJSON is what an editor sees of a YAML document: YAML 1.2's core types, and no others.
func toJSON(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return toJSON(n.Content[0])
	case yaml.AliasNode:
		return toJSON(n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, toJSON(c))
		}
		return list
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = toJSON(n.Content[i+1])
		}
		return m
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value)
		}
	}
	return n.Value
}

// validate says what the schema says of a YAML text; ok is false where it is not YAML at all.
func validate(s *jsonschema.Schema, src []byte) (err error, ok bool) {
	var n yaml.Node
	if err := yaml.Load(src, &n); err != nil {
		return nil, false
	}
	return s.Validate(toJSON(&n)), true
}

// The schema takes every example, what every example renders to, and further right configs.
func TestSchemaTakesRightConfigs(t *testing.T) {
	s := compiled(t)
	right := map[string][]byte{
		"empty options": []byte("data: {csv: a.csv, targets: y, time:, split:, season: ~}\ntrain:\nmodel: {elman: }\n"),
		"null source":   []byte("data: {csv:, synthetic: {kind: sine}, targets: [v]}\n"),
		"steps":         []byte("data: {csv: 'builtin:co2', targets: [co2], split: {test: 12}}\n"),
		"long form":     []byte("task: regress\ndata: {csv: {train: a.csv, test: b.csv}, sequence: id, label: [y, z], time: t, split: {train: 0.8, validation: 0.2, seed: 3}}\n"),
		"wide form":     []byte("task: regress\ndata: {csv: a.csv, steps: 12, label: y, inputs: [a, b], limit: 9, ts:, split: {seed: 1}}\n"),
		"ts":            []byte("task: regress\ndata: {ts: {train: a.ts, validation: v.ts, test: b.ts}, missing: interpolate}\n"),
		"text":          []byte("task: classify\ndata: {csv: a.jsonl, text: review, label: kind, tokens: word}\n"),
		"tokens":        []byte("recipe: auto\ntask: classify\ndata: {csv: {train: a.tsv, test: b.csv}, text: review, label: [kind], tokens: {unit: bpe, size: 900, max_length: 50}}\nmodel: {front: [], embedding_size: 30}\ntrain: {class_weight: {good: 2, bad: 1}}\nensemble: {linear: true}\n"),
		"directory":     []byte("task: classify\ndata: {directory: {train: a, test: b}, split: {validation: 9}}\ntrain: {class_weight: balanced, temperature_scaling: false}\nensemble: {linear: auto}\n"),
		"tags":          []byte("task: classify\ndata: {csv: a.csv, sequence: id, label: kind, missing: interpolate}\nmodel: {head: every, bidirectional: true}\n"),
		"classes of ts": []byte("task: classify\ndata: {ts: {train: a.ts, test: b.ts}}\nmodel: {pool: attention}\n"),
		"text goes on":  []byte("task: language\ndata: {corpus: [a.txt, 'b/*.txt'], tokens: {unit: bpe, size: 500}, split: {train: 0.9, validation: 0.1}, window: 60}\ntrain: {learning_rate: auto}\n"),
		"documents":     []byte("task: language\ndata: {corpus: {train: a, validation: b}, documents: line, tokens: word, limit: 50}\nmodel: {cell: gru, head: every, layers: 2, dropout: 0.1}\n"),
		"dates":         []byte("task: seq2seq\ndata: {synthetic: {kind: dates, points: 300}}\nmodel: {attention: dot, bridge: copy, encoder:, decoder: {layers: 1}}\ndecode: {beam: 1}\n"),
		"translation":   []byte("task: seq2seq\ndata: {parallel: {train: [a.de, a.en], test: [b.de, b.en]}, split: {validation: 50}, tokens: word, target_tokens: {unit: word, max_length: 60}}\nmodel: {output_size: 96, encoder: {cell: gru}}\ntrain: {batch_tokens: 4000, label_smoothing: 0.1}\n"),
		"summaries":     []byte("task: seq2seq\ndata: {csv: {train: a.jsonl, validation: b.tsv}, source: text, target: title, tokens: {unit: word, size: 8000, lowercase: true}, shared_vocabulary: true}\nmodel: {copy: true, tie_embeddings: true}\ndecode: {unknown: forbid, length_penalty: 1.2}\n"),
		"no attention":  []byte("task: seq2seq\ndata: {parallel: [a.de, a.en]}\nmodel: {attention: none, bridge: copy, bidirectional: false, tie_embeddings: true}\n"),
		"speech":        []byte("task: ctc\ndata: {csv: {train: a.csv, test: b.csv}, audio: path, transcript: text, speaker: who, features: {kind: mfcc, bands: 30}, augment: {noise: [0, 0], time_masks: 2}, resample: 8000, infeasible: drop, tokens: word}\ndecode: {language_model: a.arpa, beam: 8}\n"),
		"feature files": []byte("task: ctc\ndata: {csv: a.jsonl, audio: path, transcript: text, features: {kind: files, deltas: 2}, augment: {time_stretch: 0.1}, time:, inputs: []}\nmodel: {front: [], cell: gru}\n"),
		"feature rows":  []byte("task: ctc\ndata: {csv: a.csv, sequence: id, inputs: [a, b], transcript: text, time: t, missing: interpolate, tokens: {unit: character, lowercase: true}}\n"),
		"digits":        []byte("task: ctc\ndata: {synthetic: {kind: spoken_digits}, features:, augment: {copies: 0}}\n"),
		"gestures":      []byte("task: regress\ndata: {synthetic: {kind: gestures, length: 90}}\n"),
		"one season":    []byte("data: {csv: a.csv, targets: [y], season: [7, 365], frequency: 15m, missing_values: [-999, NA]}\n"),
	}
	for _, name := range examples.Names() {
		src, err := examples.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(src, []byte("# yaml-language-server: $schema=../schema.json\n")) {
			t.Errorf("%s: its first line does not name the schema", name)
		}
		right[name] = src
		right[name+" rendered"] = parse(t, string(src)).Render()
	}
	for name, src := range right {
		if _, err := configs.Parse(name+".yaml", src, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err, ok := validate(s, src); err != nil || !ok {
			t.Errorf("%s: the schema refuses it: %v", name, err)
		}
	}
}

// beyondSchema names the bad configs that a JSON Schema can't refuse, and why.
var beyondSchema = map[string]string{
	"adding_window":                 "compares two keys",
	"duplicate_key":                 "the second one is gone once YAML is read",
	"classify_ngrams":               "compares two keys",
	"classify_temperature":          "follows from the parts that there are",
	"classify_tokens_of_bytes":      "compares two keys",
	"directory":                     "looks at the disk",
	"front_every":                   "looks at every layer of a list",
	"front_no_step":                 "counts steps through all layers",
	"front_pool":                    "counts steps through all layers",
	"front_primitive":               "looks at every layer of a list",
	"front_primitive_batch":         "looks at every layer of a list",
	"frequency_and_time_format":     "forms of text that a pattern can't hold",
	"resample":                      "compares two keys",
	"resample_no_step":              "asks for a key in a section",
	"resample_rate":                 "what a plain number is short for follows from the task",
	"resample_step":                 "forms of text that a pattern can't hold",
	"missing_file":                  "looks at the disk",
	"primitive_window":              "the window is a default",
	"schedule":                      "compares two keys",
	"every_with_center":             "compares two keys",
	"sequences_all_parts_and_split": "compares two keys",
	"sequences_columns_twice":       "compares two keys",
	"sequences_csv_as_ts":           "forms of text that a pattern can't hold",
	"sequences_front_no_step":       "counts steps through all layers",
	"sequences_part_and_split":      "compares two keys",
	"sequences_parts_missing_file":  "looks at the disk",
	"sequences_primitive":           "the length is a default",
	"sequences_same_file":           "compares two keys",
	"classify_builtin_twice":        "compares two keys",
	"sequences_split_seed_alone":    "compares two keys",
	"sequences_split_sum":           "a sum",
	"sequences_ts_as_csv":           "forms of text that a pattern can't hold",
	"split_shorter_than_horizon":    "compares two keys",
	"split_too_much":                "a sum",
	"synthetic_too_short":           "a sum",
	"text_bytes":                    "compares two keys",
	"text_files_twice":              "compares two keys",
	"text_same_file":                "compares two keys",
	"text_shortened":                "compares two keys",
	"text_split":                    "a sum",
	"text_words_dropped":            "compares two keys",
	"pairs_bridge_cells":            "compares two keys",
	"pairs_bridge_layers":           "compares two keys",
	"pairs_bridge_widths":           "compares two keys",
	"pairs_copy_bpe":                "compares two keys",
	"pairs_copy_segments":           "compares two keys",
	"pairs_copy_units":              "compares two keys",
	"pairs_dot_odd":                 "compares two keys",
	"pairs_dot_one_way":             "compares two keys",
	"pairs_dot_widths":              "compares two keys",
	"pairs_parallel_csv":            "forms of text that a pattern can't hold",
	"pairs_parallel_missing":        "looks at the disk",
	"pairs_parallel_same":           "compares two keys",
	"pairs_same_column":             "compares two keys",
	"pairs_shared":                  "compares two keys",
	"pairs_tied":                    "compares two keys",
	"pairs_unknown_units":           "compares two keys",
	"sounds_count":                  "compares two keys",
	"sounds_language_model_missing": "looks at the disk",
	"sounds_noise":                  "compares two keys",
	"sounds_same_column":            "compares two keys",
	"cycle_momenta":                 "compares two keys",
	"vanish":                        "follows from model.dtype",
}

// The schema refuses every bad config but those it can't know about.
func TestSchemaRefusesBadConfigs(t *testing.T) {
	s := compiled(t)
	refused := 0
	for _, name := range badConfigs(t) {
		src, err := os.ReadFile("testdata/bad/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		fault, ok := validate(s, src)
		switch _, beyond := beyondSchema[name]; {
		case !ok: // no YAML, or several documents: the editor says so itself
		case fault == nil && !beyond:
			t.Errorf("%s: the schema takes it", name)
		case fault != nil && beyond:
			t.Errorf("%s: the schema refuses it, so it is not beyond the schema: %v", name, fault)
		case fault != nil:
			refused++
		}
	}
	if refused < 25 {
		t.Errorf("the schema refused %d of the bad configs, want at least 25", refused)
	}
}

// Every rule and every key is on the page, and its tables are whole.
func TestMarkdown(t *testing.T) {
	page := string(configs.Markdown())
	for _, k := range configs.Keys() {
		last := k.Name[strings.LastIndexByte(k.Name, '.')+1:]
		if !strings.Contains(page, "| `"+last+"` |") && !strings.Contains(page, "[`"+last+"`]") {
			t.Errorf("docs/config.md does not list %s", k.Name)
		}
	}
	for i, line := range strings.Split(page, "\n") {
		if strings.HasPrefix(line, "|") && strings.Count(line, "|")-strings.Count(line, `\|`) != 5 {
			t.Errorf("docs/config.md:%d: the row has not four cells: %s", i+1, line)
		}
	}
}
