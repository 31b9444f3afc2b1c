package sheet

import (
	"io"

	"github.com/parquet-go/parquet-go"
)

// WriteParquet writes columns of strings, 64-bit integers and doubles, each of which may be null, compressed by Snappy.
func (s *Sheet) WriteParquet(w io.Writer) error {
	names := s.distinct()
	root := columns{Group: parquet.Group{}, names: names}
	for i, c := range s.Columns {
		root.Group[names[i]] = parquet.Compressed(parquet.Optional(leaf(c.Kind)), &parquet.Snappy)
	}
	out := parquet.NewGenericWriter[any](w, parquet.NewSchema("predictions", root))
	line := make(parquet.Row, len(names))
	for row := range s.Rows {
		for i, cell := range row {
			line[i] = value(cell, i)
		}
		if _, err := out.WriteRows([]parquet.Row{line}); err != nil {
			return err
		}
	}
	return out.Close()
}

func leaf(k Kind) parquet.Node {
	switch k {
	case Whole:
		return parquet.Int(64)
	case Number:
		return parquet.Leaf(parquet.DoubleType)
	}
	return parquet.String()
}

// value is a cell of column i: level 1 of what may be null, or 0 where it is.
func value(cell any, i int) parquet.Value {
	if cell == nil {
		return parquet.NullValue().Level(0, 0, i)
	}
	if v, whole := cell.(int); whole {
		cell = int64(v)
	}
	return parquet.ValueOf(cell).Level(0, 1, i)
}

// columns is a group whose columns keep their order; a Group orders them by name.
type columns struct {
	parquet.Group
	names []string
}

// Fields are the columns in their order.
func (c columns) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range c.Group.Fields() {
		byName[f.Name()] = f
	}
	ordered := make([]parquet.Field, len(c.names))
	for i, name := range c.names {
		ordered[i] = byName[name]
	}
	return ordered
}
