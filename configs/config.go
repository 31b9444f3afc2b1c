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
	Task    string `key:"task"`   // forecast | regress | classify | language | seq2seq | ctc
	Recipe  string `key:"recipe"` // plain | global | text | sequence; never auto once it is resolved
	Data    Data   `key:"data"`
	Model   Model  `key:"model"`
	Train   Train  `key:"train"`

	Ensemble  Ensemble  `key:"ensemble"`
	Intervals Intervals `key:"intervals"`
	Decode    Decode    `key:"decode"` // tasks seq2seq and ctc

	// Path is the file that the config was read from ("" when it was not read from a file). It is not a key.
	Path string `key:"-"`
}

// Data says where batches come from.
type Data struct {
	CSV           Paths      `key:"csv"`       // paths (made absolute when read from a file), or builtin:NAME
	TS            Paths      `key:"ts"`        // tasks of sequences
	Directory     Paths      `key:"directory"` // task classify: a folder a class, a file a text
	Corpus        Paths      `key:"corpus"`    // task language
	Synthetic     *Synthetic `key:"synthetic"` // exactly one of CSV, TS, Directory, Corpus and Synthetic
	Time          []string   `key:"time"`      // a column or a list of columns
	TimeFormat    string     `key:"time_format"`
	Frequency     string     `key:"frequency"`
	Weekmask      []string   `key:"weekmask"`  // days of the week with rows; none: all, or Monday to Friday
	Holidays      []string   `key:"holidays"`  // days without rows: dates, and paths of files of dates
	TimeZone      string     `key:"time_zone"` // IANA
	Series        []string   `key:"series"`    // columns that name the series together
	Wide          string     `key:"wide"`      // "": a row a step | dates: a column a step, a row a series | series: a column a series
	Targets       []string   `key:"targets"`
	Covariates    []string   `key:"covariates"`
	Future        []string   `key:"future_covariates"` // known ahead of time
	Categorical   []string   `key:"categorical"`       // those of Covariates and Future that name categories
	Calendar      []string   `key:"calendar"`          // features made from the time stamps
	Missing       string     `key:"missing"`           // error | interpolate | forward | seasonal | zero
	Decimal       string     `key:"decimal"`           // of CSV, as all to Comment: the mark in numbers; "": found out
	Thousands     string     `key:"thousands"`         // what groups digits; "": found out
	Encoding      string     `key:"encoding"`          // "": UTF-8, or UTF-16 by its first bytes
	SkipRows      int        `key:"skip_rows"`         // lines at the start
	SkipLines     []int      `key:"skip_lines"`        // lines by their numbers
	SkipFooter    int        `key:"skip_footer"`       // lines at the end
	Comment       string     `key:"comment"`           // what a line begins with that is left out; "": none
	MissingMask   bool       `key:"missing_mask"`
	MissingValues []string   `key:"missing_values"`
	Outliers      string     `key:"outliers"` // keep | clip | missing
	Resample      Resample   `key:"resample"`
	Split         Split      `key:"split"`
	Scale         string     `key:"scale"`            // standard | minmax | none
	Transform     string     `key:"transform"`        // recipe global: none | log | auto
	WindowScale   string     `key:"window_scale"`     // recipe global: none | deviation | mean | auto
	Profile       bool       `key:"seasonal_profile"` // recipe global
	Pad           bool       `key:"pad"`              // recipe global
	Center        string     `key:"center"`           // auto | none | last | mean | season
	Window        int        `key:"window"`
	Horizon       int        `key:"horizon"`
	HorizonColumn string     `key:"horizon_column"`
	Season        []int      `key:"season"` // a number or a list; empty: none declared
	FindSeason    bool       `key:"find_season"`

	Sequence string   `key:"sequence"` // tasks of sequences with CSV, as all below: the column that names the sequence of a row
	Steps    int      `key:"steps"`    // 0: a row is a step; else a row is a sequence of so many
	Inputs   []string `key:"inputs"`   // none: all that nothing else names
	Text     string   `key:"text"`     // the column of a text; "": the inputs are numbers, unless there is a Directory
	Tokens   Tokens   `key:"tokens"`   // of texts
	// Documents is what separates them, of task language: none | line | blank_line | file
	Documents string   `key:"documents"`
	Label     []string `key:"label"`
	Limit     int      `key:"limit"` // 0: none

	Source           string   `key:"source"`   // task seq2seq, as all below to Shared: columns of CSV
	Target           string   `key:"target"`   //
	Parallel         Parallel `key:"parallel"` // two files, line by line
	TargetTokens     Tokens   `key:"target_tokens"`
	SharedVocabulary bool     `key:"shared_vocabulary"`

	Audio      string   `key:"audio"`      // task ctc, as all below: the column of the file of a sound
	Transcript string   `key:"transcript"` // the column of what is said in it
	Speaker    string   `key:"speaker"`    // the column of who says it; "": not known
	Features   Features `key:"features"`
	Augment    Augment  `key:"augment"`
	Infeasible string   `key:"infeasible"` // error | drop
}

