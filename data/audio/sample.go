package audio

import (
	"encoding/binary"
	"math"
)

const maxFloat = math.MaxFloat32

// sample is the mean of the channels of a frame of bytes, from -1 to 1.
func (f *Format) sample(b []byte) float64 {
	width := f.Bits / 8
	sum := 0.0
	for c := range f.Channels {
		sum += f.value(b[c*width : (c+1)*width])
	}
	return sum / float64(f.Channels)
}

// value is one sample of one channel.
func (f *Format) value(b []byte) float64 {
	switch {
	case f.Float && f.Bits == 32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case f.Float:
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	case f.Bits == 8:
		return (float64(b[0]) - 128) / (1 << 7)
	case f.Bits == 16:
		return float64(int16(binary.LittleEndian.Uint16(b))) / (1 << 15)
	case f.Bits == 24:
		return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)>>8) / (1 << 23)
	}
	return float64(int32(binary.LittleEndian.Uint32(b))) / (1 << 31)
}
