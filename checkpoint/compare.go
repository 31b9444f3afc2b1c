package checkpoint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
)

// Differences names what differs, by its bits, between two checkpoints that should be the same state of the same
// training; nil when nothing does. Names, programs, configs and the mark of the best are not looked at.
func Differences(a, b *Checkpoint) []string {
	d := &differences{}
	d.value("step", reflect.ValueOf(a.Step), reflect.ValueOf(b.Step))
	d.value("epoch", reflect.ValueOf(a.Epoch), reflect.ValueOf(b.Epoch))
	d.value("train loss", reflect.ValueOf(a.TrainLoss), reflect.ValueOf(b.TrainLoss))
	d.value("validation loss", reflect.ValueOf(a.ValidationLoss), reflect.ValueOf(b.ValidationLoss))
	d.found = append(d.found, TensorDifferences(a.Weights, b.Weights)...)
	if a.Training == nil || b.Training == nil {
		return d.found
	}
	d.found = append(d.found, TensorDifferences(a.Training.Moments, b.Training.Moments)...)
	d.found = append(d.found, TensorDifferences(a.Training.Tensors, b.Training.Tensors)...)
	x, y := *a.Training, *b.Training
	x.Moments, y.Moments, x.Tensors, y.Tensors = nil, nil, nil, nil
	d.value("training", reflect.ValueOf(x), reflect.ValueOf(y))
	return d.found
}

// TensorDifferences names the tensors that are not there twice with the same bits.
func TensorDifferences(a, b []Tensor) []string {
	var found []string
	for _, x := range a {
		y, ok := Find(b, x.Name)
		switch {
		case !ok:
			found = append(found, x.Name+": only in the first")
		case x.DType != y.DType || !slices.Equal(x.Shape, y.Shape):
			found = append(found, fmt.Sprintf("%s: %s %v and %s %v", x.Name, x.DType, x.Shape, y.DType, y.Shape))
		case !bytes.Equal(x.Data, y.Data):
			found = append(found, fmt.Sprintf("%s: %d of its %d values", x.Name, unequal(x, y), x.Len()))
		}
	}
	for _, y := range b {
		if _, ok := Find(a, y.Name); !ok {
			found = append(found, y.Name+": only in the second")
		}
	}
	return found
}

// unequal counts the values that differ.
func unequal(x, y Tensor) int {
	size, n := len(x.Data)/max(1, x.Len()), 0
	for i := 0; i+size <= len(x.Data) && size > 0; i += size {
		if !bytes.Equal(x.Data[i:i+size], y.Data[i:i+size]) {
			n++
		}
	}
	return n
}

// differences gathers what differs, by its place.
type differences struct{ found []string }

func (d *differences) say(place string, a, b any) {
	if len(d.found) < 100 {
		d.found = append(d.found, fmt.Sprintf("%s: %v and %v", place, a, b))
	}
}

// value compares two values of one type. Floats are compared by their bits, so that a NaN equals itself.
func (d *differences) value(place string, a, b reflect.Value) {
	if raw, ok := a.Interface().(json.RawMessage); ok {
		if other, _ := b.Interface().(json.RawMessage); !bytes.Equal(raw, other) {
			d.say(place, string(raw), string(other))
		}
		return
	}
	switch a.Kind() {
	case reflect.Float64:
		if math.Float64bits(a.Float()) != math.Float64bits(b.Float()) && !(math.IsNaN(a.Float()) && math.IsNaN(b.Float())) {
			d.say(place, a, b)
		}
	case reflect.Struct:
		for i := range a.NumField() {
			d.value(place+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	case reflect.Slice:
		if a.Len() != b.Len() {
			d.say(place, fmt.Sprint(a.Len(), " items"), fmt.Sprint(b.Len(), " items"))
			return
		}
		for i := range a.Len() {
			d.value(fmt.Sprintf("%s[%d]", place, i), a.Index(i), b.Index(i))
		}
	case reflect.Map:
		d.maps(place, a, b)
	default:
		if !a.Equal(b) {
			d.say(place, a, b)
		}
	}
}

func (d *differences) maps(place string, a, b reflect.Value) {
	keys := append(a.MapKeys(), b.MapKeys()...)
	slices.SortFunc(keys, func(x, y reflect.Value) int { return bytes.Compare([]byte(x.String()), []byte(y.String())) })
	keys = slices.CompactFunc(keys, func(x, y reflect.Value) bool { return x.String() == y.String() })
	for _, key := range keys {
		x, y := a.MapIndex(key), b.MapIndex(key)
		if !x.IsValid() || !y.IsValid() {
			d.say(place+"."+key.String(), x.IsValid(), y.IsValid())
			continue
		}
		d.value(place+"."+key.String(), x, y)
	}
}
