package predict

import (
	"math"
	"slices"

	"recur/data"
	"recur/internal/kernel"
)

// choir is networks that say the same sentences together, at every step by the mean of their chances. It is a speaker.
type choir[F kernel.Float] struct {
	voices  []*steps[F]
	pool    *kernel.Pool
	extra   int                // the most symbols of a source that the vocabulary lacks
	block   int                // rows of z
	z       [][]F              // of each voice [block,V]; nil of a single one
	ranking *kernel.Ranking[F] // of a single voice
	desks   []desk[F]
}

// newChoir makes room for what networks say of a vocabulary, of whose symbols so many likeliest ones are looked at.
func newChoir[F kernel.Float](voices []*steps[F], ways int) *choir[F] {
	first := voices[0]
	v := first.d.vocabulary
	c := &choir[F]{voices: voices, pool: first.pool, block: min(first.rows, max(logitNumbers/v, logitRows))}
	if len(voices) == 1 {
		c.ranking = kernel.NewRanking(first.logits, ways)
	} else {
		for range voices {
			c.z = append(c.z, make([]F, c.block*v))
		}
	}
	c.desks = make([]desk[F], c.pool.Threads())
	for i := range c.desks {
		c.desks[i] = desk[F]{most: make([]F, 1), sum: make([]F, 1), ways: ways}
	}
	return c
}

// begin takes what each network has heard of the same batch.
func (c *choir[F]) begin(batches []*heardBatch[F]) {
	c.extra = 0
	for i, v := range c.voices {
		v.begin(batches[i])
	}
	for _, s := range batches[0].sources {
		c.extra = max(c.extra, s.copies.extra)
	}
	for i := range c.desks {
		if c.ranking == nil {
			c.desks[i].of = data.Grown(c.desks[i].of, c.voices[0].d.vocabulary+c.extra)
		}
	}
}

func (c *choir[F]) step(moves []move, never func(row int) []int32, hear func(row int, s scores[F])) {
	for _, v := range c.voices {
		v.move(moves)
	}
	c.speak(len(moves), query{never: never}, hear)
}

// query is what is asked of rows; nil asks nothing.
type query struct {
	never func(row int) []int32 // symbols that are not among the likeliest
	label func(row int) int32   // a symbol whose score is wanted
}

// deskRows is how many rows of a block one thread scores at a time.
const deskRows = 4

// speak has n rows heard, the features of which are made.
func (c *choir[F]) speak(n int, q query, hear func(row int, s scores[F])) {
	if c.ranking != nil {
		c.rank(n, q, hear)
		return
	}
	v := c.voices[0].d.vocabulary
	for first := 0; first < n; first += c.block {
		rows := min(c.block, n-first)
		for i, one := range c.voices {
			one.says(first, rows, c.z[i][:rows*v])
		}
		c.pool.Run((rows+deskRows-1)/deskRows, func(task, worker int) {
			for r := task * deskRows; r < min((task+1)*deskRows, rows); r++ {
				s := c.scored(first+r, r*v, &c.desks[worker])
				if q.label != nil {
					s.label, s.most = s.of[q.label(first+r)], slices.Max(s.of)
				}
				hear(first+r, s)
			}
		})
	}
}

// scored are the scores of a row by several networks, whose logits begin at so many numbers.
func (c *choir[F]) scored(row, at int, k *desk[F]) scores[F] {
	v, first := c.voices[0].d.vocabulary, c.voices[0]
	k.of = k.of[:v+first.sources[first.owners[row]].copies.extra]
	clear(k.of)
	out := scores[F]{of: k.of, chances: true}
	for i, one := range c.voices {
		if !one.add(row, 1/F(len(c.voices)), c.z[i][at:][:v], k) {
			out.scale = math.NaN()
		}
		out.weights = k.mean(out.weights, one.look(row), i)
	}
	return out
}

// mean joins what another network's attention weighs with that of those before it; of networks that look at other steps it keeps the first.
func (k *desk[F]) mean(sum, weights []F, before int) []F {
	if before == 0 {
		k.weights = append(k.weights[:0], weights...)
		if weights == nil {
			return nil
		}
		return k.weights
	}
	if len(sum) != len(weights) {
		return sum
	}
	for i, w := range weights {
		sum[i] += (w - sum[i]) / F(before+1)
	}
	return sum
}
