package audio

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"recur/data"
)

// Format is what the header of a WAV file says [1].
//
// [1] Microsoft, Multimedia Programming Interface and Data Specifications 1.0 (1991), RIFF WAVE; WAVEFORMATEXTENSIBLE (2001).
type Format struct {
	Rate     int
	Channels int
	Bits     int  // of a sample: 8 (unsigned), 16, 24 or 32; of floats 32 or 64
	Float    bool // samples are floats
}

// frame is the bytes of one sample of every channel.
func (f *Format) frame() int { return f.Channels * f.Bits / 8 }

// tags of formats that are not read, as their header has them.
var tags = map[uint16]string{2: "Microsoft ADPCM", 6: "A-law", 7: "mu-law", 0x11: "IMA ADPCM", 0x31: "GSM 6.10", 0x50: "MPEG", 0x55: "MP3", 0xff: "AAC", 0x161: "Windows Media"}

// Tags of what is read.
const (
	tagPCM        = 1
	tagFloat      = 3
	tagExtensible = 0xfffe // the tag is that of a GUID, which begins with it
)

// guid is the end of the GUID of a format that a tag stands for.
var guid = []byte{0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71}

// convert is the advice that makes any file one that is read.
const convert = "convert it to 16-bit PCM, as with: ffmpeg -i IN -c:a pcm_s16le OUT.wav"

// streamed is the least size of what was written before its length was known: writers to a pipe leave 0xffffffff or nearly 2 GiB.
const streamed = 0x7ffff000

// Reader reads the samples of a WAV file, or raw ones, as they come.
type Reader struct {
	Format Format
	Frames int64 // samples of a channel that the header tells of; -1 where it doesn't know

	name string
	in   *bufio.Reader
	left int64 // bytes of sound; -1: up to the end of the file
	read int64 // samples of a channel so far
	buf  []byte
}

// NewReader reads the header of a WAV file; name is what messages call it. Faults are *data.Error.
func NewReader(name string, in io.Reader) (*Reader, error) {
	r := &Reader{name: name, in: bufio.NewReaderSize(in, 1<<16)}
	size, err := r.riff()
	if err != nil {
		return nil, err
	}
	at, known := int64(12), false // bytes that have been read
	for {
		id, n, err := r.chunk()
		if err != nil {
			return nil, err
		}
		switch at += 8; {
		case id == "data" && !known:
			return nil, r.fault("the data chunk comes before the format: the header is damaged; %s", convert)
		case id == "data":
			return r, r.sound(int64(n), size, at)
		case id == "fmt ":
			if err := r.format(n); err != nil {
				return nil, err
			}
			known = true
		default:
			if err := r.skip(int64(n)); err != nil {
				return nil, err
			}
		}
		if at += int64(n); n%2 == 1 { // chunks begin at even places
			at++
			if err := r.skip(1); err != nil {
				return nil, err
			}
		}
	}
}

// NewRaw reads raw samples: 16 bits, little-endian, one channel, as they come from a microphone.
func NewRaw(name string, in io.Reader, rate int) (*Reader, error) {
	r := &Reader{name: name, in: bufio.NewReaderSize(in, 1<<12), left: -1, Frames: -1, Format: Format{Rate: rate, Channels: 1, Bits: 16}}
	return r, r.check(2)
}

func (r *Reader) fault(format string, args ...any) error {
	return data.Fault(r.name, 0, 0, "data.audio", format, args...)
}

// others are files that are no WAV, by how they begin.
var others = []struct{ magic, what string }{
	{"RIFX", "a big-endian WAV file (RIFX)"}, {"RF64", "a WAV file of more than 4 GiB (RF64)"}, {"BW64", "a WAV file of more than 4 GiB (BW64)"},
	{"fLaC", "FLAC"}, {"OggS", "Ogg"}, {"ID3", "MP3"}, {"\xff\xfb", "MP3"}, {"\xff\xf3", "MP3"}, {"FORM", "AIFF"}, {".snd", "a Sun audio file"},
	{"caff", "a Core Audio file"}, {"NIST_1A", "a NIST SPHERE file"}, {"wvpk", "WavPack"}, {"\x93NUMPY", "an array of NumPy"}, {"\x1f\x8b", "compressed by gzip"}, {"PK\x03\x04", "a zip archive"},
}

