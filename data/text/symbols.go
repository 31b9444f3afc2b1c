package text

// Symbols is a long sequence of numbers of symbols in one, two or four bytes each, as the vocabulary needs. It grows in pages,
// so that no more than a page is ever copied or too much.
type Symbols struct {
	n      int
	bytes  []page[uint8]
	shorts []page[uint16]
	longs  []page[int32]
	width  int
}

type page[E uint8 | uint16 | int32] []E

// pageSize is the number of symbols of a full page.
const pageSize = 1 << 16

// NewSymbols is an empty sequence of symbols below v.
func NewSymbols(v int) *Symbols {
	switch {
	case v <= 1<<8:
		return &Symbols{width: 1}
	case v <= 1<<16:
		return &Symbols{width: 2}
	}
	return &Symbols{width: 4}
}

// Len is the number of symbols; a nil sequence has none.
func (s *Symbols) Len() int {
	if s == nil {
		return 0
	}
	return s.n
}

// Bytes is the memory that they take.
func (s *Symbols) Bytes() int64 {
	if s == nil {
		return 0
	}
	return int64(s.n) * int64(s.width)
}

// At is symbol i.
func (s *Symbols) At(i int) int32 {
	switch s.width {
	case 1:
		return int32(s.bytes[i/pageSize][i%pageSize])
	case 2:
		return int32(s.shorts[i/pageSize][i%pageSize])
	}
	return s.longs[i/pageSize][i%pageSize]
}

// Copy writes the symbols from i on to dst and returns how many there were.
func (s *Symbols) Copy(dst []int32, i int) int {
	n := min(len(dst), s.n-i)
	for j := range n {
		dst[j] = s.At(i + j)
	}
	return n
}

// Append puts symbols behind the last.
func (s *Symbols) Append(all ...int32) {
	s.n += len(all)
	switch s.width {
	case 1:
		s.bytes = extend(s.bytes, all)
	case 2:
		s.shorts = extend(s.shorts, all)
	default:
		s.longs = extend(s.longs, all)
	}
}

func extend[E uint8 | uint16 | int32](pages []page[E], all []int32) []page[E] {
	for len(all) > 0 {
		last := len(pages) - 1
		if last < 0 || len(pages[last]) == pageSize {
			room := 0
			if last >= 0 {
				room = pageSize // the first page grows: most texts are short
			}
			pages, last = append(pages, make(page[E], 0, room)), last+1
		}
		n := min(len(all), pageSize-len(pages[last]))
		for _, v := range all[:n] {
			pages[last] = append(pages[last], E(v))
		}
		all = all[n:]
	}
	return pages
}