// Resample says to which even steps of time rows are brought, or sounds to which rate.
type Resample struct {
	Rate       int    `key:"rate"`       // task ctc, hertz; 0: all files have one rate
	Step       string `key:"step"`       // task forecast, as all below: as Data.Frequency; "": rows stay as they are
	How        Hows   `key:"how"`        // values of the rows of a step
	Tolerance  string `key:"tolerance"`  // a duration, or a number; "": a row belongs to the step that it lies in
	Offset     string `key:"offset"`     // a duration, or a number, that steps begin late by; "": none
	Closed     string `key:"closed"`     // left | right: the end of a step that belongs to it
	Incomplete string `key:"incomplete"` // keep | drop
}

// Parallel names two files for each part, of which a line of the second is what is to be said of the same line of the first.
type Parallel struct {
	Source, Target Paths `key:"-"`
}

// Features says what a network reads of a sound.
type Features struct {
	Kind      string  `key:"kind"`      // logmel | mfcc | files
	Bands     int     `key:"bands"`     // mel filters
	Count     int     `key:"count"`     // coefficients of mfcc
	Frame     float64 `key:"frame"`     // milliseconds
	Hop       float64 `key:"hop"`       // milliseconds
	Deltas    int     `key:"deltas"`    // 0, 1: with their changes, 2: and with the changes of these
	Normalize string  `key:"normalize"` // utterance | running | none
}

// Augment says how many changed copies of each sound of the training part are learnt, and what is changed.
type Augment struct {
	Copies      int        `key:"copies"`     // 0: sounds are learnt as they are, alone
	Speed       float64    `key:"speed"`      // a copy is up to this share faster or slower
	Noise       [2]float64 `key:"noise"`      // decibels of the sound over white noise, for half of the copies; 0 and 0: none
	TimeMasks   int        `key:"time_masks"` // of up to TimeMask frames
	TimeMask    int        `key:"time_mask"`
	BandMasks   int        `key:"band_masks"` // of up to BandMask bands
	BandMask    int        `key:"band_mask"`
	TimeStretch float64    `key:"time_stretch"` // of features, for feature files
	Jitter      float64    `key:"jitter"`       // the deviation of normal noise that is added to features
}

// Decode says how what a network says is searched for.
type Decode struct {
	Beam          int     `key:"beam"`           // beginnings kept at every step; 1: greedy
	LengthPenalty float64 `key:"length_penalty"` // task seq2seq: α of log p / length^α
	MaxLength     int     `key:"max_length"`     // task seq2seq; 0: half as many again as the source has, and ten
	Unknown       string  `key:"unknown"`        // task seq2seq: keep | replace | forbid
	NoRepeat      int     `key:"no_repeat"`      // task seq2seq: no run of so many symbols twice; 0: no ban
	LanguageModel string  `key:"language_model"` // task ctc: a run of task language, or an ARPA file; "": none
	ModelWeight   float64 `key:"model_weight"`   // task ctc: of the language model's log p
	LabelBonus    float64 `key:"label_bonus"`    // task ctc: for each label
}

