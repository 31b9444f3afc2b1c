package audio

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"recur/data"
)

// forms are the files of features that are read, by how their names end.
const forms = ".npy, .csv, .tsv or .mfc"

// ReadFeatures reads a file of features, numbers [T,d]; the ending of path says which form it has: .npy (float32 or float64), .csv and
// .tsv (a row a frame, no names) or .mfc (Sphinx, of either byte order, coefficients numbers a frame). name is what messages call it:
// faults are *data.Error.
func ReadFeatures(name, path string, coefficients int) (x []float32, d int, err error) {
	f, size, err := open(name, path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	if size > maxFile {
		return nil, 0, data.Fault(name, 0, 0, "data.audio", "has %d bytes, more than the limit of %d; cut it into shorter utterances", size, maxFile)
	}
	src := make([]byte, size)
	if _, err := io.ReadFull(f, src); err != nil {
		return nil, 0, data.Fault(name, 0, 0, "data.audio", "can't be read: %v", data.Cause(err))
	}
	return DecodeFeatures(name, filepath.Ext(path), src, coefficients)
}

// DecodeFeatures is ReadFeatures of the bytes of a file with an ending.
func DecodeFeatures(name, ending string, src []byte, coefficients int) (x []float32, d int, err error) {
	var fault *data.Error
	switch strings.ToLower(ending) {
	case ".npy":
		x, d, fault = npy(name, src)
	case ".csv", ".tsv":
		x, d, fault = rows(name, src)
	case ".mfc", ".mfcc":
		x, d, fault = sphinx(name, src, coefficients)
	case ".wav", ".wave":
		fault = data.Fault(name, 0, 0, "data.features.kind", "is sound, and data.features.kind is files; set it to logmel or mfcc")
	default:
		fault = data.Fault(name, 0, 0, "data.features.kind", "the ending %s says nothing of the form; want %s", data.Quoted(ending), forms)
	}
	if fault != nil {
		return nil, 0, fault
	}
	return x, d, nil
}

// size refuses shapes that are beyond the limits.
func size(name string, T, d int64) *data.Error {
	switch {
	case T < 1 || d < 1:
		return data.Fault(name, 0, 0, "data.audio", "holds no frame: %d of %d numbers; remove it", T, d)
	case d > maxInputs:
		return data.Fault(name, 0, 0, "data.audio", "a frame has %d numbers, more than the limit of %d; is it [numbers, frames]? Want [frames, numbers]", d, maxInputs)
	case T > maxFrames || T*d > maxNumbers:
		return data.Fault(name, 0, 0, "data.audio", "has %d frames of %d numbers, more than the limit of %d frames and %d numbers; cut it into shorter utterances", T, d, maxFrames, maxNumbers)
	}
	return nil
}

// finite refuses numbers that are none, and those that float32 can't hold.
func finite(name string, v float64, at, d int) *data.Error {
	if v != v || math.Abs(v) > maxFloat {
		return data.Fault(name, 0, 0, "data.audio", "number %d of frame %d is %v; correct the file: nothing is learnt from what is no number of 32 bits", at%d+1, at/d+1, v)
	}
	return nil
}

// shaped is "[3, 4]".
func shaped(shape []int64) string {
	return strings.ReplaceAll(fmt.Sprint(shape), " ", ", ")
}