// riff reads the first twelve bytes and gives the size that they tell of.
func (r *Reader) riff() (size int64, err error) {
	head, err := r.in.Peek(12)
	if len(head) == 0 && err == io.EOF {
		return 0, r.fault("the file is empty; want a WAV file")
	}
	for _, o := range others {
		if bytes.HasPrefix(head, []byte(o.magic)) {
			return 0, r.fault("is %s, want a WAV file; %s", o.what, convert)
		}
	}
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		return 0, r.fault("is MP4, want a WAV file; %s", convert)
	}
	if err != nil && err != io.EOF {
		return 0, r.fault("can't be read: %v", data.Cause(err))
	}
	if !bytes.HasPrefix(head, []byte("RIFF")) || len(head) == 12 && string(head[8:]) != "WAVE" {
		return 0, r.fault("is no WAV file: it begins with %q, want \"RIFF\" and \"WAVE\"; %s", string(head[:min(4, len(head))]), convert)
	}
	if len(head) < 12 {
		return 0, r.fault("ends after %d bytes, in the header; copy it again", len(head))
	}
	size = int64(binary.LittleEndian.Uint32(head[4:]))
	_, err = r.in.Discard(12)
	return size, err
}

// chunk reads the head of a chunk.
func (r *Reader) chunk() (id string, size uint32, err error) {
	var head [8]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return "", 0, r.short(err)
	}
	return string(head[:4]), binary.LittleEndian.Uint32(head[4:]), nil
}

// short says why a header ends.
func (r *Reader) short(err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.fault("ends before its sound (no data chunk): the file is cut off; copy it again")
	}
	return r.fault("can't be read: %v", data.Cause(err))
}

func (r *Reader) skip(n int64) error {
	if _, err := io.CopyN(io.Discard, r.in, n); err != nil {
		return r.short(err)
	}
	return nil
}

// format reads a chunk of n bytes that says how samples are written.
func (r *Reader) format(n uint32) error {
	if n < 16 {
		return r.fault("the format chunk has %d bytes, want at least 16: the header is damaged; %s", n, convert)
	}
	b := make([]byte, min(n, 40))
	if _, err := io.ReadFull(r.in, b); err != nil {
		return r.short(err)
	}
	tag := binary.LittleEndian.Uint16(b)
	if tag == tagExtensible && len(b) == 40 {
		if !bytes.Equal(b[26:40], guid) {
			return r.fault("its format is one that only the program that wrote it knows (GUID %x); %s", b[24:40], convert)
		}
		tag = binary.LittleEndian.Uint16(b[24:])
	}
	if tag != tagPCM && tag != tagFloat {
		name, ok := tags[tag]
		if !ok {
			name = fmt.Sprintf("unknown (tag 0x%x)", tag)
		}
		return r.fault("its samples are %s, want PCM or floats; %s", name, convert)
	}
	rate := binary.LittleEndian.Uint32(b[4:])
	r.Format = Format{Channels: int(binary.LittleEndian.Uint16(b[2:])), Rate: int(min(rate, maxRate+1)), Bits: int(binary.LittleEndian.Uint16(b[14:])), Float: tag == tagFloat}
	if err := r.check(int(binary.LittleEndian.Uint16(b[12:]))); err != nil {
		return err
	}
	return r.skip(int64(n) - int64(len(b)))
}

// check refuses formats that nothing real has; align is the bytes of a frame as the header says.
func (r *Reader) check(align int) error {
	f := &r.Format
	known := f.Bits == 16 || f.Bits == 24 || f.Bits == 32 || f.Bits == 8
	kind := "PCM of 8, 16, 24 or 32"
	if f.Float {
		known, kind = f.Bits == 32 || f.Bits == 64, "floats of 32 or 64"
	}
	switch {
	case !known:
		return r.fault("a sample has %d bits, want %s; %s", f.Bits, kind, convert)
	case f.Channels < 1 || f.Channels > maxChannels:
		return r.fault("has %d channels, want 1 to %d; %s", f.Channels, maxChannels, convert)
	case f.Rate < minRate || f.Rate > maxRate:
		return r.fault("has %s samples a second, want %d to %d; %s", atMost(f.Rate, maxRate), minRate, maxRate, convert)
	case align != f.frame():
		return r.fault("%s of %d bits are %d bytes, and the header says %d: it is damaged; %s", data.Count(f.Channels, "channel", "channels"), f.Bits, f.frame(), align, convert)
	}
	return nil
}

// atMost is n for a message, where it may stand for more.
func atMost(n, most int) string {
	if n > most {
		return fmt.Sprintf("more than %d", most)
	}
	return fmt.Sprint(n)
}