// Tokens says what a symbol of a text is.
type Tokens struct {
	Unit      string `key:"unit"`       // character | byte | word | bpe
	Segment   string `key:"segment"`    // of words: space | unicode; "" for other units
	Size      int    `key:"size"`       // the most symbols of the vocabulary; 0: no limit
	MinCount  int    `key:"min_count"`  // how often the training part must hold a symbol
	Lowercase bool   `key:"lowercase"`  // letters become small
	Normalize string `key:"normalize"`  // nfc | none
	MaxLength int    `key:"max_length"` // the most symbols of a text; 0: no limit
}

// Split is either shares in time order (Train between 0 and 1), whole steps at the end of each series (Train == 0), or
// whole steps from the start of each series on (Train at least 1), which leaves out the rows after them. Of sequences it counts
// those in place of rows, and all of it is 0 where every part has a file of its own, or is empty.
type Split struct {
	Train      float64 `key:"train"`
	Validation float64 `key:"validation"`
	Test       float64 `key:"test"`
	Seed       uint64  `key:"seed"` // of the draw of sequences that files hold
	// Steps says that Validation and Test are whole steps. Not a key: it follows from Train.
	Steps bool `key:"-"`
}

// Synthetic describes generated data.
type Synthetic struct {
	Kind   string  `key:"kind"`   // sine | noisy_sine | mackey_glass | adding | gestures | dates | reversal | addition | sorting | roman | phrases | spoken_digits
	Points int     `key:"points"` // rows of a series; examples of the adding problem and of gestures
	Period float64 `key:"period"` // points a period (sine kinds)
	Noise  float64 `key:"noise"`  // standard deviation of the noise (noisy_sine)
	Tau    float64 `key:"tau"`    // delay (mackey_glass)
	Length int     `key:"length"` // steps of one example (adding, gestures); equals data.window
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
	Pool           string   `key:"pool"`   // last | mean | max | mean_max | attention
	Output         string   `key:"output"` // identity | tanh | sigmoid | relu
	Dropout        float64  `key:"dropout"`
	DType          string   `key:"dtype"`          // float32 | float64
	Implementation string   `key:"implementation"` // fused | primitive
	Init           string   `key:"init"`           // pytorch | orthogonal | identity | xavier
	ForgetBias     *float64 `key:"forget_bias"`    // nil: as init says
	InitialState   string   `key:"initial_state"`  // zero | learned

	RecurrentDropout float64 `key:"recurrent_dropout"` // of the state, one mask for all steps
	LayerNorm        bool    `key:"layer_norm"`        // in the cell

	Front []Layer `key:"front"` // convolutions below the recurrent layers, the first one reads the data

	Patch         int `key:"patch"`          // rows of the window that make one step of the network; 1: each row
	EncoderSize   int `key:"encoder_size"`   // units of relu(W·patch + b) below the recurrent layers; 0: none
	EmbeddingSize int `key:"embedding_size"` // numbers that stand for a category, or for a symbol of a text
	// CharacterNgrams is the number of rows that words share by the parts of 3 to 5 characters that they are spelt of; 0: none.
	CharacterNgrams int     `key:"character_ngrams"`
	TieEmbeddings   bool    `key:"tie_embeddings"` // the table of symbols is the head's weight too
	HeadDropout     float64 `key:"head_dropout"`
	LinearPath      string  `key:"linear_path"` // none | zero | ridge
	// Distribution is what the head tells of for every value: quantiles | normal | student_t | negative_binomial | poisson. "" is quantiles.
	Distribution string    `key:"distribution"`
	Quantiles    []float64 `key:"quantiles"` // ascending, 0.5 among them; empty: one value

	Encoder       Encoder `key:"encoder"` // task seq2seq, as all below to MemoryDropout
	Decoder       Decoder `key:"decoder"`
	Attention     string  `key:"attention"`      // none | dot | general
	Bridge        string  `key:"bridge"`         // dense | copy | zero
	Copy          bool    `key:"copy"`           // the decoder may copy symbols of the source
	OutputSize    int     `key:"output_size"`    // units between the decoder and the head
	MemoryDropout float64 `key:"memory_dropout"` // of the encoder's states where the decoder looks at them

	// EmbeddingDropout is the share of the numbers of symbols that training sets to zero, the same ones at all steps of a row.
	EmbeddingDropout float64 `key:"embedding_dropout"`
	WordDropout      float64 `key:"word_dropout"`   // share of the symbols that training replaces by the unknown one
	LockedDropout    float64 `key:"locked_dropout"` // share of what each recurrent layer reads that training sets to zero, the same at all steps of a row
}

