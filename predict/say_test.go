package predict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/internal/kernel"
)

// saying is a network that says sequences, small and with random weights.
type saying struct {
	cell, attention, bridge      string
	layers, units, encoderLayers int
	bidirectional, copies, tied  bool
	shared                       bool
	front                        bool // convolutions, the first of which leaves every other step
	dtype                        string
}

const sayV, sayE = 11, 6 // symbols of either side, and the numbers of each

var sayMarks = marks{padding: 0, start: 1, end: 2, unknown: 3}

func (s saying) name() string {
	return fmt.Sprintf("%s-%s-%s-layers=%d-bi=%t-copy=%t-tied=%t-shared=%t", s.cell, s.attention, s.bridge, s.layers, s.bidirectional, s.copies, s.tied, s.shared)
}

func (s saying) model() configs.Model {
	return configs.Model{Cell: s.cell, HiddenSize: s.encoder(), Layers: max(1, s.encoderLayers), Bidirectional: s.bidirectional, Head: "every", EmbeddingSize: sayE,
		Elman: configs.Elman{Nonlinearity: "tanh"}}
}

// encoder is the number of units of a direction: where widths must meet half of the decoder's.
func (s saying) encoder() int {
	if s.bidirectional {
		return s.units / 2
	}
	return s.units
}

func (s saying) sizes() decoderSizes {
	outputs := 5
	if s.tied {
		outputs = sayE
	}
	return decoderSizes{cell: cellOf(configs.Model{Cell: s.cell}), nonlinearity: kernel.Tanh, layers: s.layers, hidden: s.units, memory: s.units, vocabulary: sayV, reads: sayE,
		outputs: outputs, attention: s.attention, bridge: s.bridge, copies: s.copies, tied: s.tied, shared: s.shared}
}

// weights are random ones by their names.
func (s saying) weights(seed uint64) map[string][]float64 {
	r, w := rand.New(rand.NewPCG(seed, 9)), map[string][]float64{}
	put := func(name string, n int) {
		w[name] = make([]float64, n)
		for i := range w[name] {
			w[name][i] = .7 * r.NormFloat64()
		}
	}
	recurrent := func(prefix, suffix string, in, h int) {
		g := cellOf(configs.Model{Cell: s.cell}).Gates()
		put(prefix+"weight_ih"+suffix, g*h*in)
		put(prefix+"weight_hh"+suffix, g*h*h)
		put(prefix+"bias_ih"+suffix, g*h)
		put(prefix+"bias_hh"+suffix, g*h)
	}
	d := s.sizes()
	put("embedding.weight", sayV*sayE)
	in := sayE
	for l := range max(1, s.encoderLayers) {
		recurrent("rnn.", fmt.Sprintf("_l%d", l), in, s.encoder())
		if s.bidirectional {
			recurrent("rnn.", fmt.Sprintf("_l%d_reverse", l), in, s.encoder())
		}
		in = d.memory
	}
	if !s.shared {
		put("decoder.embedding.weight", sayV*sayE)
	}
	in = sayE
	for l := range s.layers {
		recurrent("decoder.", fmt.Sprintf("_l%d", l), in, s.units)
		for _, state := range []string{"h", "c"} {
			put(fmt.Sprintf("bridge.%s_l%d.weight", state, l), d.hidden*d.memory)
			put(fmt.Sprintf("bridge.%s_l%d.bias", state, l), d.hidden)
		}
		in = s.units
	}
	put("attention.weight", d.memory*d.hidden)
	combine := "attention.combine"
	if s.attention == "none" {
		combine = "combine"
	}
	put(combine+".weight", d.outputs*d.features())
	put(combine+".bias", d.outputs)
	put("copy.weight", d.features())
	put("copy.bias", 1)
	put("head.weight", sayV*d.outputs)
	put("head.bias", sayV)
	for i := range w["head.bias"] {
		w["head.bias"][i] *= 2
	}
	return w
}

