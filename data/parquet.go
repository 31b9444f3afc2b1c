package data

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/parquet-go/parquet-go"
)

// IsParquet tells such a file by its first bytes.
func IsParquet(src []byte) bool { return bytes.HasPrefix(src, []byte("PAR1")) }

// parquetFile is a file of Parquet while it is made CSV.
type parquetFile struct {
	name    string
	columns []*parquetColumn
	read    bool // a column is
	out     []byte
}

// parquetColumn is one column of it.
type parquetColumn struct {
	*parquet.Column
	wanted bool
	write  func(out []byte, v parquet.Value) ([]byte, error)
	cells  parquetCells
}

// parquetCSV makes CSV of Parquet: numbers are the shortest texts that read back as they are, true and false are 1 and 0, dates and times
// ISO 8601 with as many digits as the column needs, null is empty.
func parquetCSV(name string, src []byte, wanted choice) (made *CSV, err error) {
	broken := func(err any) error {
		return Errors{Fault(name, 0, 0, "data.csv", "can't be read as Parquet: %v; is it whole?", err)}
	}
	defer func() { // the library panics at some files that are not whole
		if fault := recover(); fault != nil {
			made, err = nil, broken(fault)
		}
	}()
	f, err := parquet.OpenFile(bytes.NewReader(src), int64(len(src)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, broken(err)
	}
	p, made := &parquetFile{name: name}, &CSV{}
	if err := p.header(f, wanted, made); err != nil {
		return nil, err
	}
	if err := p.rows(f.NumRows()); err != nil {
		return nil, broken(err)
	}
	if len(p.out) > maxFile {
		return nil, Errors{Fault(name, 0, 0, "data.csv", "has more bytes, as text, than the limit of %d; cut it into several files, or leave columns out", int64(maxFile))}
	}
	made.Text = p.out
	return made, nil
}

// header finds the columns, how they are written, and writes their names.
func (p *parquetFile) header(f *parquet.File, wanted choice, made *CSV) error {
	bad := Faults{File: p.name, Rowed: true}
	zones := pandasZones(f)
	root := f.Root().Columns()
	if len(root) == 0 || len(root) > maxColumns {
		bad.Add(0, 0, "data.csv", "has %s, want 1 to %d", Count(len(root), "column", "columns"), maxColumns)
		return bad.Err()
	}
	for i, c := range root {
		column := &parquetColumn{Column: c, wanted: wanted.has(c.Name(), i) && !(wanted.flat && nested(c))}
		if column.wanted {
			p.read = true
			column.choose(&bad, zones[c.Name()])
		}
		p.columns = append(p.columns, column)
		made.numbers = append(made.numbers, column.write != nil && isNumber(c))
		p.field(i, c.Name())
	}
	p.out = append(p.out, '\n')
	return bad.Err()
}

// nested says that a column holds more than a value a row.
func nested(c *parquet.Column) bool { return !c.Leaf() || c.Repeated() }

// choose decides how the values of a column are written.
func (c *parquetColumn) choose(bad *Faults, zone *time.Location) {
	if nested(c.Column) {
		bad.Add(0, 0, "data.csv", "column %s holds lists or records, want a value a row; write what is in them to columns of their own", Quoted(c.Name()))
		return
	}
	var err error
	switch c.write, err = writerOf(c.Column, zone); {
	case err != nil:
		bad.Add(0, 0, "data.csv", "column %s can't be read as Parquet: %v; is the file whole?", Quoted(c.Name()), err)
	case c.write == nil:
		bad.Add(0, 0, "data.csv", "column %s is of the type %v, which is not read; want numbers, text, dates or times", Quoted(c.Name()), c.Type())
	}
	c.cells.column = c.Column
}

// rows writes so many rows. The columns are read beside each other, a page of each at a time.
func (p *parquetFile) rows(n int64) error {
	for _, c := range p.columns {
		defer c.cells.close()
	}
	for row := int64(1); row <= n && p.read && len(p.out) <= maxFile; row++ {
		for i, c := range p.columns {
			if i > 0 {
				p.out = append(p.out, ',')
			}
			if !c.wanted {
				continue
			}
			if err := p.cell(c); err != nil {
				return fmt.Errorf("column %s, row %d: %w", Quoted(c.Name()), row, err)
			}
		}
		p.out = append(p.out, '\n')
	}
	return nil
}

// cell writes the next value of a column.
func (p *parquetFile) cell(c *parquetColumn) error {
	v, err := c.cells.next()
	if err != nil {
		return err
	}
	if !v.IsNull() {
		p.out, err = c.write(p.out, v)
	} else if len(p.columns) == 1 {
		p.out = appendField(p.out, "", true)
	}
	return err
}

func (p *parquetFile) field(i int, text string) {
	if i > 0 {
		p.out = append(p.out, ',')
	}
	p.out = appendField(p.out, text, true)
}

// parquetCells reads the values of a column one by one.
type parquetCells struct {
	column *parquet.Column
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buffer []parquet.Value
	have   []parquet.Value // of the buffer, not yet read
}

// next is the next value, valid until the one after it.
func (c *parquetCells) next() (parquet.Value, error) {
	for len(c.have) == 0 {
		if err := c.fill(); err != nil {
			return parquet.Value{}, err
		}
	}
	v := c.have[0]
	c.have = c.have[1:]
	return v, nil
}

// fill reads some values, or turns to the next page.
func (c *parquetCells) fill() (err error) {
	if c.pages == nil {
		c.pages, c.buffer = c.column.Pages(), make([]parquet.Value, 512)
	}
	if c.values != nil {
		n, err := c.values.ReadValues(c.buffer)
		if c.have = c.buffer[:n]; n > 0 {
			return nil
		}
		if err != nil && err != io.EOF {
			return err
		}
		parquet.Release(c.page)
		c.values = nil
	}
	if c.page, err = c.pages.ReadPage(); err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	if err == nil {
		c.values = c.page.Values()
	}
	return err
}

func (c *parquetCells) close() {
	if c.pages != nil {
		c.pages.Close()
	}
}
