package checkpoint

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"
)

// Tensor is a named block of numbers as safetensors stores it: little-endian, row-major bytes. It says nothing about
// how a network uses them.
type Tensor struct {
	Name  string
	DType string // safetensors' word: F32, F64, I64, U64, U8 …
	Shape []int  // empty: a scalar
	Data  []byte
}

// Float is what weights are made of.
type Float interface{ ~float32 | ~float64 }

// elementSize holds every data type of safetensors whose elements are whole bytes.
var elementSize = map[string]int{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1,
	"U16": 2, "I16": 2, "F16": 2, "BF16": 2,
	"U32": 4, "I32": 4, "F32": 4,
	"U64": 8, "I64": 8, "F64": 8,
}

// FromFloats copies v into a tensor of type F32 or F64. A nil shape means [len(v)].
func FromFloats[F Float](name string, shape []int, v []F) Tensor {
	if elementBytes[F]() == 4 {
		t := blank(name, "F32", shape, len(v))
		for i, x := range v {
			binary.LittleEndian.PutUint32(t.Data[4*i:], math.Float32bits(float32(x)))
		}
		return t
	}
	t := blank(name, "F64", shape, len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint64(t.Data[8*i:], math.Float64bits(float64(x)))
	}
	return t
}

// FromInts copies v into a tensor of type I64. A nil shape means [len(v)].
func FromInts(name string, shape []int, v []int64) Tensor {
	t := blank(name, "I64", shape, len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint64(t.Data[8*i:], uint64(x))
	}
	return t
}

// FromUints copies v into a tensor of type U64. A nil shape means [len(v)].
func FromUints(name string, shape []int, v []uint64) Tensor {
	t := blank(name, "U64", shape, len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint64(t.Data[8*i:], x)
	}
	return t
}

// FromBytes copies v into a tensor of type U8. A nil shape means [len(v)].
func FromBytes(name string, shape []int, v []byte) Tensor {
	t := blank(name, "U8", shape, len(v))
	copy(t.Data, v)
	return t
}

// Floats returns a copy of t's values. The type of t must be exactly F: nothing is rounded.
func Floats[F Float](t Tensor) ([]F, error) {
	want := "F64"
	if elementBytes[F]() == 4 {
		want = "F32"
	}
	if err := t.is(want); err != nil {
		return nil, err
	}
	v := make([]F, t.Len())
	if want == "F32" {
		for i := range v {
			v[i] = F(math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*i:])))
		}
		return v, nil
	}
	for i := range v {
		v[i] = F(math.Float64frombits(binary.LittleEndian.Uint64(t.Data[8*i:])))
	}
	return v, nil
}

// Float32s returns a copy of the values of an F32 tensor.
func (t Tensor) Float32s() ([]float32, error) { return Floats[float32](t) }

// Float64s returns a copy of the values of an F64 tensor, or those of an F32 tensor widened, which is exact.
func (t Tensor) Float64s() ([]float64, error) {
	if t.DType != "F32" {
		return Floats[float64](t)
	}
	narrow, err := t.Float32s()
	if err != nil {
		return nil, err
	}
	v := make([]float64, len(narrow))
	for i, x := range narrow {
		v[i] = float64(x)
	}
	return v, nil
}

// Ints returns a copy of the values of an I64 tensor.
func (t Tensor) Ints() ([]int64, error) {
	if err := t.is("I64"); err != nil {
		return nil, err
	}
	v := make([]int64, t.Len())
	for i := range v {
		v[i] = int64(binary.LittleEndian.Uint64(t.Data[8*i:]))
	}
	return v, nil
}

// Uints returns a copy of the values of a U64 tensor.
func (t Tensor) Uints() ([]uint64, error) {
	if err := t.is("U64"); err != nil {
		return nil, err
	}
	v := make([]uint64, t.Len())
	for i := range v {
		v[i] = binary.LittleEndian.Uint64(t.Data[8*i:])
	}
	return v, nil
}

// Len returns the number of elements that Data holds.
func (t Tensor) Len() int {
	if n := elementSize[t.DType]; n > 0 {
		return len(t.Data) / n
	}
	return 0
}

// Find returns the tensor of that name.
func Find(tensors []Tensor, name string) (Tensor, bool) {
	for _, t := range tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

// is says whether t has that type and as many bytes as its shape wants.
func (t Tensor) is(dtype string) error {
	if t.DType != dtype {
		return fmt.Errorf("checkpoint: tensor %q: its type is %s, want %s", t.Name, t.DType, dtype)
	}
	return t.check()
}

// check compares t's bytes with its type and shape.
func (t Tensor) check() error {
	size, err := byteSize(t.DType, t.Shape)
	if err != nil {
		return fmt.Errorf("checkpoint: tensor %q: %w", t.Name, err)
	}
	if size != len(t.Data) {
		return fmt.Errorf("checkpoint: tensor %q: it has %d bytes, want %d for %s %v", t.Name, len(t.Data), size, t.DType, t.Shape)
	}
	return nil
}

// byteSize returns the number of bytes of a tensor, or an error where the type is unknown, a dimension is negative, or
// the product does not fit an int.
func byteSize(dtype string, shape []int) (int, error) {
	size, ok := elementSize[dtype]
	if !ok {
		return 0, fmt.Errorf("unknown data type %q", dtype)
	}
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative dimension", shape)
		}
		if d > 0 && size > math.MaxInt/d {
			return 0, fmt.Errorf("shape %v of %s is larger than memory can be", shape, dtype)
		}
		size *= d
	}
	return size, nil
}

func blank(name, dtype string, shape []int, n int) Tensor {
	if shape == nil {
		shape = []int{n}
	}
	return Tensor{Name: name, DType: dtype, Shape: append([]int{}, shape...), Data: make([]byte, n*elementSize[dtype])}
}

func elementBytes[F Float]() int { return int(unsafe.Sizeof(F(0))) }
