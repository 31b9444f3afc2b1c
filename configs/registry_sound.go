package configs

// What data.features.kind may be, and which of them are made of sounds.
var (
	featureKinds  = []string{"logmel", "mfcc", "files"}
	featuresMade  = []string{"logmel", "mfcc"}
	featuresGiven = []string{"files"}
)

// soundKeys are the keys of data of tasks that hear what is said.
var soundKeys = []Key{
	{Name: "data.audio", Type: Text, Nullable: true, Tasks: sounds, Source: "csv", Required: "with data.csv, unless data.sequence is given",
		Doc: "Column of the file of a sound (WAV; with data.features.kind: files one of features), relative to the CSV file that names it: a row is one utterance.", Example: "audio: path", Aliases: []string{"audio_filepath", "wav", "file", "path", "sound"}},
	{Name: "data.transcript", Type: Text, Nullable: true, Tasks: sounds, Source: "csv", Required: "with data.csv",
		Doc: "Column of the text of what is said; in the long form it is the same in all rows of a sequence.", Example: "transcript: text", Aliases: []string{"text", "label", "labels", "target", "targets", "sentence", "transcription"}},
	{Name: "data.speaker", Type: Text, Nullable: true, Tasks: sounds, Source: "csv",
		Doc: "Column of who says it; scores are told by speaker.", Example: "speaker: speaker", Aliases: []string{"speaker_id", "client_id", "group"}},
	{Name: "data.features", Type: Section, Tasks: sounds, Doc: "What the network reads of a sound, step by step.", Aliases: []string{"frontend", "feature"}},
	{Name: "data.features.kind", Type: Text, Enum: featureKinds, Default: "logmel", Tasks: sounds, Derived: "logmel; files with data.sequence, whose rows are features already",
		Doc: "logmel, logarithms of the power in mel bands; mfcc, cepstral coefficients of these; files, numbers as they are given: in files (.npy, CSV, Sphinx .mfc) that data.audio names, or in the columns of data.inputs.", Example: "kind: mfcc", Aliases: []string{"type"}},
	{Name: "data.features.bands", Type: Whole, Range: between(1, 512), Default: "40", Tasks: sounds, Sounds: featuresMade,
		Doc: "Mel bands, from 20 Hz to half of the sampling rate.", Example: "bands: 80", Aliases: []string{"n_mels", "num_mel_bins", "mels", "size"}},
	{Name: "data.features.count", Type: Whole, Range: between(1, 512), Default: "13", Tasks: sounds, Sounds: []string{"mfcc"},
		Doc: "Cepstral coefficients of a step; at most as many as bands.", Example: "count: 20", Aliases: []string{"n_mfcc", "num_ceps", "coefficients"}},
	{Name: "data.features.frame", Type: Number, Range: between(1, 1000), Default: "25", Tasks: sounds, Sounds: featuresMade,
		Doc: "Milliseconds of sound that one step is made of.", Example: "frame: 32", Aliases: []string{"win_length", "window", "window_size", "frame_length"}},
	{Name: "data.features.hop", Type: Number, Range: between(1, 1000), Default: "10", Tasks: sounds, Sounds: featuresMade,
		Doc: "Milliseconds from one step to the next.", Example: "hop: 12.5", Aliases: []string{"hop_length", "stride", "window_stride", "frame_shift"}},
	{Name: "data.features.deltas", Type: Whole, Range: between(0, 2), Default: "0", Tasks: sounds, Derived: "0 with kind logmel, else 2",
		Doc: "Add to each step how its features change (1), and how these changes change (2).", Example: "deltas: 2", Aliases: []string{"delta", "add_deltas"}},
	{Name: "data.features.normalize", Type: Text, Enum: []string{"utterance", "running", "none"}, Default: "utterance", Tasks: sounds,
		Doc: "utterance, every feature has mean 0 and deviation 1 over its utterance; running, over the frames so far, which listening to speech as it comes needs; none, features stay as they are.", Example: "normalize: none", Aliases: []string{"normalise", "cmvn", "scale", "standardize"}},
	{Name: "data.augment", Type: Section, Tasks: sounds, Doc: "How the utterances of the training part are varied.", Aliases: []string{"augmentation", "specaugment", "spec_augment"}},
	{Name: "data.augment.copies", Type: Whole, Range: between(0, 100), Default: "3", Tasks: sounds, Derived: "3; 7 where features are given",
		Doc: "Changed copies of each sound, or of its features, that are made before training and learnt beside it; 0 for the sounds alone.", Example: "copies: 2"},
	{Name: "data.augment.speed", Type: Number, Range: between(0, 0.5), Default: "0.1", Tasks: sounds, Sounds: featuresMade,
		Doc: "A copy is up to this share faster or slower, its pitch with it.", Example: "speed: 0.05", Aliases: []string{"speed_perturbation", "speed_perturb"}},
	{Name: "data.augment.noise", Type: Pair, Range: between(-20, 100), Default: "[5, 30]", Tasks: sounds, Sounds: featuresMade,
		Doc: "Decibels of the sound above white noise, from the first to the second number, for half of the copies; [0, 0] for no noise.", Example: "noise: [10, 30]", Aliases: []string{"snr"}},
	{Name: "data.augment.time_masks", Type: Whole, Range: between(0, 100), Default: "0", Tasks: sounds, Derived: "0; 3 where features are given",
		Doc: "Stretches of time that are set to zero in the features, drawn for each copy (SpecAugment).", Example: "time_masks: 2"},
	{Name: "data.augment.time_mask", Type: Whole, Range: between(1, 1e5), Default: "20", Tasks: sounds,
		Doc: "The most steps of one of time_masks.", Example: "time_mask: 15"},
	{Name: "data.augment.band_masks", Type: Whole, Range: between(0, 100), Default: "0", Tasks: sounds,
		Doc: "Runs of neighbouring features that are set to zero in the whole utterance, drawn likewise.", Example: "band_masks: 2", Aliases: []string{"freq_masks", "frequency_masks"}},
	{Name: "data.augment.band_mask", Type: Whole, Range: between(1, 1e5), Default: "8", Tasks: sounds,
		Doc: "The most features of one of band_masks.", Example: "band_mask: 6", Aliases: []string{"freq_mask", "frequency_mask"}},
	{Name: "data.augment.time_stretch", Type: Number, Range: between(0, 0.5), Default: "0", Tasks: sounds, Derived: "0; 0.15 where features are given",
		Doc: "The steps of the features are stretched or shrunk by up to this share, drawn likewise.", Example: "time_stretch: 0.1", Aliases: []string{"stretch", "time_warp"}},
	{Name: "data.augment.jitter", Type: Number, Range: between(0, 100), Default: "0", Tasks: sounds, Derived: "0; 0.2 where features are given",
		Doc: "Deviation of normal noise that is added to the features once they are normalised, drawn likewise.", Example: "jitter: 0.1", Aliases: []string{"gaussian_noise"}},
	{Name: "data.infeasible", Type: Text, Enum: []string{"error", "drop"}, Default: "error", Tasks: sounds,
		Doc: "What to do with utterances that have fewer steps than CTC needs for their labels: error, name them and stop; drop, learn without them, counted and named; in the validation and the test part they are scored as they are heard.", Example: "infeasible: drop", Aliases: []string{"zero_infinity"}},
}
