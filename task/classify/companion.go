package classify

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"recur/baseline/classes"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// The simple model that predicts with the networks: logistic regression for texts, random convolutions for numbers.

// mostJoined is what fitting it may cost, in multiply-adds, where the config leaves it open: a minute or two.
const mostJoined = 1e11

// Calibrate fits on the validation part the temperature that makes chances as sure as they are right, and says whether a simple
// model joins.
func (d *Data) Calibrate(c *configs.Config, said func(data.Examples) ([][]float64, error)) (*evaluate.Calibration, error) {
	all, err := said(d.validation)
	if err != nil {
		return nil, err
	}
	return d.calibration(c, all)
}

// calibration is that of what networks say of the validation part, from which they have not learnt.
func (d *Data) calibration(c *configs.Config, said [][]float64) (*evaluate.Calibration, error) {
	k := &evaluate.Calibration{Classes: len(d.classes)}
	truth, chances := flat(d.validation, said, len(d.classes))
	if c.Train.TemperatureScaling {
		k.Temperature = evaluate.Temperature(truth, evaluate.Logits(chances))
	}
	if !c.Joins() || tags(c) {
		return k, nil
	}
	joins := c.Ensemble.Linear == "true"
	if !joins && len(truth) > 0 && d.simple.cost(d, d.strongest(), d.train, d.validation) <= mostJoined {
		m, err := d.Method(d.strongest(), true)
		if err != nil {
			return nil, err
		}
		alone := k.Apply(said)
		together := evaluate.Average([][][]float64{alone, m.Predict(d.validation)}, len(d.classes))
		a, b := d.logLoss(alone), d.logLoss(together)
		joins = b < a
		k.Told = fmt.Sprintf("log loss on the validation part %s, together with %s %s", report.Figure(a), d.strongest(), report.Figure(b))
		if joins {
			k.Told += ": it predicts with the network from here on"
		}
	}
	if !joins {
		return k, nil
	}
	m, err := d.Method(d.strongest(), false)
	if err != nil {
		return nil, err
	}
	k.Companion, err = encode(m.(method).state)
	return k, err
}

// strongest is the simple method that may join.
func (d *Data) strongest() string {
	all := d.simple.names()
	return all[len(all)-1]
}

func (d *Data) logLoss(said [][]float64) float64 {
	truth, chances := flat(d.validation, said, len(d.classes))
	sum := 0.0
	for _, l := range evaluate.LogLosses(truth, chances) {
		sum += l
	}
	return sum / float64(len(truth))
}

// Choose keeps the one variant that there is, with what corrects it.
func (s *source) Choose(c *configs.Config, all []task.Candidate) (*task.Choice, error) {
	d := all[0].Data.(*Data)
	k, err := d.calibration(c, all[0].Said)
	if err != nil {
		return nil, err
	}
	v, err := d.Verdict(k.Apply(all[0].Said), 0)
	choice := task.Kept(all[0].Variant, v)
	choice.Calibration = k
	return choice, err
}

// Companion reads the simple model that a run keeps.
func (Task) Companion(k *checkpoint.Checkpoint, kept []byte) (task.Companion, error) {
	s, err := decode(kept)
	if err != nil {
		return nil, err
	}
	l := k.Data.Labelled
	if l == nil {
		return nil, errors.New("the network has no labels")
	}
	var predict predictor
	if l.Vocabulary != nil {
		m, err := classes.Logistics(s, len(l.Classes))
		if err != nil {
			return nil, err
		}
		tokens := text.TokensOf(k.Config)
		predict = predictorOf(m, func(p part, i int) []string { return tokens.Words(p.Content(i)) })
	} else {
		m, err := classes.Rockets(s, len(l.Classes), len(l.Inputs))
		if err != nil {
			return nil, err
		}
		predict = predictorOf(m, values)
	}
	return func(p data.Examples) [][]float64 { return predict(p.(part)) }, nil
}

// The form that it is kept in: a safetensors file with the state's numbers as tensors, its words as bytes, apart by line ends (no word
// holds one), and the rest in the metadata.
const (
	methodKey  = "method"
	classesKey = "classes"
	wordsName  = "words"
)

func encode(s classes.State) ([]byte, error) {
	var tensors []checkpoint.Tensor
	for _, name := range report.SortedKeys(s.Floats) {
		tensors = append(tensors, checkpoint.FromFloats(name, nil, s.Floats[name]))
	}
	for _, name := range report.SortedKeys(s.Ints) {
		tensors = append(tensors, checkpoint.FromInts(name, nil, s.Ints[name]))
	}
	if len(s.Words) > 0 {
		tensors = append(tensors, checkpoint.FromBytes(wordsName, nil, []byte(strings.Join(s.Words, "\n"))))
	}
	var b bytes.Buffer
	err := checkpoint.EncodeSafetensors(&b, tensors, map[string]string{methodKey: s.Method, classesKey: strconv.Itoa(s.Classes)})
	return b.Bytes(), err
}

func decode(b []byte) (s classes.State, err error) {
	tensors, metadata, err := checkpoint.DecodeSafetensors(b)
	if err != nil {
		return s, err
	}
	s = classes.State{Method: metadata[methodKey], Ints: map[string][]int64{}, Floats: map[string][]float64{}}
	if s.Classes, err = strconv.Atoi(metadata[classesKey]); err != nil {
		return s, fmt.Errorf("the number of classes: %w", err)
	}
	for _, t := range tensors {
		switch t.DType {
		case "F64":
			s.Floats[t.Name], err = t.Float64s()
		case "I64":
			s.Ints[t.Name], err = t.Ints()
		case "U8":
			s.Words = strings.Split(string(t.Data), "\n")
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
}
