package audio

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/data"
)

// golden reads an array of testdata.
func golden(t *testing.T, name string) (x []float32, d int) {
	t.Helper()
	x, d, err := ReadFeatures(name, filepath.Join("testdata", name), 0)
	if err != nil {
		t.Fatal(err)
	}
	return x, d
}

// alike compares numbers that were computed in float64 and kept in float32.
func alike(t *testing.T, got, want []float32, d int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d numbers, want %d", len(got), len(want))
	}
	for i := range got {
		if math.Abs(float64(got[i]-want[i])) > 1e-4 {
			t.Fatalf("number %d of frame %d is %g, want %g", i%d, i/d, got[i], want[i])
		}
	}
}

// TestGoldenFeatures compares with python_speech_features 0.6 (pre-emphasis, frames, lifter, slopes), librosa 0.11 (bands) and scipy
// 1.17 (cosine transform). x is sound{rate}.wav, a chirp, a square wave, noise and a pause, as 16-bit integers:
//
//	frame, step, nfft = round(.025*rate), round(.010*rate), 256 if rate == 8000 else 512
//	T = 1 + (len(x) - frame) // step
//	frames = sigproc.framesig(sigproc.preemphasis(x/32768, .97), frame, step, winfunc=np.hanning)
//	power = sigproc.powspec(frames, nfft)[:T] * nfft
//	mel = librosa.filters.mel(sr=rate, n_fft=nfft, n_mels=40, fmin=20, fmax=rate/2, htk=True, norm=None, dtype=np.float64)
//	logmel = np.log(power @ mel.T + 1e-7)
//	plain = scipy.fft.dct(logmel, type=2, norm="ortho", axis=1)[:, :13]
//	mfcc = np.hstack([plain, base.delta(plain, 2), base.delta(base.delta(plain, 2), 2)])
//	lifted = base.lifter(plain, 22)
//	normal = (logmel - logmel.mean(0)) / (logmel.std(0) + 1e-3)
func TestGoldenFeatures(t *testing.T) {
	for name, f := range map[string]Features{
		"logmel": altered(LogMel, func(f *Features) { f.Normalize = Unchanged }),
		"normal": DefaultFeatures(LogMel),
		"mfcc":   altered(MFCC, func(f *Features) { f.Normalize = Unchanged }),
		"lifted": altered(MFCC, func(f *Features) { f.Normalize, f.Lifter, f.Deltas = Unchanged, 22, 0 }),
	} {
		for _, rate := range []int{8000, 11025} {
			t.Run(fmt.Sprint(name, rate), func(t *testing.T) {
				file := fmt.Sprintf("sound%d.wav", rate)
				w, err := ReadWAV(file, filepath.Join("testdata", file))
				if err != nil {
					t.Fatal(err)
				}
				e, err := NewExtractor(f, w.Rate)
				if err != nil {
					t.Fatal(err)
				}
				got, err := e.Extract(file, w.Samples)
				if err != nil {
					t.Fatal(err)
				}
				want, d := golden(t, fmt.Sprintf("%s%d.npy", name, rate))
				if f.Width() != d {
					t.Fatalf("%d numbers a frame, want %d", f.Width(), d)
				}
				alike(t, got, want, d)
			})
		}
	}
}

func altered(kind string, change func(*Features)) Features {
	f := DefaultFeatures(kind)
	change(&f)
	return f
}

// TestLiveFeatures: what comes in pieces of any size gives the same bits as all of it at once.
func TestLiveFeatures(t *testing.T) {
	w, err := ReadWAV("x", "testdata/sound8000.wav")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []Features{
		altered(LogMel, func(f *Features) { f.Normalize = Unchanged }),
		altered(MFCC, func(f *Features) { f.Normalize = Unchanged }),
		altered(MFCC, func(f *Features) { f.Normalize, f.Deltas = Unchanged, 1 }),
		altered(LogMel, func(f *Features) { f.Normalize, f.Step, f.Frame = Unchanged, 40, 25 }), // samples between frames
		altered(LogMel, func(f *Features) { f.Normalize = Running }),
		altered(MFCC, func(f *Features) { f.Normalize = Running }),
	} {
		for _, samples := range []int{0, 199, 200, 280, 400, 520, len(w.Samples)} {
			for _, piece := range []int{1, 7, 80, 333, len(w.Samples)} {
				e, err := NewExtractor(f, w.Rate)
				if err != nil {
					t.Fatal(err)
				}
				sound := w.Samples[:samples]
				want, err := e.Extract("x", sound)
				if (err != nil) != (samples < 200) {
					t.Fatal(err)
				}
				l, err := NewLive(f, w.Rate)
				if err != nil {
					t.Fatal(err)
				}
				var got []float32
				for part := range slices.Chunk(sound, piece) {
					got = l.Write(got, part)
				}
				if got = l.Close(got); !slices.Equal(got, want) {
					t.Fatalf("%v, %d samples in pieces of %d: %d numbers, want %d", &f, samples, piece, len(got), len(want))
				}
			}
		}
	}
}

