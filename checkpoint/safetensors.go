package checkpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"sort"
	"strconv"
	"unicode/utf8"
)

// The layout of a safetensors file:
//
//	0        8                8+n (a multiple of 8)                  end
//	+--------+----------------+------------------------------------+
//	| n, u64 | JSON, n bytes  | tensor bytes, one after the other  |
//	+--------+----------------+------------------------------------+
//
// with the JSON {"__metadata__":{"k":"v"},"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},…}, offsets
// counted from the end of the JSON.
const (
	metadataKey = "__metadata__"
	maxHeader   = 100_000_000 // the limit of the reference reader
)

// EncodeSafetensors writes tensors and metadata (keys sorted) as one safetensors file. Tensors are laid out by falling
// element size, within one size in the order given, so that each begins at a multiple of its element size. The bytes
// depend on nothing but the arguments. A name that is not UTF-8 or comes twice, or bytes that do not fill the shape,
// are an error before anything is written.
func EncodeSafetensors(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	sorted, err := layout(tensors)
	if err != nil {
		return err
	}
	header, err := encodeHeader(sorted, metadata)
	if err != nil {
		return err
	}
	if b, ok := w.(*bytes.Buffer); ok { // all at once: growing leaves as much again behind
		size := 8 + len(header)
		for _, t := range sorted {
			size += len(t.Data)
		}
		b.Grow(size)
	}
	var length [8]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(header)))
	if _, err := w.Write(length[:]); err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, t := range sorted {
		if _, err := w.Write(t.Data); err != nil {
			return err
		}
	}
	return nil
}

// layout checks the tensors and returns them in the order of the file.
func layout(tensors []Tensor) ([]Tensor, error) {
	seen := make(map[string]bool, len(tensors))
	for _, t := range tensors {
		switch {
		case !utf8.ValidString(t.Name):
			return nil, fmt.Errorf("checkpoint: tensor %q: its name is not UTF-8", t.Name)
		case t.Name == metadataKey:
			return nil, fmt.Errorf("checkpoint: tensor %q: the name is reserved", t.Name)
		case seen[t.Name]:
			return nil, fmt.Errorf("checkpoint: tensor %q: the name comes twice", t.Name)
		}
		if err := t.check(); err != nil {
			return nil, err
		}
		seen[t.Name] = true
	}
	sorted := append([]Tensor{}, tensors...)
	sort.SliceStable(sorted, func(i, j int) bool { return elementSize[sorted[i].DType] > elementSize[sorted[j].DType] })
	return sorted, nil
}

// encodeHeader returns the JSON padded with spaces to a multiple of 8 bytes.
func encodeHeader(tensors []Tensor, metadata map[string]string) ([]byte, error) {
	b := []byte{'{'}
	if len(metadata) > 0 {
		b = append(b, `"`+metadataKey+`":{`...)
		for i, k := range sortedKeys(metadata) {
			if !utf8.ValidString(k) || !utf8.ValidString(metadata[k]) {
				return nil, fmt.Errorf("checkpoint: metadata %q is not UTF-8", k)
			}
			b = comma(b, i)
			b = append(appendString(b, k), ':')
			b = appendString(b, metadata[k])
		}
		b = append(b, '}')
	}
	offset := 0
	for i, t := range tensors {
		if i > 0 || len(metadata) > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, t.Name), `:{"dtype":"`+t.DType+`","shape":[`...)
		for j, d := range t.Shape {
			b = strconv.AppendInt(comma(b, j), int64(d), 10)
		}
		b = append(b, `],"data_offsets":[`...)
		b = append(strconv.AppendInt(b, int64(offset), 10), ',')
		offset += len(t.Data)
		b = append(strconv.AppendInt(b, int64(offset), 10), "]}"...)
	}
	b = append(b, '}')
	for len(b)%8 != 0 {
		b = append(b, ' ')
	}
	if len(b) > maxHeader {
		return nil, fmt.Errorf("checkpoint: the header of a safetensors file has %d bytes, at most %d are allowed", len(b), maxHeader)
	}
	return b, nil
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

func appendString(b []byte, s string) []byte {
	quoted, _ := marshal(s) // a valid UTF-8 string always encodes
	return append(b, quoted...)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// DecodeSafetensors reads a whole safetensors file. The tensors come in the order of their bytes and their Data are
// slices of b. Everything is checked before anything of its size is allocated: the header by its tokens (a key that
// comes twice, an unknown key, bad UTF-8, or a number that is no plain whole number is an error), types, shapes, and
// offsets, which must cover the file without gap or overlap to its last byte.
func DecodeSafetensors(b []byte) ([]Tensor, map[string]string, error) {
	if len(b) < 8 {
		return nil, nil, fmt.Errorf("checkpoint: safetensors: it has %d bytes, want at least 8", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	switch {
	case n > maxHeader:
		return nil, nil, fmt.Errorf("checkpoint: safetensors: its header has %d bytes, at most %d are allowed", n, maxHeader)
	case n > uint64(len(b)-8):
		return nil, nil, fmt.Errorf("checkpoint: safetensors: its header has %d bytes, but only %d follow", n, len(b)-8)
	}
	header, body := b[8:8+n], b[8+n:]
	h, err := readHeader(header)
	if err != nil {
		return nil, nil, fmt.Errorf("checkpoint: safetensors: header: %w", err)
	}
	tensors, err := h.place(body)
	if err != nil {
		return nil, nil, fmt.Errorf("checkpoint: safetensors: %w", err)
	}
	return tensors, h.metadata, nil
}

// place cuts body into the tensors of the header.
func (h *header) place(body []byte) ([]Tensor, error) {
	sort.SliceStable(h.entries, func(i, j int) bool {
		a, b := h.entries[i], h.entries[j]
		return a.begin < b.begin || a.begin == b.begin && a.end < b.end
	})
	end := 0
	for _, e := range h.entries {
		size, err := byteSize(e.dtype, e.shape)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", e.name, err)
		}
		if e.begin != end || e.end < e.begin || e.end-e.begin != size {
			return nil, fmt.Errorf("tensor %q: its bytes are %d to %d, want %d bytes from %d on for %s %v", e.name, e.begin, e.end, size, end, e.dtype, e.shape)
		}
		end = e.end
	}
	if end != len(body) {
		return nil, fmt.Errorf("its tensors have %d bytes, but %d follow the header", end, len(body))
	}
	tensors := make([]Tensor, len(h.entries))
	for i, e := range h.entries {
		tensors[i] = Tensor{Name: e.name, DType: e.dtype, Shape: e.shape, Data: body[e.begin:e.end:e.end]}
	}
	return tensors, nil
}
