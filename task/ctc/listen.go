package ctc

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"

	"recur/configs"
	"recur/data"
	"recur/data/audio"
	"recur/data/text"
	"recur/internal/report"
	"recur/predict"
	"recur/task"
)

// spoken is what messages call the sound that is listened to.
const spoken = "standard input"

// Listen hears what is said while it is being said. Every step of the way carries its state: frames, the front, the recurrent layers, the
// search; only what is told in the end may differ from what is heard of a file, by rounding.
func (Task) Listen(r *task.Run, in io.Reader, o task.ListenOptions, heard func(task.Heard) error) error {
	if err := hearsAhead(r.Config); err != nil {
		return err
	}
	k := r.Networks[0].K
	wave, err := waveOf(in, o.Rate, k.Data.Sounds.Rate)
	if err != nil {
		return err
	}
	l := &live{c: k.Config, wave: wave, v: k.Data.Sounds.Vocabulary, step: stepSeconds(k.Config), heard: heard}
	if l.network, err = predict.Listen(r.Models()); err != nil {
		return err
	}
	rate := k.Data.Sounds.Rate
	if got := wave.Format.Rate; got != rate {
		if k.Config.Data.Resample.Rate == 0 {
			return data.Fault(spoken, 0, 0, "data.resample", "has %d samples a second, and the network was trained with %d; convert it, as with: sox … -r %d, or train with data.resample: %d, which takes any rate", got, rate, rate, rate)
		}
		resampler, err := audio.NewResampler(got, rate)
		if err != nil {
			return data.Fault(spoken, 0, 0, "data.resample", "%v", err)
		}
		l.resampling = resampler.Resampling()
	}
	if l.features, err = audio.NewLive(audio.SourceOf(k.Config).Features, rate); err != nil {
		return err
	}
	decode := k.Config.Decode
	if o.Beam > 0 {
		decode.Beam = o.Beam
	}
	search, err := searchOf(decode, l.v)
	if err != nil {
		return err
	}
	if l.search, err = search.live(); err != nil {
		return err
	}
	return l.listen()
}

// hearsAhead refuses runs that need the end of an utterance before they can hear its beginning, or that hear no sound.
func hearsAhead(c *configs.Config) error {
	var why, set []string
	if c.Model.Bidirectional {
		why, set = append(why, "its network reads from the end too"), append(set, "model.bidirectional: false")
	}
	if c.Data.Features.Normalize == audio.PerUtterance {
		why, set = append(why, "its features are scaled by the mean and the deviation of the whole utterance"), append(set, "data.features.normalize: running")
	}
	switch {
	case c.Data.Features.Kind == audio.Files || c.Data.Sequence != "":
		return &task.Usage{Message: "predict --live: the run reads features that another program has made, not sound; train one on sounds (data.features.kind: logmel or mfcc)"}
	case len(why) > 0:
		return &task.Usage{Message: fmt.Sprintf("predict --live: the run must hear an utterance to its end before it can say anything: %s; train one with %s", report.List(why), report.List(set))}
	}
	return nil
}

// waveOf begins to read sound: a WAV stream says so itself, and anything else is raw.
func waveOf(in io.Reader, told, learnt int) (*audio.Reader, error) {
	b := bufio.NewReader(in)
	if head, _ := b.Peek(4); bytes.Equal(head, []byte("RIFF")) {
		return audio.NewReader(spoken, b)
	}
	if told == 0 {
		told = learnt
	}
	return audio.NewRaw(spoken, b, told)
}

// stepSeconds is how far two steps of the network lie apart.
func stepSeconds(c *configs.Config) float64 {
	ms := c.Data.Features.Hop
	for _, l := range c.Model.Front {
		ms *= float64(l.Conv.Stride)
		if l.Conv.Pool.Kind != "" {
			ms *= float64(l.Conv.Pool.Stride)
		}
	}
	return ms / 1000
}

// timesOf are the seconds at which labels begin, to the millisecond, from their steps.
func timesOf(steps []int, step float64) []float64 {
	all := make([]float64, len(steps))
	for i, t := range steps {
		all[i] = math.Round(float64(t)*step*1000) / 1000
	}
	return all
}

// live is one utterance that is listened to.
type live struct {
	c          *configs.Config
	wave       *audio.Reader
	v          *text.Vocabulary
	step       float64
	resampling *audio.Resampling // nil: the rate is the one
	features   *audio.Live
	network    *predict.Listener
	search     liveSearch
	heard      func(task.Heard) error

	samples, frames, steps int
	labels                 []int32 // that were told last
}

// chunk is how much sound is read at once at most: what comes sooner is heard sooner.
const chunk = 1.0 / 20

func (l *live) listen() error {
	rate := l.wave.Format.Rate
	buffer := make([]float32, max(1, int(chunk*float64(rate))))
	var sound, frames []float32
	for {
		n, err := l.wave.Read(buffer)
		if err != nil && err != io.EOF {
			return err
		}
		l.samples += n
		sound = append(sound[:0], buffer[:n]...)
		if l.resampling != nil {
			sound = l.resampling.Write(sound[:0], buffer[:n])
			if err == io.EOF {
				sound = l.resampling.Close(sound)
			}
		}
		if frames = l.features.Write(frames[:0], sound); err == io.EOF {
			frames = l.features.Close(frames)
		}
		if fault := l.read(l.network.Write(frames), len(frames)); fault != nil {
			return fault
		}
		if err == io.EOF {
			return l.end()
		}
	}
}

// read takes the steps that were made of so many numbers of frames, and tells what is heard if that has changed.
func (l *live) read(steps [][]float64, numbers int) error {
	l.frames += numbers
	for _, chances := range steps {
		if slices.ContainsFunc(chances, func(v float64) bool { return v != v }) {
			return data.Fault(spoken, 0, 0, "", "step %d: what the network says is not a number; check the weights", l.steps+1)
		}
		if err := l.search.Read(chances); err != nil {
			return err
		}
		l.steps++
	}
	labels := l.search.Best()
	if len(steps) == 0 || slices.Equal(labels, l.labels) {
		return nil
	}
	l.labels = slices.Clone(labels)
	return l.tell(task.Heard{Output: l.v.Decode(labels), Times: timesOf(l.search.Begins(), l.step)})
}

// end tells what was heard in all.
func (l *live) end() error {
	if l.frames == 0 {
		return data.Fault(spoken, 0, 0, "data.features.frame", "has %s, and a frame is %g ms: there is nothing to hear; send raw samples of 16 bits, little-endian, in one channel, or WAV", data.Count(l.samples, "sample", "samples"), l.c.Data.Features.Frame)
	}
	if err := l.read(l.network.Close(), 0); err != nil {
		return err
	}
	if l.steps == 0 {
		return data.Fault(spoken, 0, 0, "model.front", "has %.3g s of sound, of which model.front makes no step; it must be longer", l.seconds())
	}
	found, err := l.search.End()
	if err != nil {
		return err
	}
	return l.tell(task.Heard{Output: l.v.Decode(found.Labels), Times: timesOf(found.Times, l.step), Score: &found.Score, Final: true})
}

func (l *live) seconds() float64 { return float64(l.samples) / float64(l.wave.Format.Rate) }

func (l *live) tell(h task.Heard) error {
	h.Schema, h.Seconds = 1, math.Round(l.seconds()*1000)/1000
	return l.heard(h)
}