// TestRunning: the last frame is normalized as one of a whole utterance, and no frame by those behind it.
func TestRunning(t *testing.T) {
	x := make([]float32, 3*50)
	for i := range x {
		x[i] = float32(math.Sin(float64(i*i))) + float32(i%3)*100
	}
	f := altered(LogMel, func(f *Features) { f.Normalize = Running })
	got, _ := f.Finish(x, 3)
	for _, frames := range []int{1, 2, 17, 50} {
		want := slices.Clone(x[:3*frames])
		Normalize(want, 3)
		for c := range 3 {
			if at := 3*(frames-1) + c; math.Abs(float64(got[at]-want[at])) > 1e-4 {
				t.Errorf("number %d of frame %d is %g, want %g", c, frames, got[at], want[at])
			}
		}
	}
}

// TestBadFeatureOptions tells of keys that are at fault, and what to do.
func TestBadFeatureOptions(t *testing.T) {
	for _, c := range []struct {
		change func(*Features)
		key    string
		want   string
	}{
		{func(f *Features) { f.Kind = "mel" }, "kind", `got "mel", want logmel, mfcc or files`},
		{func(f *Features) { f.Bands = 0 }, "bands", "got 0, want 1 to 10000"},
		{func(f *Features) { f.Bands = 128 }, "bands", "128 bands are too many: number 5 is so narrow that a frame of 25 ms tells nothing of it; at most 95 fit"},
		{func(f *Features) { f.Kind, f.Coefficients = MFCC, 41 }, "count", "got 41, and there are 40 bands"},
		{func(f *Features) { f.High = 5000 }, "high", "bands go from 20 to 5000 Hz, and at 8000 samples a second there is nothing above 4000"},
		{func(f *Features) { f.Low, f.High = 300, 200 }, "high", "bands go from 300 to 200 Hz"},
		{func(f *Features) { f.Frame = 0.1 }, "frame", "a frame of 0.1 ms every 10 ms has 1 sample every 80 at a rate of 8000; want longer ones"},
		{func(f *Features) { f.Step = math.NaN() }, "hop", "got NaN ms"},
		{func(f *Features) { f.PreEmphasis = 1 }, "pre_emphasis", "got 1, want 0 or more and less than 1"},
		{func(f *Features) { f.Deltas = 3 }, "deltas", "got 3, want 0, 1 or 2"},
		{func(f *Features) { f.Normalize = "z" }, "normalize", `got "z", want utterance, running or none`},
		{func(f *Features) { f.Lifter = -1 }, "lifter", "got -1, want 0 or more"},
	} {
		_, err := NewExtractor(altered(LogMel, c.change), 8000)
		var fault *data.Error
		if !errors.As(err, &fault) || fault.Key != "data.features."+c.key || !strings.Contains(fault.Message, c.want) {
			t.Errorf("got %v, want %s: %s", err, c.key, c.want)
		}
	}
	if _, err := NewExtractor(altered(LogMel, func(f *Features) { f.Bands = 95 }), 8000); err != nil {
		t.Error("the advice about bands leads to:", err)
	}
}

// TestTooShort names what is shorter than a frame.
func TestTooShort(t *testing.T) {
	e, err := NewExtractor(DefaultFeatures(LogMel), 8000)
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Extract("clips/a.wav", make([]float32, 199))
	if err == nil || !strings.Contains(err.Error(), "clips/a.wav: has 199 samples, and a frame is 200 (data.features.frame: 25 ms at 8000 samples a second)") {
		t.Error(err)
	}
	x, err := e.Extract("silence", make([]float32, 200)) // which is no fault
	if err != nil || slices.ContainsFunc(x, func(v float32) bool { return v != 0 }) {
		t.Error(x, err)
	}
}

// TestReadFeaturesFile reads a file by its path.
func TestReadFeaturesFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("1,2\n3,4\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if x, d, err := ReadFeatures("a", path, 13); err != nil || d != 2 || len(x) != 4 {
		t.Error(x, d, err)
	}
	if _, _, err := ReadFeatures("b", path+"x", 13); err == nil || !strings.HasPrefix(err.Error(), "b: can't be read") {
		t.Error(err)
	}
}