// sound begins at a data chunk of n bytes, which stands at a place of a file whose header says that it has size bytes and 8.
func (r *Reader) sound(n, size, at int64) error {
	open := n >= streamed
	if n == 0 { // a header that was never completed tells of nothing behind it
		_, err := r.in.Peek(1)
		open = err == nil && (size == 0 || size >= streamed || size+8 <= at)
	}
	r.left, r.Frames = n, n/int64(r.Format.frame())
	if open {
		r.left, r.Frames = -1, -1
	}
	return nil
}

// Read reads samples, the mean of the channels, into x and says how many there were. It gives io.EOF at the end. Other errors are
// *data.Error: a file that ends before the sound that its header tells of, or that holds what is no number.
func (r *Reader) Read(x []float32) (int, error) {
	size := r.Format.frame()
	want := min(len(x), 1<<14)
	if r.left >= 0 {
		want = int(min(int64(want), r.left/int64(size)))
	}
	if want == 0 && len(x) > 0 {
		return 0, io.EOF
	}
	r.buf = data.Grown(r.buf, want*size)
	got, err := r.fill(r.buf, size)
	n := got / size
	for i := range n {
		v := r.Format.sample(r.buf[i*size : (i+1)*size])
		if v != v || v > maxFloat || v < -maxFloat {
			return i, r.fault("sample %d is %v, which is no number that sound has; %s", r.read+int64(i)+1, v, convert)
		}
		x[i] = float32(v)
	}
	r.read += int64(n)
	if r.left >= 0 {
		r.left -= int64(got)
	}
	switch {
	case err == nil || n > 0 && (err == io.EOF || err == io.ErrUnexpectedEOF):
		return n, nil
	case err != io.EOF && err != io.ErrUnexpectedEOF:
		return n, r.fault("can't be read: %v", data.Cause(err))
	case r.left > 0:
		return n, r.fault("ends after %d of the %d samples that its header tells of: it is cut off; copy it again, or have the header corrected, as with: ffmpeg -i IN -c:a copy OUT.wav", r.read, r.Frames)
	}
	return n, io.EOF
}

// fill reads bytes until b is full, or until some frames have come of a source that gives them as they come.
func (r *Reader) fill(b []byte, size int) (n int, err error) {
	for n < len(b) && err == nil {
		var m int
		m, err = r.in.Read(b[n:])
		if n += m; r.left < 0 && n > 0 && n%size == 0 {
			return n, nil
		}
	}
	if n == len(b) {
		err = nil
	}
	return n, err
}

// All reads what is left.
func (r *Reader) All() (*Wave, error) { return r.all(0) }

// all reads what is left of a file of so many bytes, which say how much memory it can need.
func (r *Reader) all(bytes int64) (*Wave, error) {
	if r.Frames > maxSamples {
		return nil, r.tooLong()
	}
	room := max(0, min(r.Frames, bytes/int64(r.Format.frame())))
	w := &Wave{Rate: r.Format.Rate, Samples: make([]float32, 0, room+1)}
	for {
		if len(w.Samples) == cap(w.Samples) {
			w.Samples = append(w.Samples, 0)[:len(w.Samples)]
		}
		n, err := r.Read(w.Samples[len(w.Samples):cap(w.Samples)])
		w.Samples = w.Samples[:len(w.Samples)+n]
		switch {
		case err == io.EOF && len(w.Samples) == 0:
			return nil, r.fault("holds no sound: its data chunk is empty; remove it")
		case err == io.EOF:
			return w, nil
		case err != nil:
			return nil, err
		case len(w.Samples) > maxSamples:
			return nil, r.tooLong()
		}
	}
}

func (r *Reader) tooLong() error {
	return r.fault("has more than %d samples, the limit; cut it into shorter utterances", maxSamples)
}

// ReadWAV reads a file; name is what messages call it. Faults are *data.Error.
func ReadWAV(name, path string) (*Wave, error) {
	f, size, err := open(name, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := NewReader(name, f)
	if err != nil {
		return nil, err
	}
	return r.all(size)
}

// open opens a file of sound or of features.
func open(name, path string) (*os.File, int64, error) {
	fault := func(format string, args ...any) (*os.File, int64, error) {
		return nil, 0, data.Fault(name, 0, 0, "data.audio", format, args...)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fault("can't be read: %v", data.Cause(err))
	case info.IsDir():
		return fault("is a directory, want a file")
	case !info.Mode().IsRegular():
		return fault("is no regular file, want one")
	}
	f, err := os.Open(path)
	if err != nil {
		return fault("can't be read: %v", data.Cause(err))
	}
	return f, info.Size(), nil
}
