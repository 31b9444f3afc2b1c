package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"recur/data"
	"recur/internal/mutate"
)

// chunkOf is a chunk of a RIFF file, padded to an even place.
func chunkOf(id string, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(id), uint32(len(body)))
	b = append(b, body...)
	if len(body)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

// riffOf is a WAV file of chunks.
func riffOf(chunks ...[]byte) []byte {
	body := append([]byte("WAVE"), slices.Concat(chunks...)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// formatOf is a format chunk.
func formatOf(tag, channels, bits int, rate uint32) []byte {
	frame := channels * bits / 8
	b := binary.LittleEndian.AppendUint16(nil, uint16(tag))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels))
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate*uint32(frame))
	b = binary.LittleEndian.AppendUint16(b, uint16(frame))
	b = binary.LittleEndian.AppendUint16(b, uint16(bits))
	return chunkOf("fmt ", b)
}

// extensible is a format chunk whose tag stands in a GUID.
func extensible(tag, channels, bits int, rate uint32, end []byte) []byte {
	b := formatOf(tagExtensible, channels, bits, rate)[8:]
	b = append(b, 22, 0, byte(bits), 0, 4, 0, 0, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(tag))
	return chunkOf("fmt ", append(b, end...))
}

// wavOf is a file of 16-bit samples of one channel.
func wavOf(rate int, x []float32) []byte {
	var b []byte
	for _, v := range x {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(math.Round(float64(v)*32767))))
	}
	return riffOf(formatOf(1, 1, 16, uint32(rate)), chunkOf("data", b))
}

func floats(values ...float32) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func doubles(values ...float64) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