// Encoder is the recurrent network that reads what something is to be said of.
type Encoder struct {
	Cell          string `key:"cell"`        // elman | lstm | gru
	HiddenSize    int    `key:"hidden_size"` // of a direction
	Layers        int    `key:"layers"`
	Bidirectional bool   `key:"bidirectional"`
}

// Decoder is the recurrent network that says it.
type Decoder struct {
	Cell       string `key:"cell"` // elman | lstm | gru
	HiddenSize int    `key:"hidden_size"`
	Layers     int    `key:"layers"`
}

// Likelihood says that the head tells of a distribution and is trained by its likelihood.
func (m Model) Likelihood() bool { return m.Distribution != "" && m.Distribution != "quantiles" }

// Counts says that the distribution is one of whole numbers from 0 on.
func (m Model) Counts() bool { return among(countDistributions, m.Distribution) }

// Reading is m with its encoder in place of the plain cell, units, layers and directions: the network that reads what something is said of.
func (m Model) Reading() Model {
	e := m.Encoder
	m.Cell, m.HiddenSize, m.Layers, m.Bidirectional = e.Cell, e.HiddenSize, e.Layers, e.Bidirectional
	return m
}

// Layer is one layer of model.front.
type Layer struct {
	Conv Conv `key:"conv"`
}

// Conv is a convolution over the steps, and what follows it: norm, activation, pooling.
type Conv struct {
	Channels   int    `key:"channels"`
	Width      int    `key:"width"`
	Stride     int    `key:"stride"`
	Dilation   int    `key:"dilation"`
	Padding    string `key:"padding"`    // valid | same | causal
	Norm       string `key:"norm"`       // none | layer
	Activation string `key:"activation"` // identity | tanh | sigmoid | relu | gelu
	Pool       Pool   `key:"pool"`       // Kind "": none
}

// Pool makes one step of several.
type Pool struct {
	Kind   string `key:"kind"` // max | mean
	Width  int    `key:"width"`
	Stride int    `key:"stride"`
}

// Elman holds what only the Elman cell knows.
type Elman struct {
	Nonlinearity string `key:"nonlinearity"` // tanh | relu | sigmoid | identity
}

