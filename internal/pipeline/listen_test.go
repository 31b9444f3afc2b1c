package pipeline

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"recur/configs"
	"recur/data"
	"recur/data/audio"
	"recur/task"
)

// ofLive is a small network that hears some of the generated digits after a few seconds of training, and needs no end of an utterance.
const ofLive = `name: live
task: ctc
data: {synthetic: {kind: spoken_digits, points: 300}, features: {normalize: running, bands: 20}, augment: {copies: 0}}
model: {cell: gru, hidden_size: 24, bidirectional: false, front: [{conv: {channels: 24, width: 5, stride: 2, padding: same, norm: layer}}, {conv: {channels: 24, width: 5, stride: 2, padding: same, norm: layer}}]}
train: {epochs: 12, batch_size: 2, min_updates: 0, learning_rate: 0.01}
`

// odd gives what a reader has in pieces of odd sizes, so that samples and frames are cut anywhere.
type odd struct {
	in io.Reader
	n  int
}

func (o *odd) Read(b []byte) (int, error) {
	o.n++
	return o.in.Read(b[:min(len(b), 1+o.n*37%1013)])
}

// spokenDigits is an utterance that no training has heard, as raw samples and as a WAV file.
func spokenDigits(t *testing.T, i, rate int) (raw, wav []byte) {
	t.Helper()
	d := audio.DefaultDigits()
	d.Rate, d.Seed = rate, 99
	for _, v := range d.Wave(i).Samples {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(int16(v*32767)))
	}
	head := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	head = binary.LittleEndian.AppendUint32(head, uint32(rate))
	head = binary.LittleEndian.AppendUint32(head, uint32(2*rate))
	head = append(head, "\x02\x00\x10\x00data"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(raw)))
	return raw, append(head, raw...)
}

// listened is what a run hears in the end, and all that it told before.
func listened(run string, in io.Reader, o task.ListenOptions) (last task.Heard, before []task.Heard, err error) {
	var all []task.Heard
	err = Listen(context.Background(), run, ListenOptions{ListenOptions: o, In: in}, func(h task.Heard) error {
		all = append(all, h)
		return nil
	})
	if len(all) == 0 {
		return last, nil, err
	}
	return all[len(all)-1], all[:len(all)-1], err
}

// What is heard while it comes is in the end what is heard of a file, however it comes.
func TestListen(t *testing.T) {
	t.Parallel()
	c, err := configs.Parse("live.yaml", []byte(ofLive), nil)
	if err != nil {
		t.Fatal(err)
	}
	run, labels, early := trained(t, c, TrainOptions{}), 0, 0
	for i := range 6 {
		raw, wav := spokenDigits(t, i, 8000)
		path := filepath.Join(t.TempDir(), "x.wav")
		if err := os.WriteFile(path, wav, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, beam := range []int{0, 4} {
			all, err := Predict(run, PredictOptions{File: path, Beam: beam})
			if err != nil {
				t.Fatal(err)
			}
			want := all.List[0].Hypotheses[0]
			for name, in := range map[string]io.Reader{"odd pieces": &odd{in: bytes.NewReader(raw)}, "bytes": iotest.OneByteReader(bytes.NewReader(raw)), "a WAV stream": bytes.NewReader(wav)} {
				got, before, err := listened(run, in, task.ListenOptions{Beam: beam})
				if err != nil {
					t.Fatal(err)
				}
				if !got.Final || got.Output != want.Output || !slices.Equal(got.Times, want.Times) {
					t.Errorf("%d by %s: heard %q at %v, want %q at %v", i, name, got.Output, got.Times, want.Output, want.Times)
				}
				for _, h := range before {
					if h.Final || h.Seconds > got.Seconds {
						t.Errorf("told before the end: %+v", h)
					}
					if h.Output != "" && h.Seconds < 0.7*got.Seconds {
						early++
					}
				}
			}
			labels += len(want.Times)
		}
	}
	if labels < 10 || early < 10 {
		t.Errorf("%d labels are heard, %d times long before the end: too few to tell anything", labels, early)
	}
}

// What can't be listened to is refused, and what the message says to set leads on.
func TestListenRefuses(t *testing.T) {
	t.Parallel()
	raw, _ := spokenDigits(t, 0, 8000)
	short := []string{"train.epochs=1"}
	plain := trained(t, ofSaying(t, "sounds", short...), TrainOptions{})
	_, _, err := listened(plain, bytes.NewReader(raw), task.ListenOptions{})
	var usage *Usage
	if !errors.As(err, &usage) || !strings.Contains(usage.Message, "reads from the end too") || !strings.Contains(usage.Message, "mean and the deviation of the whole utterance") {
		t.Fatal(err)
	}
	_, advice, _ := strings.Cut(usage.Message, "train one with ")
	for _, one := range strings.Split(advice, " and ") {
		short = append(short, strings.Replace(one, ": ", "=", 1))
	}
	run := trained(t, ofSaying(t, "sounds", short...), TrainOptions{})
	if h, _, err := listened(run, bytes.NewReader(raw), task.ListenOptions{}); err != nil || !h.Final {
		t.Fatalf("%v after the advice %v", err, short)
	}

	fast, _ := spokenDigits(t, 0, 16000)
	_, _, err = listened(run, bytes.NewReader(fast), task.ListenOptions{Rate: 16000})
	var fault *data.Error
	if !errors.As(err, &fault) || !strings.Contains(fault.Message, "has 16000 samples a second, and the network was trained with 8000") {
		t.Error(err)
	}
	for _, few := range [][]byte{nil, {1}, raw[:100]} {
		if _, _, err := listened(run, bytes.NewReader(few), task.ListenOptions{}); !errors.As(err, &fault) || !strings.Contains(fault.Message, "there is nothing to hear") {
			t.Errorf("%d bytes: %v", len(few), err)
		}
	}
	texts := trained(t, ofSaying(t, "texts", "train.epochs=1"), TrainOptions{})
	if _, _, err := listened(texts, bytes.NewReader(raw), task.ListenOptions{}); !errors.As(err, &usage) || !strings.Contains(usage.Message, "runs of task ctc") {
		t.Error(err)
	}
}

// The end of the context is the end of the sound: what was heard is told.
func TestListenStops(t *testing.T) {
	t.Parallel()
	run := trained(t, ofSaying(t, "sounds", "train.epochs=1", "model.bidirectional=false", "data.features.normalize=running"), TrainOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	raw, _ := spokenDigits(t, 0, 8000)
	in, out := io.Pipe() // it never ends
	go func() {
		out.Write(raw)
		cancel()
	}()
	var last task.Heard
	if err := Listen(ctx, run, ListenOptions{In: in}, func(h task.Heard) error { last = h; return nil }); err != nil || !last.Final {
		t.Errorf("%+v, %v", last, err)
	}
}
