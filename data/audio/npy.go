package audio

import (
	"bytes"
	"encoding/binary"
	"math"
	"regexp"
	"strconv"
	"strings"

	"recur/data"
)

const (
	npyMagic  = "\x93NUMPY"
	maxHeader = 1 << 16 // bytes
)

// What the header of an array says: a dictionary of Python with these three keys, in any order.
var (
	npyKind    = regexp.MustCompile(`'descr': *'([<>=|]?[A-Za-z][0-9]*)'`)
	npyFortran = regexp.MustCompile(`'fortran_order': *(True|False)`)
	npyShape   = regexp.MustCompile(`'shape': *\(([0-9, ]*)\)`)
)

// npy reads an array of NumPy [T,d]: version 1 to 3, float32 or float64 of either byte order, rows or columns first [1].
//
// [1] NumPy Enhancement Proposal 1, A simple file format for NumPy arrays.
func npy(name string, src []byte) ([]float32, int, *data.Error) {
	fault := func(format string, args ...any) ([]float32, int, *data.Error) {
		return nil, 0, data.Fault(name, 0, 0, "data.audio", format, args...)
	}
	header, body, ok := npyHeader(src)
	if !ok {
		return fault("is no array of NumPy, or its header is cut off; write it with numpy.save")
	}
	kind, fortran, shape := npyKind.FindStringSubmatch(header), npyFortran.FindStringSubmatch(header), npyShape.FindStringSubmatch(header)
	if fortran == nil || shape == nil {
		return fault("its header %s tells of no array of plain numbers; write it with numpy.save", data.Quoted(header))
	}
	if kind == nil || !strings.Contains("<f4 >f4 =f4 <f8 >f8 =f8", kind[1]) || len(kind[1]) != 3 {
		got := "several fields"
		if kind != nil {
			got = kind[1]
		}
		return fault("its numbers are %s, want float32 or float64; write it with numpy.save(NAME, x.astype('float32'))", got)
	}
	sizes, ok := npySizes(shape[1])
	if !ok || len(sizes) != 2 {
		return fault("has the shape %s, want [frames, numbers of a frame]", shaped(sizes))
	}
	if bad := size(name, sizes[0], sizes[1]); bad != nil {
		return nil, 0, bad
	}
	T, d, width := int(sizes[0]), int(sizes[1]), int(kind[1][2]-'0')
	if len(body) != T*d*width {
		return fault("has %d bytes of numbers, and its header tells of %d (%s of %d bytes): it is cut off or damaged; copy it again", len(body), T*d*width, shaped(sizes), width)
	}
	return npyNumbers(name, body, T, d, kind[1], fortran[1] == "True")
}

// npyHeader parts the dictionary from the numbers.
func npyHeader(src []byte) (header string, body []byte, ok bool) {
	rest, found := bytes.CutPrefix(src, []byte(npyMagic))
	if !found || len(rest) < 4 {
		return "", nil, false
	}
	n := 0
	switch major := rest[0]; {
	case major == 1:
		n, rest = int(binary.LittleEndian.Uint16(rest[2:])), rest[4:]
	case (major == 2 || major == 3) && len(rest) >= 6:
		n, rest = int(min(binary.LittleEndian.Uint32(rest[2:]), maxHeader+1)), rest[6:]
	default:
		return "", nil, false
	}
	if n > maxHeader || n > len(rest) {
		return "", nil, false
	}
	return strings.TrimSpace(string(rest[:n])), rest[n:], true
}

// npySizes reads "3, 4".
func npySizes(text string) (sizes []int64, ok bool) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || len(sizes) == 32 {
			return sizes, false
		}
		sizes = append(sizes, n)
	}
	return sizes, true
}

// npyNumbers reads the numbers, which are as many as the shape says.
func npyNumbers(name string, body []byte, T, d int, kind string, columns bool) ([]float32, int, *data.Error) {
	var order binary.ByteOrder = binary.LittleEndian
	if kind[0] == '>' {
		order = binary.BigEndian
	}
	x := make([]float32, T*d)
	for i := range x {
		from := i
		if columns {
			from = i%d*T + i/d
		}
		v := 0.0
		if kind[2] == '4' {
			v = float64(math.Float32frombits(order.Uint32(body[4*from:])))
		} else {
			v = math.Float64frombits(order.Uint64(body[8*from:]))
		}
		if bad := finite(name, v, i, d); bad != nil {
			return nil, 0, bad
		}
		x[i] = float32(v)
	}
	return x, d, nil
}