// spokenBy makes the network of the weights.
func spokenBy[F kernel.Float](t testing.TB, s saying, w map[string][]float64, threads int) *network[F] {
	t.Helper()
	var tensors []checkpoint.Tensor
	for name, values := range w {
		of := make([]F, len(values))
		for i, v := range values {
			of[i] = F(v)
		}
		tensors = append(tensors, checkpoint.FromFloats(name, []int{len(of)}, of))
	}
	d := s.sizes()
	n, err := newNetwork[F](s.model(), sizes{vocabulary: sayV, embedded: sayE, decoder: &d}, tensors, kernel.NewPool(threads))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// couples are examples of two sequences.
type couples struct {
	sources, said, labels, copied [][]int32
}

func (c *couples) Len() int                               { return len(c.sources) }
func (c *couples) Restore(int, []float64, []float64)      {}
func (c *couples) Called(i int) string                    { return fmt.Sprintf("pair %d", i+1) }
func (c *couples) Group(int) int                          { return 0 }
func (c *couples) Lengths() []int                         { return lengthsIn(c.sources) }
func (c *couples) SaidLengths() []int                     { return lengthsIn(c.labels) }
func (c *couples) Fill32(i []int, b *data.Batch[float32]) { fillCouples(c, i, b) }
func (c *couples) Fill64(i []int, b *data.Batch[float64]) { fillCouples(c, i, b) }

func lengthsIn(all [][]int32) (n []int) {
	for _, one := range all {
		n = append(n, len(one))
	}
	return n
}

func fillCouples[F data.Float](c *couples, index []int, b *data.Batch[F]) {
	t, s := 1, 1
	for _, i := range index {
		t, s = max(t, len(c.sources[i])), max(s, len(c.labels[i]))
	}
	b.ShapeTokens(len(index), t, false)
	b.ShapeSaid(s, true, true)
	for r, i := range index {
		b.Lengths[r], b.SaidLengths[r] = len(c.sources[i]), len(c.labels[i])
		for at := range t {
			b.Copied[at*b.N+r] = data.NoLabel
		}
		for at, id := range c.sources[i] {
			b.Tokens[at*b.N+r], b.Copied[at*b.N+r] = id, c.copied[i][at]
		}
		for at, id := range c.labels[i] {
			b.Said[at*b.N+r], b.Labels[at*b.N+r] = c.said[i][at], id
		}
		b.PadTokens(r, 0)
		b.PadSaid(r, 0)
	}
}

// someCouples are random ones; the truth of some holds copied words.
func someCouples(seed uint64, n int) *couples {
	r, c := rand.New(rand.NewPCG(seed, 3)), &couples{}
	for i := range n {
		var source, copied, said, labels []int32
		for range 1 + r.IntN(7) {
			source = append(source, int32(3+r.IntN(sayV-3)))
			copied = append(copied, []int32{-1, int32(4 + r.IntN(3)), sayV, int32(sayV + r.IntN(2))}[r.IntN(4)])
		}
		read := sayMarks.start
		for range r.IntN(5) {
			label := int32(3 + r.IntN(sayV-3))
			if at := r.IntN(len(copied)); copied[at] >= sayV {
				label = copied[at]
			}
			said, labels = append(said, read), append(labels, label)
			if read = label; read >= sayV {
				read = sayMarks.unknown
			}
		}
		if i%5 != 4 { // some have no truth
			said, labels = append(said, read), append(labels, sayMarks.end)
		} else {
			said, labels = nil, nil
		}
		c.sources, c.copied, c.said, c.labels = append(c.sources, source), append(c.copied, copied), append(c.said, said), append(c.labels, labels)
	}
	return c
}

// of are those that a network reads: without copying a truth is of its vocabulary.
func (c *couples) of(s saying) *couples {
	if s.copies {
		return c
	}
	out := *c
	out.labels = nil
	for _, labels := range c.labels {
		labels = slices.Clone(labels)
		for i, label := range labels {
			if label >= sayV {
				labels[i] = sayMarks.unknown
			}
		}
		out.labels = append(out.labels, labels)
	}
	return &out
}

var sayingKinds = func() (all []saying) {
	for i, cell := range []string{"lstm", "gru", "elman"} {
		for j, attention := range []string{"none", "dot", "general"} {
			for layers := 1; layers <= 2; layers++ {
				for _, copies := range []bool{false, true} {
					if copies && attention == "none" {
						continue
					}
					all = append(all, saying{cell: cell, attention: attention, bridge: []string{"dense", "copy", "zero"}[(i+j+layers)%3], layers: layers, encoderLayers: 3 - layers,
						units: 8, bidirectional: (i+j)%2 == 0, copies: copies, tied: (layers+j)%2 == 0 != copies, shared: layers == 2 && (layers+j)%2 == 0 != copies})
				}
			}
		}
	}
	return all
}()

// TestSay: whole searches and the chances of truths are what the equations give, written out for one sentence.
func TestSay(t *testing.T) {
	all := someCouples(5, 9)
	for i, s := range sayingKinds {
		c := all.of(s)
		t.Run(s.name(), func(t *testing.T) {
			w := s.weights(uint64(i))
			n := spokenBy[float64](t, s, w, 2)
			for _, o := range []SayOptions{
				{Beam: 1, MaxLength: 6},
				{Beam: 4, NBest: 3, LengthPenalty: 1, Attention: true, Unknown: "forbid", MaxLength: 5, NoRepeat: 2},
				{Beam: 3, LengthPenalty: .5, MaxLength: 4 * (i % 3)},
			} {
				got, err := sayAll([]*network[float64]{n}, data.Paired(c), o, sayMarks)
				if err != nil {
					t.Fatal(err)
				}
				agrees(t, c, got, []*plainNetwork{{s, w}}, o)
			}
		})
	}
}

// TestSayTogether: several networks say the mean of their chances.
func TestSayTogether(t *testing.T) {
	all := someCouples(6, 9)
	for _, s := range []saying{sayingKinds[3], sayingKinds[len(sayingKinds)-1]} {
		c := all.of(s)
		var networks []*network[float64]
		var plain []*plainNetwork
		for seed := range uint64(3) {
			w := s.weights(seed)
			networks, plain = append(networks, spokenBy[float64](t, s, w, 2)), append(plain, &plainNetwork{s, w})
		}
		o := SayOptions{Beam: 4, NBest: 2, LengthPenalty: 1, MaxLength: 6, Attention: true}
		got, err := sayAll(networks, data.Paired(c), o, sayMarks)
		if err != nil {
			t.Fatal(err)
		}
		agrees(t, c, got, plain, o)
	}
}

func agrees(t *testing.T, c *couples, got []Said, plain []*plainNetwork, o SayOptions) {
	t.Helper()
	r := rules{width: o.Beam, best: max(1, o.NBest), penalty: o.LengthPenalty, noRepeat: o.NoRepeat, weights: o.Attention, start: sayMarks.start, end: sayMarks.end,
		unknown: sayMarks.unknown, never: []int32{sayMarks.padding, sayMarks.start}, vocabulary: sayV}
	if o.Unknown == "forbid" {
		r.never = append(r.never, sayMarks.unknown)
	}
	close := cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b float64) bool { return a == b || math.Abs(a-b) < 1e-10 }),
		cmp.Comparer(func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-6 })}
	for i := range c.sources {
		p := &plainSpeaker{of: plain, source: c.sources[i], copied: c.copied[i], rows: [][]int32{nil}}
		want, err := beamSearch(r, speaker[float64](p), []int{o.limit(len(c.sources[i]))})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[0], got[i].Hypotheses, close); diff != "" {
			t.Errorf("pair %d: %s", i+1, diff)
		}
		var logp []float64
		hits := 0
		for at, label := range c.labels[i] {
			of := p.chances(c.said[i][:at+1])
			if logp = append(logp, math.Log(of[label])); of[label] == slices.Max(of) {
				hits++
			}
		}
		if got[i].Hits != hits {
			t.Errorf("pair %d: %d symbols of the truth are the likeliest, want %d", i+1, got[i].Hits, hits)
		}
		if diff := cmp.Diff(logp, got[i].LogP, close); diff != "" {
			t.Errorf("pair %d, the truth: %s", i+1, diff)
		}
	}
}

