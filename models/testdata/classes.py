"""Writes classes.json: networks that tell classes apart, of numbers or of symbols, as PyTorch computes them in float64.

    python classes.py > classes.json        (torch 2, numpy)

Weights, data and digests are those of golden.py.
"""

import json

import torch
from golden import digest, values
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

KINDS = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


class Net(torch.nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, dirs, reads = c, 2 if c["bidirectional"] else 1, c["inputs"]
        if c["vocabulary"]:
            self.embedding = torch.nn.Embedding(c["vocabulary"] + c.get("shared", 0), c["embedding"], padding_idx=None if c.get("tied") else 0)
            reads = c["embedding"]
        if c["front"]:
            self.conv = torch.nn.Conv1d(reads, c["front"], 3, padding=1)
            reads = c["front"]
        self.rnn = KINDS[c["cell"]](reads, c["hidden"], c["layers"], bidirectional=c["bidirectional"])
        width = dirs * c["hidden"]
        if c["pool"] == "attention":
            self.pool = torch.nn.Linear(width, 1, bias=False)
        if c.get("tied"):
            self.project = torch.nn.Linear(width, c["embedding"], bias=False)
            self.bias = torch.nn.Parameter(torch.empty(c["classes"], dtype=torch.float64))
            self.head = lambda y: torch.nn.functional.linear(self.project(y), self.embedding.weight, self.bias)
            return
        self.head = torch.nn.Linear(width * (2 if c["pool"] == "mean_max" else 1), c["classes"])

    def named(self):
        named = [(n.replace("conv.", "front.0."), p) for n, p in self.named_parameters() if n != "bias"]
        if self.c.get("tied"):
            named = [(n.replace("project", "head.project"), p) for n, p in named] + [("head.bias", self.bias)]
        return named

    def fill(self):
        for i, (n, p) in enumerate(self.named()):
            p.data.copy_(values(i, *p.shape) * (2 / self.c["hidden"] ** 0.5))
            if n == "embedding.weight" and not self.c.get("tied"):
                p.data[0] = 0

    def forward(self, x, lengths):
        c, n = self.c, torch.tensor(lengths)
        real = (torch.arange(c["steps"])[:, None] < n[None]).double()[:, :, None]  # [T,B,1]
        if c.get("shared"):  # the mean of the rows of a list, as fastText has it
            lists = [[c["vocabulary"] + (3 * i + j) % c["shared"] for j in range(i % 4)] for i in range(c["vocabulary"] + 3)]
            spelt = (x + torch.arange(c["batch"])[None]) % len(lists)
            bags = [lists[i] for i in spelt.reshape(-1).tolist()]
            starts = torch.tensor([0] + [len(b) for b in bags[:-1]]).cumsum(0)
            rows = torch.tensor([r for b in bags for r in b])
            shared = torch.nn.functional.embedding_bag(rows, self.embedding.weight, starts, mode="mean").reshape(*x.shape, -1)
            x = self.embedding(x) + shared
        else:
            x = self.embedding(x) if c["vocabulary"] else x
        if c["front"]:
            x = torch.relu(self.conv((x * real).permute(1, 2, 0)).permute(2, 0, 1)) * real
        y, state = self.rnn(pack_padded_sequence(x, n, enforce_sorted=False))
        y, _ = pad_packed_sequence(y, total_length=c["steps"])
        h = state[0] if c["cell"] == "lstm" else state
        if c["head"] == "every":
            return self.head(y)
        mean = (y * real).sum(0) / n[:, None]
        top = y.masked_fill(real == 0, -torch.inf).amax(0)
        if c["pool"] == "mean":
            f = mean
        elif c["pool"] == "max":
            f = top
        elif c["pool"] == "mean_max":
            f = torch.cat([mean, top], 1)
        elif c["pool"] == "attention":
            f = (torch.softmax(self.pool(y).masked_fill(real == 0, -torch.inf), 0) * y).sum(0)
        else:
            f = torch.cat([h[-2], h[-1]], 1) if c["bidirectional"] else h[-1]
        return self.head(f)


def whole(stream, count, *shape):
    return torch.floor((values(stream, *shape) + 0.5) * count).long()


def loss_of(c, logits, labels):
    weight = torch.tensor(c["weights"]) if c["weights"] else torch.ones(c["classes"])
    logits, labels = logits.reshape(-1, c["classes"]), labels.reshape(-1)
    logits, labels = logits[labels >= 0], labels[labels >= 0]
    q = torch.full_like(logits, c["smoothing"] / c["classes"])
    q[torch.arange(len(labels)), labels] += 1 - c["smoothing"]
    w = weight[labels]
    return (w * -(q * torch.log_softmax(logits, 1)).sum(1)).sum() / w.sum()


def run(c):
    net = Net(c)
    net.fill()
    shape = (c["steps"], c["batch"])
    x = whole(100, c["vocabulary"], *shape) if c["vocabulary"] else values(100, *shape, c["inputs"]) * 4
    labels = whole(103, c["classes"] + 1, *(shape if c["head"] == "every" else shape[1:])) - 1
    for r, n in enumerate(c["lengths"]):
        if c["head"] == "every":
            labels[n:, r] = -1
        if c["vocabulary"]:
            x[n:, r] = 0
    logits = net(x, c["lengths"])
    loss = loss_of(c, logits, labels)
    loss.backward()
    log = torch.log_softmax(logits, -1)
    p = log.gather(-1, labels.clamp(min=0)[..., None])[..., 0].masked_fill(labels < 0, 0)
    out = {"case": c, "loss": loss.item(), "logp": digest(p), "grads": [], "curve": []}
    for name, w in net.named():
        out["grads"].append({"name": name, **digest(w.grad)})
    net.fill()
    solver = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(10):
        solver.zero_grad()
        loss = loss_of(c, net(x, c["lengths"]), labels)
        loss.backward()
        out["curve"].append(loss.item())
        solver.step()
    return out


def cases():
    base = dict(layers=1, bidirectional=False, steps=7, batch=6, inputs=3, hidden=5, classes=4, head="last", pool="last",
                vocabulary=0, embedding=0, front=0, smoothing=0.0, weights=[])
    for cell in KINDS:
        for pool in ("last", "mean", "max", "mean_max", "attention"):
            yield dict(base, cell=cell, pool=pool, bidirectional=pool != "max", smoothing=0.1)
            yield dict(base, cell=cell, pool=pool, layers=2, inputs=0, vocabulary=9, embedding=4, front=6 if pool != "last" else 0)
        yield dict(base, cell=cell, head="every", bidirectional=True, smoothing=0.2, weights=[1.0, 0.5, 3.0, 0.25])
        yield dict(base, cell=cell, head="every", inputs=0, vocabulary=11, embedding=3, classes=11)
        yield dict(base, cell=cell, classes=2, weights=[0.3, 2.0], pool="mean_max", front=4, hidden=17)
    for cell in KINDS:  # without a symbol of padding, which nothing but an embedding that is no output knows
        yield dict(base, cell=cell, head="every", inputs=0, vocabulary=11, embedding=3, classes=11, tied=True, bidirectional=cell == "gru")
    for cell in KINDS:
        yield dict(base, cell=cell, inputs=0, vocabulary=11, embedding=3, shared=7, pool="mean_max", bidirectional=True, front=4)


def main():
    out = []
    for c in cases():
        c["lengths"] = [max(1, c["steps"] - 2 * r) for r in range(c["batch"])]
        out.append(run(c))
    print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")


main()
