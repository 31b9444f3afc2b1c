package runs

import (
	"bytes"
	"errors"

	"recur/checkpoint"
)

// startName is the file of a run that began with weights of another network: these weights, as they were taken. A second training of
// the run, for its refit or for `verify`, begins with them again, whatever has become of the other network.
const startName = "start.safetensors"

// fromKey is the metadata that say, as JSON, where the weights are from and what was taken.
const fromKey = "from"

// MayKeepStart says whether there is a place for the weights that a run begins with.
func (r RunDir) MayKeepStart() error { return r.free([]string{startName}) }

// KeepStart writes the weights that a run begins with, and what is told of them.
func (r RunDir) KeepStart(weights []checkpoint.Tensor, from string) error {
	var b bytes.Buffer
	if err := checkpoint.EncodeSafetensors(&b, weights, map[string]string{"format": "pt", fromKey: from}); err != nil {
		return err
	}
	if r.hasOwn(startName) && r.Equals(startName, b.Bytes()) {
		return nil
	}
	return r.Unwritten(r.Write(startName, b.Bytes()))
}

// Start reads the weights that a run began with; nil where it began with none of another network.
func (r RunDir) Start() (weights []checkpoint.Tensor, from string, err error) {
	if !r.hasOwn(startName) {
		return nil, "", nil
	}
	b, err := r.Read(startName)
	var metadata map[string]string
	if err == nil {
		weights, metadata, err = checkpoint.DecodeSafetensors(b)
	}
	if err == nil && len(weights) == 0 {
		err = errors.New("it holds no weights")
	}
	if err != nil {
		return nil, "", &checkpoint.Error{Path: r.Path(startName), Reason: "can't be read as the weights that the run began with: " + err.Error(), Advice: "restore it from a backup, or train anew", Err: err}
	}
	return weights, metadata[fromKey], nil
}