// TestSayBits: what is said of an example has the same bits beside any others, on any number of threads, in any order.
func TestSayBits(t *testing.T) {
	for _, i := range []int{1, 4, 9, len(sayingKinds) - 1} {
		s := sayingKinds[i]
		s.units = 24
		w := s.weights(3)
		for _, o := range []SayOptions{{Beam: 1}, {Beam: 5, NBest: 5, LengthPenalty: 1, Attention: true}} {
			c := someCouples(8, 130).of(s)
			want, err := sayAll([]*network[float32]{spokenBy[float32](t, s, w, 1)}, data.Paired(c), o, sayMarks)
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(4, 4))
			order := r.Perm(c.Len())[:97]
			n := spokenBy[float32](t, s, w, 3)
			for _, part := range [][]int{order, order[:1], order[1:7]} {
				some := &couples{}
				for _, i := range part {
					some.sources, some.copied, some.said, some.labels = append(some.sources, c.sources[i]), append(some.copied, c.copied[i]), append(some.said, c.said[i]), append(some.labels, c.labels[i])
				}
				got, err := sayAll([]*network[float32]{n}, data.Paired(some), o, sayMarks)
				if err != nil {
					t.Fatal(err)
				}
				for at, i := range part {
					if diff := cmp.Diff(want[i], got[at]); diff != "" {
						t.Fatalf("%s, beam %d: pair %d in another order of %d: %s", s.name(), o.Beam, i+1, len(part), diff)
					}
				}
			}
		}
	}
}

