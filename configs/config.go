// Package configs answers one question: what did the user ask for?
//
// It holds the typed config, its registry of keys (the one place that knows every key's name, type, default, range and
// sentence), the strict YAML reader that reports all faults of a file at once, and the writers that follow from the
// registry (render, explain, schema, docs). It imports nothing of ours.
package configs

// Config is a whole config file with every default filled in.
type Config struct {
	Version int    `key:"version"`
	Name    string `key:"name"`
	Seed    uint64 `key:"seed"`
	Task    string `key:"task"` // forecast | regress
	Data    Data   `key:"data"`
	Model   Model  `key:"model"`
	Train   Train  `key:"train"`

	// Path is the file that the config was read from ("" when it was not read from a file). It is not a key.
	Path string `key:"-"`
}

// Data says where batches come from.
type Data struct {
	CSV           string     `key:"csv"`       // path (made absolute when read from a file), or builtin:NAME
	Synthetic     *Synthetic `key:"synthetic"` // exactly one of CSV and Synthetic
	Time          []string   `key:"time"`      // a column or a list of columns
	TimeFormat    string     `key:"time_format"`
	Frequency     string     `key:"frequency"`
	Series        string     `key:"series"`
	Targets       []string   `key:"targets"`
	Covariates    []string   `key:"covariates"`
	Missing       string     `key:"missing"` // error | interpolate | forward
	MissingValues []string   `key:"missing_values"`
	Split         Split      `key:"split"`
	Scale         string     `key:"scale"`  // standard | minmax | none
	Center        string     `key:"center"` // none | last | mean
	Window        int        `key:"window"`
	Horizon       int        `key:"horizon"`
	Season        []int      `key:"season"` // a number or a list; empty: none declared
}

// Split is either shares in time order (Train > 0) or whole steps at the end of each series (Train == 0).
type Split struct {
	Train      float64 `key:"train"`
	Validation float64 `key:"validation"`
	Test       float64 `key:"test"`
	// Steps says that Validation and Test are whole steps at the end of each series. Not a key: it follows from the
	// keys that were given ({train, validation} are shares; {validation, test} whole steps).
	Steps bool `key:"-"`
}

// Synthetic describes generated data.
type Synthetic struct {
	Kind   string  `key:"kind"`   // sine | noisy_sine | mackey_glass | adding
	Points int     `key:"points"` // rows of a series; examples of the adding problem
	Period float64 `key:"period"` // points a period (sine kinds)
	Noise  float64 `key:"noise"`  // standard deviation of the noise (noisy_sine)
	Tau    float64 `key:"tau"`    // delay (mackey_glass)
	Length int     `key:"length"` // steps of one example (adding); equals data.window
	Seed   uint64  `key:"seed"`
}

// Model says which network it is.
type Model struct {
	Cell           string   `key:"cell"` // elman | lstm | gru
	HiddenSize     int      `key:"hidden_size"`
	Layers         int      `key:"layers"`
	Bidirectional  bool     `key:"bidirectional"`
	Elman          Elman    `key:"elman"`
	Head           string   `key:"head"`   // last | every
	Output         string   `key:"output"` // identity | tanh | sigmoid | relu
	Dropout        float64  `key:"dropout"`
	DType          string   `key:"dtype"`          // float32 | float64
	Implementation string   `key:"implementation"` // fused | primitive
	Init           string   `key:"init"`           // pytorch | orthogonal | identity | xavier
	ForgetBias     *float64 `key:"forget_bias"`    // nil: as init says
	InitialState   string   `key:"initial_state"`  // zero | learned
}

// Elman holds what only the Elman cell knows.
type Elman struct {
	Nonlinearity string `key:"nonlinearity"` // tanh | relu | sigmoid | identity
}

// Train says how the network learns.
type Train struct {
	Epochs        int           `key:"epochs"`
	BatchSize     int           `key:"batch_size"`
	Shuffle       bool          `key:"shuffle"`
	Solver        string        `key:"solver"` // sgd | momentum | rmsprop | adam | adamw | gorgonia-adam | gorgonia-vanilla
	LearningRate  float64       `key:"learning_rate"`
	Momentum      float64       `key:"momentum"`
	Betas         [2]float64    `key:"betas"`
	Alpha         float64       `key:"alpha"` // rmsprop's smoothing constant
	Epsilon       float64       `key:"epsilon"`
	WeightDecay   float64       `key:"weight_decay"`
	ClipNorm      float64       `key:"clip_norm"` // 0: off
	Loss          string        `key:"loss"`      // mse | mae | huber
	HuberDelta    float64       `key:"huber_delta"`
	Schedule      Schedule      `key:"schedule"`
	EarlyStopping EarlyStopping `key:"early_stopping"`
	Refit         string        `key:"refit"`  // none | all
	OnNaN         string        `key:"on_nan"` // stop | skip | rollback
	OnNaNLimit    int           `key:"on_nan_limit"`
	SaveSteps     int           `key:"save_steps"` // 0: the clock and the ends of epochs alone decide
	Threads       int           `key:"threads"`    // 0: all cores
}

// Schedule says how the learning rate changes.
type Schedule struct {
	Kind         string  `key:"kind"`          // constant | step | cosine | plateau
	WarmupEpochs float64 `key:"warmup_epochs"` // linear warm-up from 0, any kind
	StepEpochs   int     `key:"step_epochs"`   // step: every so many epochs
	Factor       float64 `key:"factor"`        // step, plateau: multiply by this
	Patience     int     `key:"patience"`      // plateau: epochs without improvement
	MinRate      float64 `key:"min_rate"`      // cosine, plateau: never below
}

// EarlyStopping stops when the validation loss no longer falls. Patience 0 switches it off.
type EarlyStopping struct {
	Patience int     `key:"patience"`
	MinDelta float64 `key:"min_delta"`
}
