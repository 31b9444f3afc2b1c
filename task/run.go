package task

import (
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/evaluate"
	"recur/predict"
)

// Run is trained networks that predict together: one, or the members of an ensemble.
type Run struct {
	Config      *configs.Config // what was asked for
	Networks    []Network
	Calibration *evaluate.Calibration // nil: quantiles stay as the networks give them
	Companion   Companion             // predicts with the networks; nil: none
	Combination *Combination          // how simple methods forecast with the networks; nil: they don't
	Threads     int                   // 0: all cores
}

// Network is one trained network.
type Network struct {
	K *checkpoint.Checkpoint
	M *predict.Model
}

// Inputs are the data as networks read them: for each of their ways of making them ready, by Key.
type Inputs map[string]Data

// Key tells data sections apart. The name and the seed of a run do not change its data.
func Key(c *configs.Config) string {
	same := *c
	same.Name, same.Seed, same.Train, same.Ensemble, same.Intervals = "", 0, configs.Train{ClassWeight: c.Train.ClassWeight}, configs.Ensemble{}, configs.Intervals{}
	same.Model = configs.Model{Head: c.Model.Head, Patch: c.Model.Patch, Quantiles: c.Model.Quantiles, Distribution: c.Model.Distribution, CharacterNgrams: c.Model.CharacterNgrams, Front: c.Model.Front}
	return string(same.Render())
}

// Prepare makes a source ready for every network; the data of known are not made again.
func (r *Run) Prepare(s Source, known ...Data) (Inputs, error) {
	return r.Inputs(func(n Network) (Data, error) { return s.Prepare(n.K.Config) }, known...)
}

// Inputs asks for the data of every network, once for those that read them alike; the data of known are not asked for.
func (r *Run) Inputs(ready func(Network) (Data, error), known ...Data) (in Inputs, err error) {
	in = Inputs{}
	for _, d := range known {
		in[Key(d.Config())] = d
	}
	for _, n := range r.Networks {
		key := Key(n.K.Config)
		if in[key] != nil {
			continue
		}
		if in[key], err = ready(n); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// Spoken are examples of which networks say something together, agreeing symbol by symbol or frame by frame, in place of each by itself.
type Spoken interface {
	data.Examples
	// Say is what the networks say of every example.
	Say(networks []*predict.Model) ([][]float64, error)
}

// Said is what one network says of every example of a part.
func Said(m *predict.Model, part data.Examples) ([][]float64, error) {
	if spoken, ok := part.(Spoken); ok {
		return spoken.Say([]*predict.Model{m})
	}
	return m.Part(part)
}

// Predict is what the networks say of every example of a part: the quantiles (one value without any) in the units of the data,
// the pointwise median over the networks, calibrated; of classes and of the symbols of a text their chances, the mean over the networks.
func (r *Run) Predict(in Inputs, pick func(Data) data.Examples) ([][]float64, error) {
	if spoken, ok := pick(in[Key(r.Networks[0].K.Config)]).(Spoken); ok {
		return spoken.Say(r.Models())
	}
	var all [][][]float64
	for _, n := range r.Networks {
		one, err := n.M.Part(pick(in[Key(n.K.Config)]))
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	part := pick(in[Key(r.Networks[0].K.Config)])
	return r.With(part, r.Whole(r.Combine(all, part, evaluate.WhoseOf(part)))), nil
}

// Models are those of the networks.
func (r *Run) Models() (all []*predict.Model) {
	for _, n := range r.Networks {
		all = append(all, n.M)
	}
	return all
}

// Combine joins what the networks say of the same examples, part, and calibrates it. whose tells of which series an example is, nil where
// they are none. Where part is nil the networks are alone.
func (r *Run) Combine(all [][][]float64, part data.Examples, whose func(i int) evaluate.Whose) [][]float64 {
	joint := all[0]
	switch classes := r.classes(); {
	case classes > 0:
		joint = evaluate.Average(all, classes)
	case len(all) > 1 && r.Networks[0].K.Data.Text != nil:
		joint = evaluate.Mean(all)
	case len(all) > 1:
		joint = evaluate.Combine(all, max(1, len(r.Config.Model.Quantiles)))
	}
	calibration := r.Calibration
	if r.Combination != nil && part != nil {
		joint = r.Combination.Mix(joint, r.Combination.Said(part))
		calibration = r.Combination.Calibration
	}
	if calibration != nil {
		joint = calibration.ApplyTo(joint, whose)
	}
	return joint
}

// Whole makes whole numbers of the quantiles of counts, which a mean over networks, partners and a calibration may have made fractions, in place:
// see evaluate.Whole. It returns said.
func (r *Run) Whole(said [][]float64) [][]float64 {
	if r.Config.Model.Counts() {
		evaluate.Whole(said, r.Config.Model.Quantiles)
	}
	return said
}

// classes are those that the networks tell apart; 0 where they predict values.
func (r *Run) classes() int {
	if l := r.Networks[0].K.Data.Labelled; l != nil {
		return len(l.Classes)
	}
	return 0
}

// Points are the point predictions: the medians where there are quantiles.
func (r *Run) Points(said [][]float64) [][]float64 {
	return evaluate.Median(said, r.Config.Model.Quantiles)
}

// PartNamed picks the part of a name.
func PartNamed(name string) func(Data) data.Examples {
	return func(d Data) data.Examples { return d.Part(name) }
}
