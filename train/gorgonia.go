package train

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/configs"
)

// gorgoniaSolver makes a solver of Gorgonia selectable. These allocate in every step and hide their moments, so a
// training that uses one can't be resumed; they are here as a second opinion on ours.
type gorgoniaSolver struct {
	name  string
	inner gorgonia.Solver
	steps int
}

func newGorgonia(c configs.Train) *gorgoniaSolver {
	options := []gorgonia.SolverOpt{gorgonia.WithLearnRate(c.LearningRate)}
	if c.WeightDecay > 0 {
		options = append(options, gorgonia.WithL2Reg(c.WeightDecay))
	}
	s := &gorgoniaSolver{name: c.Solver}
	if c.Solver == "gorgonia-vanilla" {
		s.inner = gorgonia.NewVanillaSolver(options...)
		return s
	}
	options = append(options, gorgonia.WithBeta1(c.Betas[0]), gorgonia.WithBeta2(c.Betas[1]), gorgonia.WithEps(c.Epsilon))
	s.inner = gorgonia.NewAdamSolver(options...)
	return s
}

func (s *gorgoniaSolver) Step(model []gorgonia.ValueGrad) error {
	s.steps++
	if err := s.inner.Step(model); err != nil {
		return fmt.Errorf("train: solver %s: %w", s.name, err)
	}
	return nil
}

// SetLearningRate uses that Gorgonia's options are functions that may be applied at any time.
func (s *gorgoniaSolver) SetLearningRate(rate float64) { gorgonia.WithLearnRate(rate)(s.inner) }

// State returns the count of steps, all that can be seen from outside.
func (s *gorgoniaSolver) State() SolverState { return SolverState{Solver: s.name, Steps: s.steps} }

// LoadState always fails.
func (s *gorgoniaSolver) LoadState(SolverState) error {
	return fmt.Errorf("train: solver %s: Gorgonia hides the state of its solvers, so nothing can be resumed; "+
		"solver %s of ours can", s.name, map[string]string{"gorgonia-adam": "adam", "gorgonia-vanilla": "sgd"}[s.name])
}
