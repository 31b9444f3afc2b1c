package labelled

import (
	"recur/configs"
	"recur/data"
)

// bytesOfSequence is what a sequence takes beside its numbers, as measured: its names, and its places in lists.
const bytesOfSequence = 250

// Memory estimates the bytes that the sequences take while a network is trained on them.
func (q *Prepared) Memory() int64 {
	n := int64(0)
	for i := range q.Set.Sequences {
		n += bytesOfSequence + 8*int64(len(q.Set.Sequences[i].X)+len(q.Set.Sequences[i].Values))
	}
	return n
}

// MemoryToRead estimates the bytes that reading a file takes at its most, or with "" the files of a config, the bytes that a
// training keeps of it, and its rows (lines), from its size and its first lines. All are 0 for generated data, and for a file of
// which this can't be told: it is missing, or a pipe.
func MemoryToRead(c *configs.Config, path string) (reading, training, rows int64) {
	files := []string{path}
	if path == "" {
		files = c.Data.Files().All()
	}
	largest := int64(0)
	for _, f := range files {
		size, line, fields := data.Shape(f)
		if size == 0 {
			continue
		}
		n := max(1, int64(float64(size)/max(1, line)))
		if line == 0 {
			n = 1 // longer than what is looked at
		}
		rows += n
		training += 8 * int64(float64(size)*fields)
		if c.Data.Sequence == "" || c.Data.Steps > 0 { // a row a sequence
			training += bytesOfSequence * n
		} else {
			training += bytesOfLine * n
		}
		if len(c.Data.Time) > 0 {
			reading += bytesOfStamp * n
		}
		largest = max(largest, size)
	}
	return largest + reading + training + training/4, training, rows // sequences grow row by row
}

// What a row of the long form takes while it is read: where it stands, and its time stamp.
const (
	bytesOfLine  = 8
	bytesOfStamp = 80
)
