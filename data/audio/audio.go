// Package audio answers one question: what does a network hear of sound, and what was said in it?
//
// Read takes WAV files and raw samples, Features make rows of numbers of them (log-mel bands, mel cepstra) or read such rows that
// other programs made (.npy, CSV, .mfc). A Set is the utterances that a manifest names, with their transcripts; Prepare cuts it into
// parts, changes copies of the training part, and numbers the labels. Labels are numbers of a text.Vocabulary whose first symbol,
// number 0, is the blank of CTC.
//
// Letters: N utterances of a batch, T frames, D numbers of a frame, S labels.
package audio

// Limits of a source. They keep a file that is something else from taking all memory.
const (
	maxSamples  = 1 << 26 // of a file, in one channel: 70 minutes at 16 kHz
	maxFrames   = 100_000 // of an utterance
	maxInputs   = 10_000  // numbers of a frame
	maxNumbers  = 1 << 26 // of a file of features
	maxFile     = 1 << 30 // bytes of a file of features, or of numbers of a row
	maxText     = 1 << 20 // bytes of a transcript
	maxRate     = 768_000 // samples a second
	minRate     = 1000
	maxChannels = 64
)

// Wave is sound in one channel.
type Wave struct {
	Rate    int       // samples a second
	Samples []float32 // from -1 to 1; those of files of floats may lie beyond
}

// Seconds is how long it lasts.
func (w *Wave) Seconds() float64 { return float64(len(w.Samples)) / float64(w.Rate) }
