package configs

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxPrimitiveWindow is the longest window of the primitive implementation: its graph grows with every step.
const maxPrimitiveWindow = 32

// rule says how keys go together. The message of a broken one says what was found and what to do.
type rule struct {
	keys   []string // the first one is where a fault is shown
	doc    string   // one sentence, for explain and docs/config.md
	broken func(c *Config) string
}

// rules holds what can be said about resolved configs alone. What depends on which keys were given (shares or steps,
// file or synthetic data) is in check.go.
var rules = slices.Concat(generalRules, pairRules, soundRules)

var generalRules = []rule{
	{[]string{"data.window", "data.synthetic.length"}, "An example of the adding problem is one window: data.window equals data.synthetic.length.", windowIsLength},
	{[]string{"data.synthetic.points", "data.synthetic.length", "data.synthetic.kind"}, "Generated sequences have at most 100 million steps in all.", manySteps},
	{[]string{"data.center", "model.head"}, "head: every wants center: none: what is subtracted from a window would tell its early steps about the later ones.", centerSeesFuture},
	{[]string{"data.split.validation", "data.horizon", "data.split.train", "data.split"}, "A validation part in whole steps is 0 or at least data.horizon long.", func(c *Config) string {
		return partHoldsHorizon(c, "validation", c.Data.Split.Validation)
	}},
	{[]string{"data.split.test", "data.horizon", "data.split.train", "data.split"}, "A test part in whole steps is 0 or at least data.horizon long.", func(c *Config) string {
		return partHoldsHorizon(c, "test", c.Data.Split.Test)
	}},
	{[]string{"data.synthetic.points", "data.window", "data.horizon", "data.split.validation", "data.split.test", "data.split.train", "data.split", "data.synthetic.kind", "data.season"},
		"Synthetic data leave at least one window and its horizon for training.", trainingFits},
	{[]string{"model.head", "model.bidirectional"}, "With task forecast head: every can't go with bidirectional: true: before the last step the backward direction has read the values to predict.", headSeesFuture},
	{[]string{"model.head", "task"}, "head: every is for tasks forecast and classify: with task regress a sequence has one value.", headOfRegress},
	{[]string{"model.head", "data.text", "data.directory", "data.steps", "data.ts", "data.synthetic.kind"}, "With task classify head: every wants data.csv in long form: a label in every row.", everyStepHasLabel},
	{[]string{"model.pool", "model.head"}, "head: every wants pool: last.", poolOfEvery},
	{[]string{"model.implementation", "data.window", "data.season", "data.synthetic.length", "data.steps"}, "implementation: primitive takes a data.window, or sequences, of at most 32 steps.", primitiveWindow},
	{[]string{"model.front", "data.window", "model.patch", "data.season", "data.synthetic.length", "data.steps"}, "model.front leaves at least one step of a window.", frontLeaves},
	{[]string{"model.front", "model.head"}, "head: every wants padding: causal, stride: 1 and no pool in model.front: a prediction at a step must not read later ones. Task ctc is free of this.", frontSeesFuture},
	{[]string{"model.front", "model.implementation"}, "activation: gelu and norm: batch are for implementation: fused.", frontPrimitive},
	{[]string{"model.character_ngrams", "data.tokens.unit", "data.tokens"}, "character_ngrams above 0 is for data.tokens.unit: word.", ngramsOfWords},
	{[]string{"model.init", "model.cell", "model.encoder.cell", "model.decoder.cell"}, "init: identity is for cell elman.", identityCell},
	{[]string{"model.forget_bias", "model.cell", "model.encoder.cell", "model.decoder.cell"}, "forget_bias is for cell lstm.", forgetBiasCell},
	{[]string{"model.dropout", "model.layers", "model.encoder.layers", "model.decoder.layers"}, "dropout above 0 needs layers of at least 2: it lies between layers.", dropoutLayers},
	{[]string{"train.schedule.warmup_epochs", "train.epochs"}, "schedule.warmup_epochs is less than epochs.", warmupEnds},
	{[]string{"train.schedule.min_rate", "train.learning_rate"}, "schedule.min_rate is at most learning_rate.", rateFloor},
	{watching("train.early_stopping.patience"), "early_stopping needs a validation part.", func(c *Config) string {
		return watches(c, c.Train.EarlyStopping.Patience > 0, "train.early_stopping.patience is %d, which watches the validation loss", c.Train.EarlyStopping.Patience)
	}},
	{watching("train.schedule.kind"), "schedule.kind: plateau needs a validation part.", func(c *Config) string {
		return watches(c, c.Train.Schedule.Kind == "plateau", "train.schedule.kind is plateau, which watches the validation loss")
	}},
	{[]string{"train.schedule.kind", "train.schedule.warmup_epochs"}, "schedule.kind: one_cycle has a warm-up of its own: schedule.warmup_epochs is 0.", warmupOfCycle},
	{[]string{"train.schedule.cycle_momentum", "train.schedule.kind", "train.solver"}, "schedule.cycle_momentum is for the solvers momentum, adam and adamw.", cycledSolver},
	{[]string{"train.schedule.base_momentum", "train.schedule.max_momentum", "train.schedule.kind"}, "schedule.base_momentum is at most schedule.max_momentum with kind one_cycle.", momentaInOrder},
	{[]string{"train.nesterov", "train.solver"}, "nesterov is for solver momentum.", nesterovSolver},
	{[]string{"train.decay_biases", "train.solver"}, "decay_biases: false is for the solvers of recur: Gorgonia's decay all weights alike.", decaySolver},
	{[]string{"train.on_nan", "train.solver"}, "on_nan: rollback is for the solvers of recur: Gorgonia's hide the state to go back to.", rollbackSolver},
	{[]string{"model.patch", "data.window", "data.horizon", "data.season"}, "model.patch divides data.window.", patchDivides},
	{[]string{"model.quantiles"}, "model.quantiles are ascending, with 0.5, the point forecast, among them.", quantilesInOrder},
	{[]string{"train.loss", "model.quantiles", "model.distribution"}, "loss: pinball is the loss of model.quantiles, loss: nll that of any other model.distribution, and no other loss goes with them.", lossOfQuantiles},
	{[]string{"model.quantiles", "model.distribution"}, "A model.distribution other than quantiles wants model.quantiles to print.", quantilesOfDistribution},
	{[]string{"model.output", "model.distribution"}, "A model.distribution other than quantiles wants output: identity.", outputOfDistribution},
	{[]string{"model.distribution", "recipe", "data.series"}, "distribution: negative_binomial and distribution: poisson are for recipe: global.", recipeOfCounts},
	{[]string{"model.distribution", "data.transform", "data.center", "data.scale", "data.window_scale", "data.seasonal_profile"}, "distribution: negative_binomial and distribution: poisson want counts as they are: transform: none, center: none, scale: none, window_scale: mean and seasonal_profile: false.", countsAsTheyAre},
	{[]string{"data.window_scale", "data.transform"}, "window_scale: mean wants transform: none.", meanOfValues},
	{[]string{"model.head", "recipe", "model.quantiles", "model.encoder_size", "model.head_dropout", "data.series"}, "head: every can't go with recipe: global, model.quantiles, a model.distribution, model.encoder_size or model.head_dropout.", headOfParts},
	{[]string{"model.output", "model.linear_path", "recipe", "data.series"}, "model.linear_path wants output: identity.", outputOfLinear},
	{[]string{"recipe", "task"}, "recipe: global is for task forecast.", recipeTask},
	{[]string{"recipe", "task", "data.text", "data.directory"}, "recipe: text and recipe: sequence are for task classify, the one for texts and the other for numbers.", recipeOfClasses},
	{[]string{"train.loss", "task"}, "loss: cross_entropy is the loss of tasks classify, language and seq2seq, loss: ctc that of task ctc, and no other loss goes with them.", lossOfClasses},
	{[]string{"model.output", "task"}, "Tasks classify, language, seq2seq and ctc want output: identity.", outputOfClasses},
	{[]string{"data.label", "task"}, "Task classify has one column in data.label.", oneLabel},
	{[]string{"data.tokens.unit", "data.tokens", "data.tokens.segment", "data.tokens.size", "data.tokens.min_count", "data.tokens.lowercase", "data.tokens.normalize", "model.word_dropout"},
		"What says how words or characters are counted and written does not go with unit: byte; segment is for unit: word.", tokensFit},
	{watching("train.temperature_scaling"), "temperature_scaling needs a validation part.", temperatureNeeds},
	{[]string{"data.center", "recipe"}, "center: season is for recipe global.", centerOfSeason},
	{[]string{"data.center", "recipe", "data.series"}, "center: auto is for recipe plain.", centerOfPlain},
	{[]string{"data.categorical", "data.covariates", "data.future_covariates"}, "data.categorical names columns of data.covariates or data.future_covariates.", categoriesAreCovariates},
	{[]string{"data.calendar", "data.time"}, "data.calendar needs data.time.", calendarNeedsTime},
	{[]string{"train.min_updates", "train.max_updates", "recipe", "data.series"}, "min_updates is at most max_updates.", updatesInOrder},
	{[]string{"data.transform", "data.window_scale", "ensemble.members", "data.split.validation", "data.split"}, "transform: auto and window_scale: auto want an ensemble, and a validation part to choose on.", autoNeeds},
	{[]string{"intervals.origins", "model.quantiles", "data.split.validation", "data.split"}, "intervals.origins above 0 wants model.quantiles and a validation part.", calibrationNeeds},
	{[]string{"data.time", "data.steps", "task"}, "With sequences data.time names one column, and doesn't go with data.steps.", oneTime},
	{[]string{"data.missing", "task"}, "missing: seasonal and missing: zero are for task forecast.", seasonalOfSeries},
	{[]string{"data.wide", "data.series", "data.time", "data.targets", "data.covariates", "data.future_covariates", "data.horizon_column"}, "A wide file has one target and no other columns of values; wide: dates needs data.series, and wide: series has none.", wideIsAlone},
	{[]string{"model.head", "task"}, "With tasks language, seq2seq and ctc head is every.", headOfText},
	{[]string{"model.bidirectional", "task"}, "Task language can't go with bidirectional: true.", oneWay},
	{[]string{"model.front", "task"}, "Task language takes no model.front.", frontOfText},
	{[]string{"model.layer_norm", "task"}, "Task language takes no model.layer_norm.", normOfText},
	{[]string{"data.tokens.max_length", "data.documents"}, "tokens.max_length wants documents: a text that is one is not shortened.", lengthOfDocuments},
	{watching("train.refit"), "refit: all needs a validation part.", func(c *Config) string {
		return watches(c, c.Train.Refit == "all", "train.refit is all, which joins the validation part to the training part")
	}},
}

