package predict

import (
	"errors"

	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/internal/kernel"
)

// Say is what networks say of every example of p, together: at each step the chances of all are averaged. They have learnt of the same pairs.
func Say(all []*Model, p data.Paired, o SayOptions) ([]Said, error) {
	if len(all) == 0 {
		return nil, errors.New("predict: say: there is no network")
	}
	paired := all[0].State.Paired
	if paired == nil {
		return nil, errors.New("predict: say: the network says no sequence; its task is " + all[0].Config.Task)
	}
	v := paired.Target
	m := marks{v.Number(text.Padding), v.Number(text.Start), v.Number(text.End), v.Number(text.Unknown)}
	if _, ok := all[0].net.(*network[float64]); ok {
		return sayBy[float64](all, p, o, m)
	}
	return sayBy[float32](all, p, o, m)
}

// sayBy is Say of networks of one value type.
func sayBy[F kernel.Float](all []*Model, p data.Paired, o SayOptions, m marks) ([]Said, error) {
	var networks []*network[F]
	for _, one := range all {
		n, ok := one.net.(*network[F])
		if !ok || n.decoder == nil || n.decoder.vocabulary != one.State.Gives() {
			return nil, errors.New("predict: say: the networks have not learnt of the same pairs in one kind of numbers; open those of one run")
		}
		networks = append(networks, n)
	}
	return sayAll(networks, p, o, m)
}

// decoderOf are the sizes of the decoder that a config asks for, of so many symbols.
func decoderOf(m configs.Model, vocabulary int, shared bool) *decoderSizes {
	d := m.Decoder
	return &decoderSizes{
		cell: cellOf(configs.Model{Cell: d.Cell}), nonlinearity: activationOf(m.Elman.Nonlinearity), layers: d.Layers, hidden: d.HiddenSize,
		vocabulary: vocabulary, reads: m.EmbeddingSize, outputs: m.OutputSize, attention: m.Attention, bridge: m.Bridge, copies: m.Copy,
		shared: shared && m.TieEmbeddings, tied: m.TieEmbeddings,
	}
}
