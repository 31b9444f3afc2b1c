package train

import "math/rand/v2"

// permute writes the order of an epoch's windows into order: 0…n-1 shuffled by a stream that belongs to the seed and the
// epoch alone, so that any epoch can be entered anew. The shuffle (Fisher and Yates) is written out here so that it stays
// the same for ever.
func permute(order []int, seed uint64, epoch int, shuffle bool) {
	for i := range order {
		order[i] = i
	}
	if !shuffle {
		return
	}
	r := stream(seed, "shuffle", uint64(epoch))
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
