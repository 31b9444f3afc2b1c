package checkpoint_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
)

// container puts a header and a body together as a file.
func container(header, body string) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), body...)
}

func TestSafetensorsRoundTrip(t *testing.T) {
	t.Parallel()
	tensors := []checkpoint.Tensor{
		checkpoint.FromFloats("f64", []int{2, 2}, []float64{math.Pi, math.NaN(), math.Inf(-1), math.Copysign(0, -1)}),
		checkpoint.FromInts("i64 <&> \u2028 \"q\" \\ \x01", []int{3}, []int64{math.MinInt64, -1, math.MaxInt64}),
		checkpoint.FromUints("u64", nil, []uint64{math.MaxUint64}),
		checkpoint.FromFloats("f32", []int{1, 3}, []float32{1e-45, math.MaxFloat32, -2.5}),
		checkpoint.FromFloats("scalar", []int{}, []float32{7}),
		checkpoint.FromFloats("empty", []int{2, 0}, []float32{}),
		checkpoint.FromBytes("u8", []int{5}, []byte{0, 1, 2, 254, 255}),
	}
	metadata := map[string]string{"b": "zwei\n", "a": ""}
	var file bytes.Buffer
	if err := checkpoint.EncodeSafetensors(&file, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	if n := binary.LittleEndian.Uint64(file.Bytes()); n%8 != 0 {
		t.Errorf("the header has %d bytes, want a multiple of 8", n)
	}
	got, gotMetadata, err := checkpoint.DecodeSafetensors(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(metadata, gotMetadata); diff != "" {
		t.Error(diff)
	}
	if len(got) != len(tensors) {
		t.Fatalf("%d tensors, want %d", len(got), len(tensors))
	}
	for _, want := range tensors {
		if tensor, _ := checkpoint.Find(got, want.Name); cmp.Diff(want, tensor, equal) != "" {
			t.Error(cmp.Diff(want, tensor, equal))
		}
	}
	var again bytes.Buffer
	if err := checkpoint.EncodeSafetensors(&again, got, gotMetadata); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Errorf("written again it has other bytes (%v)", err)
	}
}

// TestSafetensorsBytes pins the bytes of a small file.
func TestSafetensorsBytes(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	tensors := []checkpoint.Tensor{checkpoint.FromBytes("b", nil, []byte{9}), checkpoint.FromFloats("a", []int{1}, []float32{1})}
	if err := checkpoint.EncodeSafetensors(&file, tensors, map[string]string{"k": "v"}); err != nil {
		t.Fatal(err)
	}
	header := `{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}`
	header += strings.Repeat(" ", (8-len(header)%8)%8)
	if want := container(header, "\x00\x00\x80\x3f\x09"); !bytes.Equal(file.Bytes(), want) {
		t.Errorf("got  %q\nwant %q", file.Bytes(), want)
	}
}

func TestTensorHelpers(t *testing.T) {
	t.Parallel()
	type named float32
	f32 := checkpoint.FromFloats("x", nil, []named{1.5, -2})
	if got, err := f32.Float64s(); err != nil || !cmp.Equal(got, []float64{1.5, -2}) {
		t.Errorf("widened: %v, %v", got, err)
	}
	if got, err := checkpoint.Floats[named](f32); err != nil || !cmp.Equal(got, []named{1.5, -2}) {
		t.Errorf("named: %v, %v", got, err)
	}
	f64 := checkpoint.FromFloats("x", nil, []float64{1})
	if _, err := f64.Float32s(); err == nil || err.Error() != `checkpoint: tensor "x": its type is F64, want F32` {
		t.Errorf("narrowed: %v", err)
	}
	f64.Data = f64.Data[:7]
	if _, err := f64.Float64s(); err == nil {
		t.Error("7 bytes were read as a float64")
	}
	if got, err := checkpoint.FromUints("u", nil, []uint64{math.MaxUint64}).Uints(); err != nil || got[0] != math.MaxUint64 {
		t.Errorf("uints: %v, %v", got, err)
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	ok := checkpoint.FromBytes("x", nil, []byte{1})
	for want, tensors := range map[string][]checkpoint.Tensor{
		`tensor "x": the name comes twice`:                                 {ok, ok},
		`tensor "\xff": its name is not UTF-8`:                             {checkpoint.FromBytes("\xff", nil, nil)},
		`tensor "__metadata__": the name is reserved`:                      {checkpoint.FromBytes("__metadata__", nil, nil)},
		`tensor "x": it has 1 bytes, want 2 for U8 [2]`:                    {checkpoint.FromBytes("x", []int{2}, []byte{1})},
		`tensor "x": unknown data type "F4"`:                               {{Name: "x", DType: "F4"}},
		`tensor "x": shape [-1] has a negative dimension`:                  {{Name: "x", DType: "U8", Shape: []int{-1}}},
		`shape [4611686018427387904 4] of U8 is larger than memory can be`: {{Name: "x", DType: "U8", Shape: []int{1 << 62, 4}}},
	} {
		var file bytes.Buffer
		err := checkpoint.EncodeSafetensors(&file, tensors, nil)
		if err == nil || !strings.Contains(err.Error(), want) || file.Len() > 0 {
			t.Errorf("got %v and %d bytes, want %q and none", err, file.Len(), want)
		}
	}
	if err := checkpoint.EncodeSafetensors(&bytes.Buffer{}, nil, map[string]string{"k": "\xff"}); err == nil {
		t.Error("metadata that is not UTF-8 was written")
	}
}

// refused are files that a reader which is not strict takes, and what is said about them.
var refused = []struct {
	name, want string
	file       []byte
}{
	{"empty", "it has 0 bytes, want at least 8", nil},
	{"only a length", "only 0 follow", []byte{2, 0, 0, 0, 0, 0, 0, 0}},
	{"length over the limit", "at most 100000000 are allowed", []byte{0, 0, 0, 0, 0, 0, 0, 0x80, '{', '}'}},
	{"length of 2^64-1", "at most 100000000 are allowed", []byte("\xff\xff\xff\xff\xff\xff\xff\xff{}")},
	{"no header", `it does not begin with "{"`, container("", "")},
	{"leading space", `it does not begin with "{"`, container(" {}", "")},
	{"array", `it does not begin with "{"`, container("[]", "")},
	{"cut", `want`, container("{", "")},
	{"second value", "only spaces may follow", container("{}{}", "")},
	{"zero bytes as padding", "only spaces may follow", container("{}\x00", "")},
	{"not UTF-8", "it is not UTF-8", container("{\"\xff\":{}}", "")},
	{"half a surrogate", "half a surrogate pair", container(`{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, "")},
	{"surrogates reversed", "half a surrogate pair", container(`{"\udc00\ud800":{}}`, "")},
	{"control character", "control character", container("{\"a\nb\":{}}", "")},
	{"unknown escape", `unknown escape`, container(`{"\x":{}}`, "")},
	{"tensor twice", `key "a" comes twice`, container(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, "")},
	{"tensor twice, escaped", `key "a" comes twice`, container(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, "")},
	{"field twice", `key "dtype" comes twice`, container(`{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, "")},
	{"field in capitals", `unknown key "DType"`, container(`{"a":{"DType":"U8","shape":[0],"data_offsets":[0,0]}}`, "")},
	{"field missing", "it needs dtype, shape and data_offsets", container(`{"a":{"dtype":"U8","shape":[0]}}`, "")},
	{"metadata twice", `key "__metadata__" comes twice`, container(`{"__metadata__":{},"__metadata__":{}}`, "")},
	{"metadata key twice", `metadata key "k" comes twice`, container(`{"__metadata__":{"k":"1","k":"2"}}`, "")},
	{"metadata not a string", "want", container(`{"__metadata__":{"k":1}}`, "")},
	{"unknown type", `unknown data type "X8"`, container(`{"a":{"dtype":"X8","shape":[1],"data_offsets":[0,1]}}`, "x")},
	{"negative dimension", "want a plain whole number", container(`{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}`, "x")},
	{"fraction", "want", container(`{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}`, "x")},
	{"exponent", "want", container(`{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}`, "x")},
	{"leading zero", "want a plain whole number", container(`{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}`, "x")},
	{"number over an int", "number is too large", container(`{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}`, "x")},
	{"product over an int", "larger than memory can be", container(`{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, "")},
	{"too many dimensions", "a list of more than 64 numbers", container(`{"a":{"dtype":"U8","shape":[`+strings.Repeat("1,", 64)+`1],"data_offsets":[0,1]}}`, "x")},
	{"three offsets", "data_offsets has 3 numbers", container(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}`, "x")},
	{"offsets reversed", "its bytes are 1 to 0", container(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}`, "x")},
	{"offset not at 0", "its bytes are 1 to 2", container(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, "xx")},
	{"gap", `tensor "b": its bytes are 2 to 3`, container(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, "xxx")},
	{"overlap", `tensor "b": its bytes are 0 to 1`, container(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, "x")},
	{"size not of the shape", "want 4 bytes", container(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2]}}`, "xx")},
	{"bytes missing", "its tensors have 1 bytes, but 0 follow", container(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, "")},
	{"bytes left over", "its tensors have 0 bytes, but 1 follow", container(`{}`, "x")},
	{"nested", `unknown key "a"`, container(`{"a":`+strings.Repeat(`{"a":`, 100), "")},
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range refused {
		_, _, err := checkpoint.DecodeSafetensors(test.file)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestDecodeAccepts(t *testing.T) {
	t.Parallel()
	for name, file := range map[string][]byte{
		"nothing":          container("{}", ""),
		"white space":      container("{ \"a\" :\n{\"shape\" : [ 1 ] ,\t\"data_offsets\":[0, 1],\"dtype\":\"U8\"} }   ", "x"),
		"other order":      container(`{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, "xx"),
		"empty in between": container(`{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"F64","shape":[0,9],"data_offsets":[0,0]}}`, "x"),
		"surrogate pair":   container(`{"\ud83d\ude00 \/\b\f\n\r\t\"\\":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}`, "xx"),
		"metadata at last": container(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"__metadata__":{"format":"pt"}}`, "x"),
	} {
		if _, _, err := checkpoint.DecodeSafetensors(file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReadsPyTorch reads testdata/torch.safetensors, which testdata/write.py wrote with the reference writer.
func TestReadsPyTorch(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/torch.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	got, metadata, err := checkpoint.DecodeSafetensors(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"format": "pt", "süß": "a \"b\"\n"}, metadata); diff != "" {
		t.Error(diff)
	}
	weights := make([]float32, 12)
	for i := range weights {
		weights[i] = float32(i) / 7
	}
	want := []checkpoint.Tensor{
		checkpoint.FromFloats("rnn.weight_ih_l0", []int{6, 2}, weights),
		checkpoint.FromFloats("double", []int{1, 3}, []float64{0.1, math.NaN(), math.Inf(-1)}),
		checkpoint.FromInts("steps", nil, []int64{-1, 1 << 62}),
		{Name: "mask", DType: "BOOL", Shape: []int{3}, Data: []byte{1, 0, 1}},
		checkpoint.FromBytes("bytes", nil, []byte{0, 127, 255}),
		{Name: "half", DType: "BF16", Shape: []int{1}, Data: []byte{0xc0, 0x3f}},
		checkpoint.FromFloats("scalar", []int{}, []float32{2.5}),
		checkpoint.FromFloats("empty", []int{0, 3}, []float32{}),
	}
	if len(got) != len(want) {
		t.Errorf("%d tensors, want %d", len(got), len(want))
	}
	for _, w := range want {
		tensor, _ := checkpoint.Find(got, w.Name)
		a, b := w, tensor
		if w.Name == "double" { // the bits of a NaN are the writer's choice
			av, _ := a.Float64s()
			bv, err := b.Float64s()
			if err != nil || !cmp.Equal(av, bv, equal) {
				t.Errorf("double: got %v, %v, want %v", bv, err, av)
			}
			continue
		}
		if diff := cmp.Diff(a, b, equal); diff != "" {
			t.Error(diff)
		}
	}
}

// TestPyTorchReads has PyTorch load the weights of a checkpoint with testdata/read.py, where RECUR_PYTHON names an
// interpreter that has torch and safetensors. In short:
//
//	weights = safetensors.torch.load_file("step-000020/model.safetensors")
//	torch.nn.GRU(2, 2).load_state_dict({k[4:]: v for k, v in weights.items() if k.startswith("rnn.")})
//	torch.nn.Linear(2, 2).load_state_dict({k[5:]: v for k, v in weights.items() if k.startswith("head.")})
func TestPyTorchReads(t *testing.T) {
	t.Parallel()
	python := os.Getenv("RECUR_PYTHON")
	if python == "" {
		t.Skip("RECUR_PYTHON names no interpreter with torch and safetensors")
	}
	dir := t.TempDir()
	c := sample(t, 20)
	path := filepath.Join(dir, save(t, checkpoint.OS(), dir, c, true), "model.safetensors")
	out, err := exec.Command(python, "testdata/read.py", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := []string{"format_version 1"}
	for _, w := range c.Weights {
		shape := strings.ReplaceAll(fmt.Sprint(w.Shape), " ", ", ")
		want = append(want, fmt.Sprintf("%s torch.float32 %s %x", w.Name, shape, sha256.Sum256(w.Data)))
	}
	got := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
