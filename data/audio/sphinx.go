package audio

import (
	"encoding/binary"
	"math"

	"recur/data"
)

// sphinx reads a file of cepstra as the Sphinx programs write it: how many numbers follow, in 32 bits, and those as float32, in the
// byte order of the machine that wrote them, which the length of the file tells.
func sphinx(name string, src []byte, d int) (x []float32, width int, fault *data.Error) {
	n := len(src)/4 - 1
	if n < 0 || len(src)%4 != 0 {
		return nil, 0, data.Fault(name, 0, 0, "data.audio", "has %s: an .mfc file is a count and numbers of 4 bytes each; it is cut off: copy it again", data.Count(len(src), "byte", "bytes"))
	}
	var fits []binary.ByteOrder
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		if order.Uint32(src) == uint32(n) {
			fits = append(fits, order)
		}
	}
	if len(fits) == 0 {
		return nil, 0, data.Fault(name, 0, 0, "data.audio", "holds %d numbers and tells of %d, or of %d in the other byte order: it is cut off or no .mfc file; copy it again", n, binary.LittleEndian.Uint32(src), binary.BigEndian.Uint32(src))
	}
	if n%d != 0 {
		return nil, 0, data.Fault(name, 0, 0, "data.features.count", "holds %d numbers, which make no whole frames of %d (data.features.count); set how many a frame has", n, d)
	}
	if fault := size(name, int64(n/d), int64(d)); fault != nil {
		return nil, 0, fault
	}
	order := fits[0]
	if len(fits) == 2 && plausible(src, fits[1]) > plausible(src, fits[0]) { // a count that reads the same both ways
		order = fits[1]
	}
	x = make([]float32, n)
	for i := range x {
		v := math.Float32frombits(order.Uint32(src[4+4*i:]))
		if fault := finite(name, float64(v), i, d); fault != nil {
			return nil, 0, fault
		}
		x[i] = v
	}
	return x, d, nil
}

// plausible is how many numbers of a file are of a size that cepstra have, in a byte order; in the wrong one few are.
func plausible(src []byte, order binary.ByteOrder) (n int) {
	for at := 4; at < len(src); at += 4 {
		if v := math.Abs(float64(math.Float32frombits(order.Uint32(src[at:])))); v > 1e-6 && v < 1e6 {
			n++
		}
	}
	return n
}
