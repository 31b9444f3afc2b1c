package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"recur/data"
	"recur/internal/mutate"
)

// npyOf is an array as numpy.save writes it.
func npyOf(version byte, kind, order, shape string, body []byte) []byte {
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", kind, order, shape)
	b := append([]byte(npyMagic), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(head)+1))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(head)+1))
	}
	return append(append(b, head+"\n"...), body...)
}

// swapped is bytes with each group of n turned round.
func swapped(b []byte, n int) []byte {
	b = bytes.Clone(b)
	for part := range slices.Chunk(b, n) {
		slices.Reverse(part)
	}
	return b
}

func mfcOf(order binary.AppendByteOrder, values ...float32) []byte {
	b := order.AppendUint32(nil, uint32(len(values)))
	for _, v := range values {
		b = order.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

var six = []float32{1, -2, 3.5, 4, 5, 6}

func TestDecodeFeatures(t *testing.T) {
	for _, c := range []struct {
		name, ending string
		file         []byte
		want         []float32
		d            int
	}{
		{"float32", ".npy", npyOf(1, "<f4", "False", "2, 3", floats(six...)), six, 3},
		{"float64, version 2", ".NPY", npyOf(2, "<f8", "False", "3, 2", doubles(1, -2, 3.5, 4, 5, 6)), six, 2},
		{"columns first, version 3", ".npy", npyOf(3, "<f4", "True", "2, 3", floats(1, 4, -2, 5, 3.5, 6)), six, 3},
		{"big-endian", ".npy", npyOf(1, ">f4", "False", "2, 3", swapped(floats(six...), 4)), six, 3},
		{"commas", ".csv", []byte("1,-2,3.5\r\n4,5,6\r\n"), six, 3},
		{"no line end, blanks", ".csv", []byte("1, -2\n3.5,4\n5,6"), six, 2},
		{"tabs", ".tsv", []byte("1\t-2\n3.5\t4\n5\t6\n\n"), six, 2},
		{"spaces", ".csv", []byte("1 -2\n3.5  4\n5 6"), six, 2},
		{"Sphinx, little-endian", ".mfc", mfcOf(binary.LittleEndian, six...), six, 3},
		{"Sphinx, big-endian", ".mfc", mfcOf(binary.BigEndian, six...), six, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, d, err := DecodeFeatures("x", c.ending, c.file, 3)
			if err != nil || d != c.d || !slices.Equal(x, c.want) {
				t.Errorf("%v of %d, %v; want %v of %d", x, d, err, c.want, c.d)
			}
		})
	}
}

// TestSphinxOrder reads a file whose count is the same in both byte orders: its numbers tell.
func TestSphinxOrder(t *testing.T) {
	values := make([]float32, 0x00010100)
	for i := range values {
		values[i] = float32(i%50) - 20
	}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		x, _, err := DecodeFeatures("x", ".mfc", mfcOf(order, values...), 16)
		if err != nil || !slices.Equal(x, values) {
			t.Errorf("%v: %v", order, err)
		}
	}
}