func read(b []byte) (*Wave, error) {
	r, err := NewReader("x.wav", bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return r.All()
}

// TestReadWAV reads every format that is read, whole and a byte at a time.
func TestReadWAV(t *testing.T) {
	for _, c := range []struct {
		name string
		file []byte
		want []float32
	}{
		{"8 bits are unsigned", riffOf(formatOf(1, 1, 8, 8000), chunkOf("data", []byte{0, 128, 192, 255})), []float32{-1, 0, .5, 127. / 128}},
		{"16 bits", riffOf(formatOf(1, 1, 16, 8000), chunkOf("data", []byte{0, 0x80, 0, 0x40, 0xff, 0xff})), []float32{-1, .5, -1. / 32768}},
		{"24 bits", riffOf(formatOf(1, 1, 24, 8000), chunkOf("data", []byte{0, 0, 0x80, 0, 0, 0x40, 0xff, 0xff, 0xff})), []float32{-1, .5, -1. / (1 << 23)}},
		{"32 bits", riffOf(formatOf(1, 1, 32, 8000), chunkOf("data", []byte{0, 0, 0, 0x80, 0, 0, 0, 0x40})), []float32{-1, .5}},
		{"floats", riffOf(formatOf(3, 1, 32, 8000), chunkOf("data", floats(-1, .25, 1.5))), []float32{-1, .25, 1.5}},
		{"doubles", riffOf(formatOf(3, 1, 64, 8000), chunkOf("data", doubles(-1, .125))), []float32{-1, .125}},
		{"the mean of two channels", riffOf(formatOf(1, 2, 16, 8000), chunkOf("data", []byte{0, 0x40, 0, 0, 0, 0x80, 0, 0x80})), []float32{.25, -1}},
		{"extensible PCM", riffOf(extensible(1, 1, 16, 8000, guid), chunkOf("data", []byte{0, 0x40})), []float32{.5}},
		{"extensible floats", riffOf(extensible(3, 2, 32, 8000, guid), chunkOf("data", floats(.5, 1))), []float32{.75}},
		{"other chunks of odd sizes before and behind", riffOf(chunkOf("LIST", []byte("abc")), formatOf(1, 1, 16, 8000), chunkOf("odd ", []byte{1}), chunkOf("data", []byte{0, 0x40}), chunkOf("LIST", []byte("abc"))), []float32{.5}},
		{"an odd format chunk", riffOf(chunkOf("fmt ", append(formatOf(1, 1, 16, 8000)[8:], 7)), chunkOf("data", []byte{0, 0x40})), []float32{.5}},
		{"odd data without padding at the end", riffOf(formatOf(1, 1, 8, 8000), chunkOf("data", []byte{192, 128, 0})[:11]), []float32{.5, 0, -1}},
		{"half a sample is none", riffOf(formatOf(1, 1, 16, 8000), chunkOf("data", []byte{0, 0x40, 7})), []float32{.5}},
		{"streamed, of size ffffffff", unsized(0xffffffff, 0xffffffff), []float32{.5, -1}},
		{"streamed, of nearly 2 GiB", unsized(0x7ffff024, 0x7ffff000), []float32{.5, -1}},
		{"streamed, of size 0", unsized(0, 0), []float32{.5, -1}},
		{"streamed, of a header never completed", unsized(36, 0), []float32{.5, -1}},
	} {
		for how, in := range map[string]io.Reader{"whole": bytes.NewReader(c.file), "byte by byte": iotest.OneByteReader(bytes.NewReader(c.file))} {
			t.Run(c.name+", "+how, func(t *testing.T) {
				r, err := NewReader("x.wav", in)
				if err != nil {
					t.Fatal(err)
				}
				w, err := r.All()
				if err != nil {
					t.Fatal(err)
				}
				if w.Rate != 8000 || !slices.Equal(w.Samples, c.want) {
					t.Errorf("%d samples a second, %v; want %v", w.Rate, w.Samples, c.want)
				}
			})
		}
	}
}

// unsized is a file written to a pipe: its header tells of other sizes.
func unsized(riff, sound uint32) []byte {
	b := riffOf(formatOf(1, 1, 16, 8000), chunkOf("data", []byte{0, 0x40, 0, 0x80}))
	binary.LittleEndian.PutUint32(b[4:], riff)
	binary.LittleEndian.PutUint32(b[40:], sound)
	return b
}

// badWAVs are files that can't be read, and what is said of them.
var badWAVs = []struct {
	name string
	file []byte
	want string
}{
	{"empty", nil, "the file is empty; want a WAV file"},
	{"text", []byte("hello, world, this is text"), `is no WAV file: it begins with "hell", want "RIFF" and "WAVE"`},
	{"MP3", []byte("ID3\x04aaaaaaaaaaaaaa"), "is MP3, want a WAV file; convert it to 16-bit PCM, as with: ffmpeg"},
	{"MP4", []byte("\x00\x00\x00\x20ftypM4A aaaa"), "is MP4, want a WAV file"},
	{"big-endian", append([]byte("RIFX"), wavOf(8000, []float32{1})[4:]...), "is a big-endian WAV file (RIFX), want a WAV file"},
	{"AVI", append([]byte("RIFF\x00\x00\x00\x00AVI "), make([]byte, 20)...), "is no WAV file"},
	{"header cut off", []byte("RIFF\x00\x00"), "ends after 6 bytes, in the header"},
	{"no data", riffOf(formatOf(1, 1, 16, 8000)), "ends before its sound (no data chunk)"},
	{"data before format", riffOf(chunkOf("data", []byte{1, 2}), formatOf(1, 1, 16, 8000)), "the data chunk comes before the format"},
	{"format cut off", riffOf(formatOf(1, 1, 16, 8000))[:30], "ends before its sound"},
	{"short format", riffOf(chunkOf("fmt ", make([]byte, 8))), "the format chunk has 8 bytes, want at least 16"},
	{"mu-law", riffOf(formatOf(7, 1, 8, 8000), chunkOf("data", []byte{1})), "its samples are mu-law, want PCM or floats"},
	{"unknown tag", riffOf(formatOf(0x1234, 1, 8, 8000), chunkOf("data", []byte{1})), "its samples are unknown (tag 0x1234)"},
	{"GUID of its own", riffOf(extensible(1, 1, 16, 8000, make([]byte, 14)), chunkOf("data", []byte{1})), "its format is one that only the program that wrote it knows"},
	{"12 bits", riffOf(formatOf(1, 1, 12, 8000)), "a sample has 12 bits, want PCM of 8, 16, 24 or 32"},
	{"half floats", riffOf(formatOf(3, 1, 16, 8000)), "a sample has 16 bits, want floats of 32 or 64"},
	{"no channel", riffOf(formatOf(1, 0, 16, 8000)), "has 0 channels, want 1 to 64"},
	{"no rate", riffOf(formatOf(1, 1, 16, 0)), "has 0 samples a second, want 1000 to 768000"},
	{"too high a rate", riffOf(formatOf(1, 1, 16, 0xffffffff)), "has more than 768000 samples a second"},
	{"other frame", riffOf(append(formatOf(1, 1, 16, 8000)[:20:20], 3, 0, 16, 0)), "1 channel of 16 bits are 2 bytes, and the header says 3"},
	{"no sound", riffOf(formatOf(1, 1, 16, 8000), chunkOf("data", nil)), "holds no sound"},
	{"no sound, more behind", riffOf(formatOf(1, 1, 16, 8000), chunkOf("data", nil), chunkOf("LIST", []byte("abcd"))), "holds no sound"},
	{"cut off", wavOf(8000, []float32{1, 1, 1})[:48], "ends after 2 of the 3 samples that its header tells of: it is cut off"},
	{"not a number", riffOf(formatOf(3, 1, 32, 8000), chunkOf("data", floats(1, float32(math.NaN())))), "sample 2 is NaN, which is no number that sound has"},
	{"infinite", riffOf(formatOf(3, 1, 64, 8000), chunkOf("data", doubles(1, 2, 1e300))), "sample 3 is 1e+300"},
	{"too long", hugeHeader(), "has more than 67108864 samples, the limit; cut it into shorter utterances"},
}

// hugeHeader tells of 2 GB of sound and holds none.
func hugeHeader() []byte {
	b := wavOf(8000, []float32{1})
	binary.LittleEndian.PutUint32(b[40:], 0x70000000)
	return b
}

func TestBadWAV(t *testing.T) {
	for _, c := range badWAVs {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(c.file)
			var fault *data.Error
			if !errors.As(err, &fault) || fault.File != "x.wav" || fault.Key != "data.audio" || !strings.Contains(fault.Message, c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// TestReadWAVFile reads a file by its path, and tells of paths that are no file.
func TestReadWAVFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.wav")
	if err := os.WriteFile(path, wavOf(8000, tone(8000, 4000, 440)), 0o644); err != nil {
		t.Fatal(err)
	}
	w, err := ReadWAV("a.wav", path)
	if err != nil || w.Seconds() != 0.5 {
		t.Fatalf("%v, %v", w, err)
	}
	for _, c := range [][2]string{{filepath.Join(dir, "b.wav"), "no such file"}, {dir, "is a directory, want a file"}, {os.DevNull, "is no regular file"}} {
		if _, err := ReadWAV("name", c[0]); err == nil || !strings.Contains(err.Error(), "name: ") || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: got %v, want %s", c[0], err, c[1])
		}
	}
}

// TestRaw reads raw samples as they come: what has come is given before more is waited for.
func TestRaw(t *testing.T) {
	in, out := io.Pipe()
	r, err := NewRaw("stdin", in, 16000)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 100)
	go out.Write([]byte{0, 0x40, 0, 0x80})
	if n, err := r.Read(x); n != 2 || err != nil || x[0] != .5 || x[1] != -1 {
		t.Fatalf("%d samples, %v, %v", n, x[:2], err)
	}
	go func() {
		out.Write([]byte{0})
		out.Write([]byte{0x40, 9})
		out.Close()
	}()
	if n, err := r.Read(x); n != 1 || err != nil || x[0] != .5 {
		t.Fatalf("%d samples, %v, %v", n, x[:1], err)
	}
	if n, err := r.Read(x); n != 0 || err != io.EOF {
		t.Fatalf("%d samples, %v behind the end", n, err)
	}
	if _, err := NewRaw("stdin", in, 10); err == nil {
		t.Error("10 samples a second are taken")
	}
}

// FuzzWAV reads any bytes: what is read is finite, no longer than the bytes, and the same a byte at a time.
func FuzzWAV(f *testing.F) {
	seeds := []string{string(wavOf(8000, []float32{0, 1, -1})), string(unsized(0xffffffff, 0xffffffff)), string(riffOf(extensible(3, 2, 32, 8000, guid), chunkOf("data", floats(.5, 1))))}
	for _, c := range badWAVs {
		seeds = append(seeds, string(c.file))
	}
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds,
		Words: []string{"RIFF", "WAVE", "fmt ", "data", "LIST", "\xff\xff\xff\xff", "\x00\x00\x00\x00", "\x00\xf0\xff\x7f", "\x10\x00\x00\x00", "\x12\x00\x00\x00", "\x28\x00\x00\x00", "\xfe\xff", "\x40\x1f\x00\x00"},
		Try: func(t testing.TB, b []byte) {
			w, err := read(b)
			if err != nil {
				var fault *data.Error
				if !errors.As(err, &fault) {
					t.Fatalf("%v is no fault of the data", err)
				}
				return
			}
			if len(w.Samples) == 0 || len(w.Samples) > len(b) || w.Rate < minRate {
				t.Fatalf("%d samples of %d bytes, %d a second", len(w.Samples), len(b), w.Rate)
			}
			for _, v := range w.Samples {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Fatalf("a sample is %v", v)
				}
			}
			r, err := NewReader("x.wav", iotest.OneByteReader(bytes.NewReader(b)))
			if err != nil {
				t.Fatal(err)
			}
			if again, err := r.All(); err != nil || !slices.Equal(again.Samples, w.Samples) {
				t.Fatalf("byte by byte: %v", err)
			}
		},
	})
}
