"""Writes said.json: networks that say or align a second sequence, as PyTorch computes them in float64.

    python said.py > said.json        (torch 2, numpy)

Weights, data and digests are those of golden.py; lengths and labels are made as said_test.go and aligned_test.go make them.
"""

import json

import torch
from golden import digest, values
from torch.nn.functional import ctc_loss, embedding, linear, pad
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

KINDS = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
SYMBOLS, EMBEDDING, HIDDEN, OUTPUTS = 9, 3, 4, 5


def whole(stream, count, *shape):
    return torch.floor((values(stream, *shape) + 0.5) * count).long()


def matrix(*shape):
    return torch.nn.Parameter(torch.zeros(*shape))


def named(prefix, rnn):
    return [(prefix + n, p) for n, p in rnn.named_parameters()]


def packed(rnn, x, lengths, state=None):
    y, state = rnn(pack_padded_sequence(x, lengths, enforce_sorted=False), state)
    return pad_packed_sequence(y, total_length=len(x))[0], state


def fill(params, c, scale):
    for i, (name, p) in enumerate(params):
        p.data.copy_(values(i, *p.shape) * scale)
        if name.endswith("embedding.weight"):
            p.data[0] = 0


class Said:
    """An encoder and a decoder. The order of the weights is that of recur."""

    def __init__(self, c):
        self.c, dirs, cell = c, 2 if c["both"] else 1, c["cell"]
        units, outputs = HIDDEN // dirs, EMBEDDING if c["tied"] else OUTPUTS
        self.encoder = KINDS[cell](EMBEDDING, units, c["encoders"], bidirectional=c["both"])
        self.decoder = KINDS[cell](EMBEDDING, HIDDEN, c["decoders"])
        looks = c["attention"] != "none"
        reads = 2 * HIDDEN if looks else HIDDEN
        p = {"embedding.weight": matrix(SYMBOLS, EMBEDDING), **dict(named("rnn.", self.encoder))}
        if c["bridge"] == "dense":
            for l in range(c["decoders"]):
                for s in "hc" if cell == "lstm" else "h":
                    p[f"bridge.{s}_l{l}.weight"], p[f"bridge.{s}_l{l}.bias"] = matrix(HIDDEN, HIDDEN), matrix(HIDDEN)
        if not (c["shared"] and c["tied"]):
            p["decoder.embedding.weight"] = matrix(SYMBOLS, EMBEDDING)
        p.update(named("decoder.", self.decoder))
        if c["attention"] == "general":
            p["attention.weight"] = matrix(HIDDEN, HIDDEN)
        self.combine = "attention.combine" if looks else "combine"
        p[self.combine + ".weight"], p[self.combine + ".bias"] = matrix(outputs, reads), matrix(outputs)
        if c["copies"]:
            p["copy.weight"], p["copy.bias"] = matrix(1, reads), matrix(1)
        if not c["tied"]:
            p["head.weight"] = matrix(SYMBOLS, outputs)
        p["head.bias"] = matrix(SYMBOLS)
        self.p = p
        fill(p.items(), c, 2 / (HIDDEN // dirs) ** 0.5)

    def data(self):
        c, (steps, said, rows) = self.c, (self.c["steps"], self.c["said"], len(self.c["lengths"]))
        labels, read, tokens = whole(103, SYMBOLS, said, rows), whole(104, SYMBOLS, said, rows), whole(100, SYMBOLS, steps, rows)
        copied = whole(105, SYMBOLS + 3, steps, rows)
        copied[copied == SYMBOLS + 2] = -1
        if c["copies"]:
            copied[0], labels[0] = SYMBOLS + 1, SYMBOLS + 1
            for r in range(rows):
                for t in range(c["lengths"][r]):
                    if 0 <= copied[t, r] < SYMBOLS and c["saids"][r] > 1:
                        labels[1, r] = copied[t, r]
        for r, n in enumerate(c["lengths"]):
            tokens[n:, r], copied[n:, r] = 0, -1
        for r, n in enumerate(c["saids"]):
            read[n:, r], labels[n:, r] = 0, -1
        return tokens, copied, read, labels

    def chances(self):
        """Of every label its logarithm, [S,B], 0 where none counts, and of the smoothed loss what it takes away."""
        c, p = self.c, self.p
        tokens, copied, read, labels = self.data()
        lengths, saids = torch.tensor(c["lengths"]), torch.tensor(c["saids"])
        memory, state = packed(self.encoder, embedding(tokens, p["embedding.weight"], padding_idx=0), lengths)
        h, cell = state if c["cell"] == "lstm" else (state, None)
        side = lambda s: torch.cat([s[-2], s[-1]], 1) if c["both"] else s[-1]
        first = []
        for s in "hc" if c["cell"] == "lstm" else "h":
            if c["bridge"] == "dense":
                first.append(torch.stack([torch.tanh(linear(side(h), p[f"bridge.{s}_l{l}.weight"], p[f"bridge.{s}_l{l}.bias"])) for l in range(c["decoders"])]))
            elif c["bridge"] == "copy":
                first.append(side(h if s == "h" else cell)[None].repeat(c["decoders"], 1, 1))
            else:
                first.append(torch.zeros(c["decoders"], len(lengths), HIDDEN))
        table = p.get("decoder.embedding.weight", p["embedding.weight"])
        states, _ = packed(self.decoder, embedding(read, table, padding_idx=0), saids, tuple(first) if c["cell"] == "lstm" else first[0])
        seen, shares = states, None
        if c["attention"] != "none":
            q = linear(states, p["attention.weight"]) if c["attention"] == "general" else states
            scores = torch.einsum("sbh,tbh->sbt", q, memory)
            scores = scores.masked_fill(torch.arange(len(tokens))[None, None] >= lengths[None, :, None], -torch.inf)
            shares = torch.softmax(scores, 2)
            seen = torch.cat([torch.einsum("sbt,tbh->sbh", shares, memory), states], 2)
        features = torch.tanh(linear(seen, p[self.combine + ".weight"], p[self.combine + ".bias"]))
        chances = torch.softmax(linear(features, p.get("head.weight", table if c["tied"] else None), p["head.bias"]), 2)
        if c["copies"]:
            gate = torch.sigmoid(linear(seen, p["copy.weight"], p["copy.bias"]))
            spread = pad(chances, (0, 2)) * gate
            for t in range(len(tokens)):
                at = copied[t].clamp(min=0)
                spread = spread + torch.nn.functional.one_hot(at, SYMBOLS + 2)[None] * ((1 - gate) * shares[:, :, t : t + 1]) * (copied[t] >= 0)[None, :, None]
            chances = spread
        real = labels >= 0
        log = torch.log(chances.gather(2, labels.clamp(min=0)[..., None])[..., 0])
        return torch.where(real, log, 0.0)

    def loss(self):
        log = self.chances()
        return -log.sum() / sum(self.c["saids"]), log


class Heard:
    """A convolution, a recurrent layer and labels that are aligned."""

    def __init__(self, c):
        self.c = c
        self.conv, self.norm = torch.nn.Conv1d(3, 5, 3, 2, 1), torch.nn.LayerNorm(5)
        self.rnn = KINDS[c["cell"]](5, 4, bidirectional=True)
        self.head = torch.nn.Linear(8, 4)
        self.p = dict(named("front.0.", self.conv) + [("front.0.norm." + n, p) for n, p in self.norm.named_parameters()] + named("rnn.", self.rnn) + named("head.", self.head))
        fill(self.p.items(), c, 1.0)

    def loss(self):
        c, rows = self.c, len(self.c["lengths"])
        x, lengths = values(100, c["steps"], rows, 3) * 4, torch.tensor(c["lengths"])
        for r, n in enumerate(c["lengths"]):
            x[n:, r] = 0
        labels = whole(103, 3, c["said"], rows) + 1
        for r, n in enumerate(c["saids"]):
            if n > 1:
                labels[1, r] = labels[0, r]
        y = torch.tanh(self.norm(self.conv(x.permute(1, 2, 0)).permute(2, 0, 1)))
        left = (lengths + 1) // 2
        y, _ = packed(self.rnn, y, left)
        nats = ctc_loss(torch.log_softmax(self.head(y), 2), labels.T, left, torch.tensor(c["saids"]), reduction="none")
        return nats.mean(), -nats


def run(net):
    loss, log = net.loss()
    loss.backward()
    grads = [{"name": n, **digest(p.grad)} for n, p in net.p.items()]
    return {"case": net.c, "loss": loss.item(), "logp": digest(log), "grads": grads}


def cases():
    sizes = dict(steps=5, said=4, lengths=[5, 2, 4], saids=[4, 3, 1])
    for cell in KINDS:
        for attention in ("none", "dot", "general"):
            for copies in (False, True):
                if copies and attention == "none":
                    continue
                i = len(cell) + len(attention) + copies
                yield Said(dict(sizes, task="said", cell=cell, attention=attention, bridge=("dense", "copy", "zero" if attention != "none" else "dense")[i % 3],
                                copies=copies, tied=i % 2 == 0, shared=i % 4 == 0, both=i % 3 > 0, encoders=1 + i % 2, decoders=1 + (i + 1) % 2))
    for cell in KINDS:
        yield Heard(dict(task="heard", cell=cell, steps=13, said=3, lengths=[13, 8, 11, 5], saids=[3, 2, 3, 0]))


def main():
    print("[\n" + ",\n".join(json.dumps(run(net)) for net in cases()) + "\n]")


main()