var badFeatures = []struct {
	name, ending string
	file         []byte
	want         string
}{
	{"no ending", "", nil, `the ending "" says nothing of the form; want .npy, .csv, .tsv or .mfc`},
	{"sound", ".wav", nil, "is sound, and data.features.kind is files; set it to logmel or mfcc"},
	{"empty npy", ".npy", nil, "is no array of NumPy"},
	{"npy cut off in its header", ".npy", npyOf(1, "<f4", "False", "2, 3", nil)[:40], "is no array of NumPy, or its header is cut off"},
	{"another version", ".npy", npyOf(9, "<f4", "False", "2, 3", nil), "is no array of NumPy"},
	{"header of 4 GiB", ".npy", append([]byte(npyMagic), 2, 0, 0xff, 0xff, 0xff, 0xff, '{'), "its header is cut off"},
	{"integers", ".npy", npyOf(1, "<i2", "False", "2, 3", make([]byte, 12)), "its numbers are <i2, want float32 or float64; write it with numpy.save(NAME, x.astype('float32'))"},
	{"half floats", ".npy", npyOf(1, "<f2", "False", "2, 3", make([]byte, 12)), "its numbers are <f2"},
	{"pickled", ".npy", npyOf(1, "|O", "False", "2, 3", nil), "its numbers are |O"},
	{"fields", ".npy", append(append([]byte(npyMagic), 1, 0, 80, 0), fmt.Sprintf("%-80s", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }")...), "its numbers are several fields"},
	{"one axis", ".npy", npyOf(1, "<f4", "False", "6,", floats(six...)), "has the shape [6], want [frames, numbers of a frame]"},
	{"three axes", ".npy", npyOf(1, "<f4", "False", "1, 2, 3", floats(six...)), "has the shape [1, 2, 3]"},
	{"no frame", ".npy", npyOf(1, "<f4", "False", "0, 3", nil), "holds no frame: 0 of 3 numbers"},
	{"axes the wrong way", ".npy", npyOf(1, "<f4", "False", "3, 20000", nil), "a frame has 20000 numbers, more than the limit of 10000; is it [numbers, frames]?"},
	{"too many frames", ".npy", npyOf(1, "<f4", "False", "9223372036854775807, 3", nil), "more than the limit of 100000 frames"},
	{"overflow", ".npy", npyOf(1, "<f4", "False", "99999999999999999999, 3", nil), "has the shape []"},
	{"cut off", ".npy", npyOf(1, "<f4", "False", "2, 3", floats(1, 2)), "has 8 bytes of numbers, and its header tells of 24 ([2, 3] of 4 bytes)"},
	{"NaN", ".npy", npyOf(1, "<f4", "False", "2, 3", floats(1, 2, 3, 4, float32(math.NaN()), 6)), "number 2 of frame 2 is NaN"},
	{"too large", ".npy", npyOf(1, "<f8", "False", "1, 2", doubles(1, 1e300)), "number 2 of frame 1 is 1e+300"},
	{"empty csv", ".csv", nil, "the file is empty"},
	{"names", ".csv", []byte("a,b\n1,2\n"), `field 1 is "a", not a number`},
	{"names are told", ".csv", []byte("a,b\n1,2\n"), "if the first line names columns, delete it"},
	{"a hole", ".csv", []byte("1,2\n3,\n"), `field 2 is "", not a number`},
	{"ragged", ".csv", []byte("1,2\n3\n"), "the row has 1 number, and the first 2; every frame has as many"},
	{"empty line", ".csv", []byte("1,2\n\n3,4\n"), "the line is empty; delete it"},
	{"too large a number", ".csv", []byte("1,2\n3,1e39\n"), "field 2 is 1e+39, which is too large for a number of 32 bits"},
	{"empty mfc", ".mfc", nil, "has 0 bytes: an .mfc file is a count and numbers"},
	{"mfc of half a number", ".mfc", mfcOf(binary.BigEndian, six...)[:10], "has 10 bytes"},
	{"mfc cut off", ".mfc", mfcOf(binary.BigEndian, six...)[:20], "holds 4 numbers and tells of 100663296, or of 6 in the other byte order"},
	{"mfc of no whole frames", ".mfc", mfcOf(binary.BigEndian, six[:5]...), "holds 5 numbers, which make no whole frames of 3 (data.features.count)"},
	{"mfc of no frame", ".mfc", mfcOf(binary.BigEndian), "holds no frame"},
	{"mfc with NaN", ".mfc", mfcOf(binary.BigEndian, 1, 2, float32(math.NaN())), "number 3 of frame 1 is NaN"},
}

func TestBadFeatures(t *testing.T) {
	for _, c := range badFeatures {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := DecodeFeatures("x", c.ending, c.file, 3)
			var fault *data.Error
			if !errors.As(err, &fault) || fault.File != "x" || !strings.Contains(fault.Message, c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// FuzzFeatures reads any bytes as each form: what is read is whole frames of finite numbers, no more than the bytes can hold.
func FuzzFeatures(f *testing.F) {
	endings := []string{".npy", ".csv", ".mfc"}
	var seeds []string
	for _, c := range badFeatures {
		if at := slices.Index(endings, c.ending); at >= 0 {
			seeds = append(seeds, string(append([]byte{byte(at)}, c.file...)))
		}
	}
	seeds = append(seeds, "\x00"+string(npyOf(1, "<f4", "False", "2, 3", floats(six...))), "\x01"+"1,2\n3,4", "\x02"+string(mfcOf(binary.BigEndian, six...)))
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds,
		Words: []string{npyMagic, "'descr': '<f8'", "'fortran_order': True", "'shape': (1, 2)", "'shape': (,)", "<f4", ">f8", ",", ";", "\t", "\n", "1e39", "NaN", "\x00\x00\x00\x03", "\x03\x00\x00\x00"},
		Try: func(t testing.TB, b []byte) {
			if len(b) == 0 {
				return
			}
			x, d, err := DecodeFeatures("x", endings[int(b[0])%len(endings)], b[1:], 3)
			if err != nil {
				var fault *data.Error
				if !errors.As(err, &fault) {
					t.Fatalf("%v is no fault of the data", err)
				}
				return
			}
			if d < 1 || len(x) == 0 || len(x)%d != 0 || len(x) > len(b) {
				t.Fatalf("%d numbers in frames of %d of %d bytes", len(x), d, len(b))
			}
			for _, v := range x {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Fatalf("a number is %v", v)
				}
			}
		},
	})
}
