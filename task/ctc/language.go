package ctc

import (
	"fmt"
	"os"
	"path/filepath"

	"recur/baseline/ngram"
	"recur/checkpoint"
	"recur/data"
	"recur/data/text"
	"recur/predict"
)

// languageOf opens a language model for the labels of a vocabulary: a run that has learnt from text, or a file in ARPA's format of the same
// labels or of words that are spelt in them.
func languageOf(path string, v *text.Vocabulary) (predict.Language, error) {
	fault := func(format string, args ...any) error {
		return data.Errors{data.Fault(data.ShortPath(path), 0, 0, "decode.language_model", format, args...)}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault("can't be read: %v; give a run of task language, or an ARPA file", data.Cause(err))
	}
	var l predict.Language
	if info.IsDir() {
		l, err = ofRun(path, v)
	} else {
		l, err = ofFile(path, v)
	}
	if err != nil {
		return nil, fault("%v", err)
	}
	return l, nil
}

// labelsOf are what the labels stand for, label i at i-1.
func labelsOf(v *text.Vocabulary) []string {
	labels := make([]string, v.Len()-1)
	for i := range labels {
		labels[i], _ = v.Symbol(int32(i + 1))
	}
	return labels
}

// ofRun is the network of a run of text.
func ofRun(dir string, v *text.Vocabulary) (predict.Language, error) {
	k, _, err := checkpoint.Load(checkpoint.OS(), filepath.Join(dir, "checkpoints"), "best")
	if err != nil {
		return nil, err
	}
	if k.Data.Text == nil {
		return nil, fmt.Errorf("it is a run of task %s, and a language model is one of task language", k.Config.Task)
	}
	m, err := predict.Open(k, 1)
	if err != nil {
		return nil, err
	}
	known := k.Data.Text.Vocabulary
	start := known.Number(text.End)
	if start < 0 {
		return nil, fmt.Errorf("its text has no documents, so that it knows no beginning of an utterance; train it with data.documents: line on a transcript a line")
	}
	var symbols []int32
	for _, label := range labelsOf(v) {
		one, missing := known.Encode(label)
		switch {
		case len(one) == 1 && len(missing) == 0:
			symbols = append(symbols, one[0])
		case known.Number(text.Unknown) >= 0:
			symbols = append(symbols, known.Number(text.Unknown))
		default:
			return nil, fmt.Errorf("it has no symbol %q, which transcripts are written in; train it with the same data.tokens on text that has all labels", label)
		}
	}
	return m.Language(symbols, start, start)
}

// ofFile is a model in ARPA's format.
func ofFile(path string, v *text.Vocabulary) (predict.Language, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a, err := ngram.ReadARPA(f, 0)
	if err != nil {
		return nil, err
	}
	labels := labelsOf(v)
	if one, err := a.Labels(labels); err == nil && spells(a, labels) {
		return one, nil
	}
	return a.Spelt(labels)
}

// spells says that a model is one of the labels themselves: it knows most of them as words of its own.
func spells(a *ngram.ARPA, labels []string) bool {
	known, unknown := 0, a.Word("<unk>")
	for _, l := range labels {
		if n := a.Word(l); n >= 0 && n != unknown {
			known++
		}
	}
	return 2*known > len(labels)
}
