package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

// some is a table with every kind of cell, empty ones, and two columns of one name.
func some() *Sheet {
	return &Sheet{
		Columns: []Column{{"series", Text}, {"step", Whole}, {"forecast", Number}, {"b", Number}, {"forecast", Number}},
		Rows: slices.Values([][]any{
			{"a, \"b\"\nc", 1, 12345679189.119, nil, -0.1},
			{nil, 2, 1e-300, math.MaxFloat64, nil},
			{"", 3, 0.1 + 0.2, 1.0, 5e-324},
		}),
	}
}

var names = []string{"series", "step", "forecast", "b", "forecast_"}

func TestCSVKeepsDigits(t *testing.T) {
	var b bytes.Buffer
	if err := some().WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(names, rows[0]); d != "" {
		t.Errorf("header (-want +got)\n%s", d)
	}
	i := 1
	for want := range some().Rows {
		for j, cell := range want {
			got := rows[i][j]
			if v, ok := cell.(float64); ok {
				if back, err := strconv.ParseFloat(got, 64); err != nil || back != v {
					t.Errorf("row %d, column %d: got %s, want %v", i, j, got, v)
				}
			} else if got != written(cell) {
				t.Errorf("row %d, column %d: got %q, want %v", i, j, got, cell)
			}
		}
		i++
	}
}

func TestParquetReadsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.PARQUET")
	if err := some().Create(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, field := range f.Root().Columns() {
		got = append(got, field.Name())
	}
	if d := cmp.Diff(names, got); d != "" {
		t.Errorf("columns (-want +got)\n%s", d)
	}
	rows := make([]parquet.Row, 10)
	n, err := f.RowGroups()[0].Rows().ReadRows(rows)
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	i := 0
	for want := range some().Rows {
		for j, cell := range want {
			switch v := rows[i][j]; cell := cell.(type) {
			case nil:
				if !v.IsNull() {
					t.Errorf("row %d, column %d: got %v, want null", i, j, v)
				}
			case string:
				if v.String() != cell {
					t.Errorf("row %d, column %d: got %v, want %v", i, j, v, cell)
				}
			case int:
				if v.Int64() != int64(cell) {
					t.Errorf("row %d, column %d: got %v, want %v", i, j, v, cell)
				}
			case float64:
				if v.Double() != cell {
					t.Errorf("row %d, column %d: got %v, want %v", i, j, v, cell)
				}
			}
		}
		i++
	}
	if n != i {
		t.Errorf("got %d rows, want %d", n, i)
	}
}

// A file that is there stays as it is, and a directory that is not there is told.
func TestCreateReplacesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "p.csv")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := some().Create(path); err == nil || err.Error() != path+" is there already; remove it, or take another name" {
		t.Errorf("got %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "mine" {
		t.Errorf("the file was changed to %q", b)
	}
	if err := some().Create(filepath.Join(dir, "none", "p.csv")); err == nil {
		t.Error("a directory that is not there: no error")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}