// TestSayFaults: what does not fit is told, not run.
func TestSayFaults(t *testing.T) {
	s := sayingKinds[len(sayingKinds)-1]
	w := s.weights(1)
	n := spokenBy[float64](t, s, w, 1)
	c := someCouples(1, 6)
	for _, o := range []SayOptions{{Beam: -1}, {Beam: 2, NBest: 3}, {MaxLength: -1}, {LengthPenalty: -1}, {LengthPenalty: math.NaN()}, {Unknown: "drop"}, {NoRepeat: -1}} {
		if _, err := sayAll([]*network[float64]{n}, data.Paired(c), o, sayMarks); err == nil {
			t.Errorf("options %+v are taken", o)
		}
	}
	for want, change := range map[string]func(c *couples){
		"symbol 0 of row":               func(c *couples) { c.sources[2] = []int32{sayV}; c.copied[2] = []int32{-1} },
		"is empty":                      func(c *couples) { c.sources[2], c.copied[2] = nil, nil },
		"of the truth of row":           func(c *couples) { c.said[2] = slices.Clone(c.said[2]); c.said[2][0] = 99 },
		"label 0 of row":                func(c *couples) { c.labels[2] = slices.Clone(c.labels[2]); c.labels[2][0] = sayV + 50 },
		"pair 3: what the network says": nil,
	} {
		c := someCouples(1, 6)
		n := n
		if change == nil {
			w := s.weights(1)
			w["embedding.weight"][sayE*int(c.sources[2][0])] = math.NaN()
			n = spokenBy[float64](t, s, w, 1)
			c.sources = [][]int32{{5}, {5}, c.sources[2]}
			c.sources[0][0], c.sources[1][0] = c.sources[2][0]^1, c.sources[2][0]^1
			c.copied, c.said, c.labels = [][]int32{{-1}, {-1}, c.copied[2]}, c.said[:3], [][]int32{nil, nil, nil}
			c.said = [][]int32{nil, nil, nil}
			c.sources[2] = []int32{c.sources[2][0]}
			c.copied[2] = []int32{-1}
		} else {
			change(c)
		}
		if _, err := sayAll([]*network[float64]{n}, data.Paired(c), SayOptions{}, sayMarks); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	for name, change := range map[string]func(s *decoderSizes){
		"model.attention dot": func(d *decoderSizes) { d.attention, d.hidden = "dot", 9 },
		"model.bridge copy":   func(d *decoderSizes) { d.bridge, d.hidden = "copy", 9 },
		"model.copy":          func(d *decoderSizes) { d.attention = "none" },
		"tie_embeddings":      func(d *decoderSizes) { d.outputs, d.tied = 9, true },
		"want none, dot":      func(d *decoderSizes) { d.attention = "additive" },
		"want dense":          func(d *decoderSizes) { d.bridge = "" },
		"1 or more of each":   func(d *decoderSizes) { d.layers = 0 },
		"attention.combine":   func(d *decoderSizes) { d.outputs++; d.tied = false },
	} {
		d := s.sizes()
		change(&d)
		var tensors []checkpoint.Tensor
		for name, values := range w {
			tensors = append(tensors, checkpoint.FromFloats(name, []int{len(values)}, values))
		}
		if _, err := newNetwork[float64](s.model(), sizes{vocabulary: sayV, embedded: sayE, decoder: &d}, tensors, nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
