package pairs

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// What the keys of a config have files hold; generated pairs keep their order, so that a seed names the test part.
func TestOfConfigs(t *testing.T) {
	files := map[string]string{"a.csv": "x,de,en\n1,eins,one\n2,zwei,two\n3,drei,three\n", "a.de": "eins\nzwei\n", "a.en": "one\ntwo\n", "b.de": "drei\n", "b.en": "three\n"}
	write(t, files)
	for _, c := range []struct{ name, keys, want string }{
		{"columns", "csv: a.csv, source: de, target: en, limit: 2, tokens: {unit: word, min_count: 1}, target_tokens: character, split: {validation: 1}", `2 "eins" "one";3 "zwei" "two"`},
		{"two files", "parallel: [a.de, a.en], shared_vocabulary: true, split: {validation: 1}", `1 "eins" "one";2 "zwei" "two"`},
		{"files of parts", "parallel: {train: [a.de, a.en], validation: [b.de, b.en]}", `1 "eins" "one";2 "zwei" "two";1 "drei" "three"`},
		{"generated", "synthetic: {kind: roman, points: 3}, split: {validation: 1}", `0 "MMMDCLIII" "3653"`},
	} {
		if err := os.WriteFile("c.yaml", fmt.Appendf(nil, "task: seq2seq\ndata: {%s}\nmodel: {copy: %t}\n", c.keys, c.name == "two files"), 0o644); err != nil {
			t.Fatal(err)
		}
		config, err := configs.Load("c.yaml", nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		set, err := Open(SourceOf(config))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := strings.Join(shown(set), ";")
		if c.name == "generated" {
			got, _, _ = strings.Cut(got, ";")
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		o := OptionsOf(config)
		if o.Ordered != (c.name == "generated") || o.Shared != (c.name == "two files") || o.Copy != o.Shared || (o.Split == nil) != (c.name == "files of parts") || (o.Tokens.Unit == "word") != (c.name == "columns") || o.TargetTokens.Unit != "character" {
			t.Errorf("%s: %+v", c.name, o)
		}
		q, err := Prepare(set, o)
		if err != nil || q.Train.Len()+1 != len(set.Pairs) || q.Validation.Len() != 1 {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