// cells are those of the network: of the encoder and the decoder, where there are these.
func (c *Config) cells() []string {
	if c.Pairs() {
		return []string{c.Model.Encoder.Cell, c.Model.Decoder.Cell}
	}
	return []string{c.Model.Cell}
}

// when is a message, or "" where the rule holds.
func when(broken bool, format string, args ...any) string {
	if !broken {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func adding(c *Config) bool { return c.Data.Synthetic != nil && c.Data.Synthetic.Kind == "adding" }

func windowIsLength(c *Config) string {
	if !adding(c) {
		return ""
	}
	w, l := c.Data.Window, c.Data.Synthetic.Length
	return when(w != l, "data.window is %d and data.synthetic.length is %d; one example is one window: make them equal", w, l)
}

func manySteps(c *Config) string {
	const most = 1e8
	if s := c.Data.Synthetic; s == nil || !among(exampleKinds, s.Kind) {
		return ""
	}
	s := c.Data.Synthetic
	return when(s.Points > most/max(1, s.Length), "data.synthetic: %d examples of %d steps are more than 100000000 in all; want fewer", s.Points, s.Length)
}

func centerSeesFuture(c *Config) string {
	return when(c.Model.Head == "every" && c.Data.Center != "none" && c.Data.Center != "auto",
		"data.center is %s and model.head is every, so the early steps of a window would be told about the later ones: set center to none, or head to last", c.Data.Center)
}

func partHoldsHorizon(c *Config, part string, steps float64) string {
	h := c.Data.Horizon
	return when(c.Task == "forecast" && c.Data.Split.Steps && steps > 0 && steps < float64(h),
		"data.split.%s is %s and data.horizon is %d; no window has all its targets in this part: make it 0 or at least %d", part, number(steps), h, h)
}

func trainingFits(c *Config) string {
	d := &c.Data
	if d.Synthetic == nil || c.Task != "forecast" {
		return ""
	}
	n := float64(d.Synthetic.Points)
	rest := n - d.Split.Validation - d.Split.Test
	if !d.Split.Steps {
		rest = math.Ceil(n * d.Split.Train)
	}
	return when(rest < float64(d.Window+d.Horizon), "data.synthetic.points is %d, which leaves %s for training; one window and its horizon need %d",
		d.Synthetic.Points, number(max(rest, 0)), d.Window+d.Horizon)
}

func headSeesFuture(c *Config) string {
	return when(c.Model.Bidirectional && c.Model.Head == "every" && !c.labelled() && !c.chooses(),
		"model.head: every can't go with bidirectional: true: before the last step the backward direction has read the values to predict; use head: last")
}

func headOfRegress(c *Config) string {
	return when(c.Model.Head == "every" && c.Task == "regress", "model.head is every, want last with task regress: a sequence has one value")
}

func primitiveWindow(c *Config) string {
	n, key := c.steps()
	what := pick(c.sequences(), "sequence", "window")
	return when(c.Model.Implementation == "primitive" && n > maxPrimitiveWindow*max(1, c.Model.Patch),
		"model.implementation is primitive, which takes %ss of at most %d steps, and %s is %d; use fused, or a shorter %s", what, maxPrimitiveWindow*max(1, c.Model.Patch), key, n, what)
}

func identityCell(c *Config) string {
	for _, cell := range c.cells() {
		if c.Model.Init == "identity" && cell != "elman" {
			return when(true, "model.init is identity, which is for cell elman, and the cell is %s; use orthogonal", cell)
		}
	}
	return ""
}

func forgetBiasCell(c *Config) string {
	return when(c.Model.ForgetBias != nil && !among(c.cells(), "lstm"), "model.forget_bias is for cell lstm, and the cell is %s; remove it", c.Model.Cell)
}

func dropoutLayers(c *Config) string {
	if c.Pairs() {
		return when(c.Model.Dropout > 0 && max(c.Model.Encoder.Layers, c.Model.Decoder.Layers) == 1, "model.dropout is %s, and encoder and decoder have one layer; dropout lies between layers: set model.layers to 2 or more, or dropout to 0", number(c.Model.Dropout))
	}
	return when(c.Model.Dropout > 0 && c.Model.Layers == 1, "model.dropout is %s and model.layers is 1; dropout lies between layers: set layers to 2 or more, or dropout to 0", number(c.Model.Dropout))
}

func warmupEnds(c *Config) string {
	w := c.Train.Schedule.WarmupEpochs
	return when(w > 0 && w >= float64(c.Train.Epochs), "train.schedule.warmup_epochs is %s and train.epochs is %d; the warm-up must end before training does", number(w), c.Train.Epochs)
}

func rateFloor(c *Config) string {
	low, rate := c.Train.Schedule.MinRate, c.Train.LearningRate
	return when(low > rate, "train.schedule.min_rate is %s, above train.learning_rate %s; make it lower", number(low), number(rate))
}

// watching lists the keys of a rule that asks for a validation part.
func watching(key string) []string {
	return []string{key, "data.split.validation", "data.split.train", "data.split.test", "data.split"}
}

func watches(c *Config, does bool, format string, args ...any) string {
	return when(does && !c.Data.HasValidation(), format+", and there is no validation part; give data.split.validation", args...)
}

func rollbackSolver(c *Config) string {
	return when(c.Train.OnNaN == "rollback" && strings.HasPrefix(c.Train.Solver, "gorgonia-"),
		"train.on_nan is rollback and train.solver is %s, which hides the state to go back to; use a solver of recur, such as adam or sgd", c.Train.Solver)
}

func warmupOfCycle(c *Config) string {
	s := &c.Train.Schedule
	return when(s.Kind == "one_cycle" && s.WarmupEpochs > 0,
		"train.schedule.warmup_epochs is %s and the kind is one_cycle, which rises from learning_rate/div_factor by itself; set warmup_epochs to 0, and pct_start to the share of the updates in which it rises", number(s.WarmupEpochs))
}

func cycledSolver(c *Config) string {
	s, solver := &c.Train.Schedule, c.Train.Solver
	return when(s.Kind == "one_cycle" && s.CycleMomentum && !among([]string{"momentum", "adam", "adamw"}, solver),
		"train.schedule.cycle_momentum is true and train.solver is %s, which has no momentum to move; set cycle_momentum to false, or take momentum, adam or adamw", solver)
}

func momentaInOrder(c *Config) string {
	low, high := c.Train.Schedule.BaseMomentum, c.Train.Schedule.MaxMomentum
	return when(c.Train.Schedule.Kind == "one_cycle" && low > high, "train.schedule.base_momentum is %s, above max_momentum %s; make it lower", number(low), number(high))
}

func nesterovSolver(c *Config) string {
	return when(c.Train.Nesterov && c.Train.Solver != "momentum",
		"train.nesterov is true and train.solver is %s; it is for solver momentum, gradient descent with momentum: set solver to momentum, or nesterov to false", c.Train.Solver)
}

func decaySolver(c *Config) string {
	return when(!c.Train.DecayBiases && strings.HasPrefix(c.Train.Solver, "gorgonia-"),
		"train.decay_biases is false and train.solver is %s, which decays all weights alike; use a solver of recur, such as adam or sgd", c.Train.Solver)
}
