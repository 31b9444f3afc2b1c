package text

import (
	"math"

	"recur/data"
)

// cutText finds the ends of the parts of a text of n units.
func (r *reading) cutText(n int64) error {
	if limit := int64(r.source.Limit); limit > 0 {
		n = min(n, limit)
	}
	byFile := r.byFile()
	s := r.source.Split
	r.ends = [3]int64{n, n, n}
	switch {
	case n == 0 && (!byFile || r.inputs[0].part == data.Train):
		return data.Errors{data.Fault(r.name(), 0, 0, r.key, "holds no %s: there is nothing but white space", r.unit())}
	case s == nil && !byFile && r.source.Vocabulary != nil: // a file that is scored
		r.ends = [3]int64{0, 0, n}
	case s == nil && !byFile:
		return data.Errors{data.Fault(r.name(), 0, 0, "data.split", "nothing says which part of the text is for training; give data.split, or files for train, validation and test")}
	case s != nil && s.Steps && s.Train >= 1:
		r.ends[0] = min(n, int64(s.Train))
		r.ends[1] = min(n, r.ends[0]+int64(s.Validation))
		r.ends[2] = min(n, r.ends[1]+int64(s.Test))
	case s != nil && s.Steps:
		r.ends[1] = max(0, n-int64(s.Test))
		r.ends[0] = max(0, r.ends[1]-int64(s.Validation))
	case s != nil:
		r.ends[0] = share(s.Train, n)
		r.ends[1] = min(n, share(s.Train+s.Validation, n))
	}
	if r.tested() && s != nil && !s.Steps { // what is not for training is for validation
		r.ends[1] = n
	}
	if r.ends[0] == 0 && r.source.Vocabulary == nil {
		return data.Errors{data.Fault(r.name(), 0, 0, "data.split", "there are %s, and none of them is left for training; make validation and test smaller", data.Count(int(n), r.unit(), r.unit()+"s"))}
	}
	return nil
}

// share is that part of n, rounded down but for what floats get wrong.
func share(of float64, n int64) int64 { return int64(math.Floor(of*float64(n) + 1e-6)) }

func (r *reading) unit() string {
	switch r.tokens.Unit {
	case Byte, Word:
		return r.tokens.Unit
	}
	return Character
}

// tested says that the test part has a file of its own.
func (r *reading) tested() bool { return r.inputs[len(r.inputs)-1].part == data.Test }

// byFile says that the parts have files of their own.
func (r *reading) byFile() bool { return r.inputs[0].part != data.Undivided }

// cutDocuments gives every document its part.
func (r *reading) cutDocuments(parts []data.Part) error {
	if len(parts) == 0 {
		return data.Errors{data.Fault(r.name(), 0, 0, r.key, "holds no document: there is nothing but white space")}
	}
	r.drawn = parts
	if r.source.Split == nil && !r.byFile() && r.source.Vocabulary == nil {
		return data.Errors{data.Fault(r.name(), 0, 0, "data.split", "nothing says which documents are for training; give data.split, or files for train, validation and test")}
	}
	if r.source.Vocabulary != nil && r.source.Split == nil {
		return nil
	}
	divide, left := r.divider(parts)
	for i, p := range parts {
		if p <= data.Train && r.source.Split != nil {
			parts[i] = divide()
		}
	}
	if left == 0 {
		return data.Errors{data.Fault(r.name(), 0, 0, "data.split", "there are %s, and none of them is left for training; make validation and test smaller", data.Count(len(parts), "document", "documents"))}
	}
	return nil
}

// divider gives one document after the other its part, and tells how many are for training. What is drawn needs no list: a
// document gets a part with the chance that the places left in it are of all that are left, so that in the end each part is full.
func (r *reading) divider(parts []data.Part) (divide func() data.Part, training int) {
	open, named := 0, 0
	for _, p := range parts {
		if p <= data.Train {
			open++
		}
		if p == data.Train {
			named++
		}
	}
	if r.source.Split == nil {
		return nil, named
	}
	first, second, end := data.Borders(*r.source.Split, open, 1, r.tested())
	second = max(first, second)
	room := [4]int{first, second - first, max(0, end-second), open - max(end, second)}
	draw, all := data.Stream(r.source.Seed, "split"), open
	return func() data.Part {
		at := 0
		if r.source.Drawn {
			at = draw.IntN(max(1, all))
		}
		all--
		for i := range room {
			if at < room[i] {
				room[i]--
				return [...]data.Part{data.Train, data.Validation, data.Test, data.Undivided}[i]
			}
			at -= room[i]
		}
		return data.Undivided
	}, first
}
