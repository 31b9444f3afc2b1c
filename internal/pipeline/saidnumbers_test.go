package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
)

// moved are rows of movements: for every letter of a text two steps in its direction and one of rest; every third value of x is missing
// where gaps is set.
func moved(texts []string, target, gaps bool) string {
	ways := map[rune]string{'u': "0.1,1", 'd': "-0.1,-1", 'l': "-1,0.1", 'r': "1,-0.1"}
	var b strings.Builder
	b.WriteString("id,t,x,y" + map[bool]string{true: ",said"}[target] + "\n")
	for i, text := range texts {
		at := 0
		for _, letter := range text {
			for _, values := range []string{ways[letter], ways[letter], "0,0"} {
				if gaps && at%3 == 1 {
					values = values[strings.IndexByte(values, ','):]
				}
				fmt.Fprintf(&b, "m%d,%d,%s", i, at, values)
				if at++; target {
					b.WriteString("," + text)
				}
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// A text is learnt of numbers, a row a step: a run reads back, verifies to the bit, scores a file with targets and predicts one that has none.
func TestPairsOfNumbers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var texts []string
	for i := range 160 {
		text := ""
		for n := i; len(text) < 1+i%3; n /= 4 {
			text += string("udlr"[n%4])
		}
		texts = append(texts, text)
	}
	asked := []string{"ul", "r", "dru"}
	put(t, dir, map[string]string{"moved.csv": moved(texts, true, true), "new.csv": moved(asked, false, false), "scored.csv": moved(asked, true, false)})
	const src = "task: seq2seq\ndata: {csv: moved.csv, sequence: id, inputs: [x, y], time: t, missing: forward, target: said}\n" +
		"model: {cell: gru, hidden_size: 16, embedding_size: 8}\ntrain: {epochs: 14, batch_size: 16, learning_rate: 0.02}\n"
	for name, front := range map[string]string{"plain": "[]", "front": "[{conv: {channels: 12, width: 3, stride: 2, padding: same, norm: layer}}]"} {
		c, err := configs.Parse(filepath.Join(dir, name+".yaml"), []byte(src), []string{"model.front=" + front})
		if err != nil {
			t.Fatal(err)
		}
		run := trained(t, c, TrainOptions{Threads: 1})
		if v, err := VerifyRun(context.Background(), run, VerifyOptions{}); err != nil || !v.Same {
			t.Errorf("%s: verify: %+v, %v", name, v, err)
		}
		p, err := Predict(run, PredictOptions{File: filepath.Join(dir, "new.csv")})
		if err != nil {
			t.Fatal(err)
		}
		for i, one := range p.List {
			if one.ID != fmt.Sprintf("m%d", i) || *one.Output != asked[i] {
				t.Errorf("%s: %s is said to be %q, want %q", name, one.ID, *one.Output, asked[i])
			}
		}
		e, err := Evaluate(run, EvaluateOptions{CSV: filepath.Join(dir, "scored.csv"), All: true})
		if err != nil || len(p.List) != len(asked) || !strings.Contains(e.Report.Text(false), "network             100.0%") || !strings.Contains(e.Report.Text(false), "most_frequent") {
			t.Errorf("%s: evaluate: %v, %v", name, e, err)
		}
		if _, err := Evaluate(run, EvaluateOptions{CSV: filepath.Join(dir, "new.csv")}); err == nil || !strings.Contains(err.Error(), `no column "said"`) {
			t.Errorf("%s: a file without targets is scored: %v", name, err)
		}
		two := filepath.Join(dir, "new.csv") + "," + filepath.Join(dir, "scored.csv")
		if _, err := Evaluate(run, EvaluateOptions{CSV: two}); err == nil || !strings.Contains(err.Error(), "name that one file") {
			t.Errorf("%s: targets in a file of their own: %v", name, err)
		}
	}
}
