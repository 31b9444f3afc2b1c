package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"recur/configs"
	"recur/data"
)

// sampler says which windows an epoch takes and in which order: a pure function of the seed and the epoch, so that any
// epoch can be entered anew.
type sampler struct {
	seed     uint64
	shuffle  bool
	balanced bool
	windows  int   // N
	pass     []int // one permutation
	lengths  []int // of the windows; nil: any may stand side by side
	size     int   // of a batch, of windows of like lengths
	streamed bool  // examples follow each other from pass to pass
	series   []portion
}

// portion is what one series has of the draws.
type portion struct {
	first, windows int     // its windows are first … first+windows-1
	upTo           float64 // sum of √windows of the series up to this one
}

func newSampler(c *configs.Config, part data.Examples) *sampler {
	_, streamed := part.(data.Streamed)
	s := &sampler{streamed: streamed, seed: c.Seed, shuffle: c.Train.Shuffle, balanced: c.Train.Sampling == "balanced", windows: part.Len()}
	if s.balanced {
		s.series = portionsOf(part)
	} else if s.shuffle {
		s.lengths, s.size = data.AlikeLengths(part), max(1, min(c.Train.BatchSize, s.windows))
	}
	return s
}

// portionsOf gives an example the chance 1/√n, where n is how many its group has: a group then has √n.
func portionsOf(e data.Examples) []portion {
	var all []portion
	sum := 0.0
	for from := 0; from < e.Len(); {
		to := from
		for to < e.Len() && e.Group(to) == e.Group(from) {
			to++
		}
		sum += math.Sqrt(float64(to - from))
		all = append(all, portion{from, to - from, sum})
		from = to
	}
	return all
}

// draw writes the windows of an epoch; earlier epochs have drawn so many.
func (s *sampler) draw(order []int, epoch, drawn int) {
	if s.balanced {
		s.chances(order, epoch)
		return
	}
	if s.streamed {
		for i := range order {
			order[i] = drawn + i
		}
		return
	}
	s.pass = slices.Grow(s.pass[:0], s.windows)[:s.windows]
	for len(order) > 0 {
		s.permute(drawn / s.windows)
		n := copy(order, s.pass[drawn%s.windows:])
		order, drawn = order[n:], drawn+n
	}
}

// permute writes the order of one pass. Examples of several lengths come in batches of alike ones.
func (s *sampler) permute(pass int) {
	if s.lengths == nil {
		permute(s.pass, s.seed, pass, s.shuffle)
		return
	}
	all := s.pass[:0]
	var short []int // the one batch that is not full ends the pass, so that those before it are whole
	for _, batch := range data.ByLength(s.lengths, s.size, s.seed, pass) {
		if len(batch) < s.size {
			short = batch
			continue
		}
		all = append(all, batch...)
	}
	copy(s.pass[len(all):], short)
}

// chances draws with replacement, from the stream of the epoch: a series by its portion, then one of its windows.
func (s *sampler) chances(order []int, epoch int) {
	r := stream(s.seed, "balanced", uint64(epoch))
	last := len(s.series) - 1
	for i := range order {
		u := float64(r.Uint64()>>11) / (1 << 53) * s.series[last].upTo
		of := s.series[min(last, sort.Search(last, func(j int) bool { return u < s.series[j].upTo }))]
		order[i] = of.first + int(r.Uint64()%uint64(of.windows))
	}
	if !s.shuffle {
		slices.Sort(order)
	}
}

// permute writes the windows 0…n-1 of one pass into order, shuffled by a stream that belongs to the seed and the pass
// alone. The shuffle (Fisher and Yates) is written out here so that it stays the same for ever.
func permute(order []int, seed uint64, pass int, shuffle bool) {
	for i := range order {
		order[i] = i
	}
	if !shuffle {
		return
	}
	r := stream(seed, "shuffle", uint64(pass))
	for i := len(order) - 1; i > 0; i-- {
		j := int(r.Uint64() % uint64(i+1)) // the bias, below n/2⁶⁴, is nothing
		order[i], order[j] = order[j], order[i]
	}
}

// stream returns the named random stream of a seed with a counter: independent generators from one number.
func stream(seed uint64, name string, counter uint64) *rand.PCG {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	return rand.NewPCG(mix(seed^h), mix(mix(seed+h)+counter))
}

// mix is the finaliser of splitmix64: every bit of the input reaches every bit of the result.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
