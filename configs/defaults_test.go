package configs_test

import (
	"regexp"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"recur/configs"
)

// usual are the shortest configs of every task and recipe: what a user writes who wants the defaults.
var usual = map[string]string{
	"forecast, plain":    "recipe: plain\ndata: {csv: s.csv, targets: [y], horizon: 1}",
	"forecast, global":   "recipe: global\ndata: {csv: s.csv, series: who, time: day, targets: [y], horizon: 1}",
	"regress":            "task: regress\ndata: {csv: s.csv, sequence: id, inputs: [x], label: y}",
	"classify, text":     "task: classify\ndata: {csv: s.csv, text: t, label: l}",
	"classify, sequence": "task: classify\ndata: {csv: s.csv, sequence: id, inputs: [x], label: l}",
	"language":           "task: language\ndata: {corpus: s.txt}",
	"seq2seq":            "task: seq2seq\ndata: {csv: s.csv, source: a, target: b}",
	"seq2seq of words":   "task: seq2seq\ndata: {csv: s.csv, source: a, target: b, tokens: word}",
	"ctc":                "task: ctc\ndata: {csv: s.csv, audio: path, transcript: text}",
	"ctc of features":    "task: ctc\ndata: {csv: s.csv, audio: path, transcript: text, features: {kind: files}}",
}

// TestDefaultsAreTold renders the defaults of every task and recipe and looks each up in what `config explain` and docs/config.md say of its key.
func TestDefaultsAreTold(t *testing.T) {
	for name, src := range usual {
		c, err := configs.Parse("usual.yaml", []byte(src), nil)
		if err != nil {
			t.Fatal(name, err)
		}
		var root yaml.Node
		if err := yaml.Unmarshal(c.Render(), &root); err != nil {
			t.Fatal(err)
		}
		for key, value := range leaves(root.Content[0], "") {
			if key == "name" || key == "data.inputs" {
				continue // of the file, and of its columns
			}
			if strings.Contains(src, key[strings.LastIndexByte(key, '.')+1:]+":") {
				continue // it is not a default
			}
			text, err := configs.Explain(key)
			if err != nil {
				t.Fatal(err)
			}
			said := defaultLine.FindString(text)
			if !tells(said, value) {
				t.Errorf("%s: %s is %s, and config explain says %s", name, key, value, said)
			}
		}
	}
}

var defaultLine = regexp.MustCompile(`(?m)^  (default|required) .*$`)

// tells says that a default's value stands in the text, or the keys that it is reckoned from.
func tells(text, value string) bool {
	if layers := regexp.MustCompile(`width: (\d+)`).FindAllStringSubmatch(value, -1); layers != nil { // told by their widths
		for _, l := range layers {
			if !regexp.MustCompile(`widths? (\d+ and )?` + l[1]).MatchString(text) {
				return false
			}
		}
		return true
	}
	return strings.Contains(text, value) || otherKey.MatchString(text)
}

var otherKey = regexp.MustCompile(`(data|model|train)\.[a-z_]+`)

// leaves are the values of a document by dotted names.
func leaves(n *yaml.Node, name string) map[string]string {
	out := map[string]string{}
	if n.Kind != yaml.MappingNode {
		b, _ := yaml.Marshal(n)
		out[name] = strings.TrimSpace(string(b))
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		for k, v := range leaves(n.Content[i+1], strings.TrimPrefix(name+"."+n.Content[i].Value, ".")) {
			out[k] = v
		}
	}
	return out
}
