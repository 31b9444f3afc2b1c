package task

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Figure is a number with a name; nil, JSON's null, where it has no meaning.
type Figure struct {
	Name  string
	Value *float64
}

// Figures are a JSON object of numbers that keeps its order.
type Figures []Figure

// Value is the number of a name, nil where there is none.
func (f Figures) Value(name string) *float64 {
	for _, one := range f {
		if one.Name == name {
			return one.Value
		}
	}
	return nil
}

// MarshalJSON writes an object.
func (f Figures) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, one := range f {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(one.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(one.Value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Figures) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return errors.Join(err, errors.New("want an object of numbers"))
	}
	*f = Figures{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		one := Figure{Name: name.(string)}
		if err := d.Decode(&one.Value); err != nil {
			return err
		}
		*f = append(*f, one)
	}
	return nil
}
