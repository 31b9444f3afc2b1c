package pairs

import "recur/data/text"

// bytesOfPair is what a pair takes beside its letters and symbols: its places in lists and its name.
const bytesOfPair = 200

// Memory estimates the bytes that the pairs and their symbols take while a network is trained on them.
func (q *Prepared) Memory() int64 {
	s := &q.sides
	n := s.source.symbols.Bytes() + s.target.symbols.Bytes() + int64(4*(len(s.copied)+len(s.labels)))
	for i := range q.Set.Pairs {
		n += bytesOfPair + int64(len(q.Set.Pairs[i].Source)+len(q.Set.Pairs[i].Target))
		if q.Set.numbers != nil {
			n += 8 * int64(len(q.Set.numbers.Sequences[i].X))
		}
	}
	for _, words := range s.words {
		n += 24
		for _, w := range words {
			n += 16 + int64(len(w))
		}
	}
	return n
}

// MemoryToRead estimates the bytes that reading files of texts takes at its most, the bytes that a training keeps of them, and how many
// pairs there are: paths are those of a config, or of OpenOther. All are 0 for what can't be looked at. Of numbers labelled.MemoryToRead
// tells.
func (s *Source) MemoryToRead(paths []string) (reading, training, pairs int64) {
	reading, training, pairs = text.MemoryOf(paths)
	if s.Parallel != (Parallel{}) {
		pairs /= 2
	}
	return reading, training + (bytesOfPair-text.BytesOfText)*pairs, pairs
}