// Train says how the network learns.
type Train struct {
	Epochs         int           `key:"epochs"`
	MinUpdates     int           `key:"min_updates"` // 0: no bound
	MaxUpdates     int           `key:"max_updates"` // 0: no bound
	BatchSize      int           `key:"batch_size"`
	BatchTokens    int           `key:"batch_tokens"` // task seq2seq: the most symbols of the targets of a batch, padding counted; 0: no limit
	Accumulate     int           `key:"accumulate"`   // batches an update
	Shuffle        bool          `key:"shuffle"`
	Sampling       string        `key:"sampling"` // uniform | balanced
	Solver         string        `key:"solver"`   // sgd | momentum | rmsprop | adam | adamw | gorgonia-adam | gorgonia-vanilla
	LearningRate   float64       `key:"learning_rate"`
	Momentum       float64       `key:"momentum"`
	Nesterov       bool          `key:"nesterov"`
	Betas          [2]float64    `key:"betas"`
	Alpha          float64       `key:"alpha"` // rmsprop's smoothing constant
	Epsilon        float64       `key:"epsilon"`
	WeightDecay    float64       `key:"weight_decay"`
	DecayBiases    bool          `key:"decay_biases"`
	ClipNorm       float64       `key:"clip_norm"` // 0: off
	Loss           string        `key:"loss"`      // mse | mae | huber | pinball | nll | cross_entropy | ctc
	HuberDelta     float64       `key:"huber_delta"`
	QuantileWeight float64       `key:"quantile_weight"`
	Schedule       Schedule      `key:"schedule"`
	EarlyStopping  EarlyStopping `key:"early_stopping"`
	Average        string        `key:"average"`       // none | ema | swa
	AverageDecay   float64       `key:"average_decay"` // ema
	AverageStart   float64       `key:"average_start"` // swa: a share of the epochs
	Refit          string        `key:"refit"`         // none | all
	OnNaN          string        `key:"on_nan"`        // stop | skip | rollback
	OnNaNLimit     int           `key:"on_nan_limit"`
	SaveSteps      int           `key:"save_steps"`  // 0: the clock alone decides
	SaveEpochs     int           `key:"save_epochs"` // likewise
	Threads        int           `key:"threads"`     // 0: all cores

	LabelSmoothing     float64     `key:"label_smoothing"` // task classify, as the two below
	ClassWeight        ClassWeight `key:"class_weight"`
	TemperatureScaling bool        `key:"temperature_scaling"`
}

// Schedule says how the learning rate changes.
type Schedule struct {
	Kind         string  `key:"kind"`          // constant | step | cosine | cosine_restarts | one_cycle | plateau
	WarmupEpochs float64 `key:"warmup_epochs"` // linear warm-up from 0, any kind
	StepEpochs   int     `key:"step_epochs"`   // step: every so many epochs
	Factor       float64 `key:"factor"`        // step, plateau: multiply by this
	Patience     int     `key:"patience"`      // plateau: epochs without improvement
	Cooldown     int     `key:"cooldown"`      // plateau: epochs after a reduction that don't count
	Threshold    float64 `key:"threshold"`     // plateau: the share by which a loss must be lower to count
	MinRate      float64 `key:"min_rate"`      // cosine, cosine_restarts, plateau: never below

	PeriodEpochs int `key:"period_epochs"` // cosine_restarts: of the first period
	Multiplier   int `key:"multiplier"`    // cosine_restarts: each period is so many times as long as the one before

	PctStart       float64 `key:"pct_start"`        // one_cycle: the share of the updates in which the rate rises
	DivFactor      float64 `key:"div_factor"`       // one_cycle: the rate begins at learning_rate through it
	FinalDivFactor float64 `key:"final_div_factor"` // one_cycle: and ends at that through this
	CycleMomentum  bool    `key:"cycle_momentum"`   // one_cycle
	BaseMomentum   float64 `key:"base_momentum"`    // one_cycle: where the rate is highest
	MaxMomentum    float64 `key:"max_momentum"`     // one_cycle: where it is lowest
}

// UpdateSize is how many examples an update reads: those of all batches whose gradients it gathers.
func (t Train) UpdateSize() int { return t.BatchSize * max(1, t.Accumulate) }

// EarlyStopping stops when the validation loss no longer falls. Patience 0 switches it off.
type EarlyStopping struct {
	Patience int     `key:"patience"`
	MinDelta float64 `key:"min_delta"`
}

// Ensemble says how many networks forecast together.
type Ensemble struct {
	Members int     `key:"members"` // seeds for each kept variant; 0: one ordinary run
	Keep    float64 `key:"keep"`    // how far behind the best a variant may be, as a share
	Linear  string  `key:"linear"`  // auto | true | false: whether a simple model predicts with the networks
	Combine string  `key:"combine"` // auto | none: whether simple methods forecast with the networks, weighed on the validation part
}

// Intervals says how quantiles are made to cover what they claim.
type Intervals struct {
	Origins int `key:"origins"` // origins to calibrate on; 0: as the network gives them
}
