"""Writes golden.json: what PyTorch computes in float64 for networks of the sizes where mistakes hide.

    python golden.py > golden.json        (torch 2, numpy)

Weights and data come from an integer formula that the Go test repeats exactly. Of each tensor the file keeps the
largest magnitude, a few entries, and the inner product with the formula's values, in which a wrong entry anywhere shows.
"""

import json

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_num_threads(2)
torch.set_default_dtype(torch.float64)


def values(stream, *shape):
    """Values in [-0.5, 0.5) by index and stream."""
    n = int(np.prod(shape))
    mask = np.uint64(0xFFFFFFFF)
    u = (np.arange(n, dtype=np.uint64) * np.uint64(2654435761) + np.uint64((stream + 1) * 668265263)) & mask
    u ^= u >> np.uint64(15)
    u = (u * np.uint64(2246822519)) & mask
    u ^= u >> np.uint64(13)
    return torch.from_numpy(u.astype(np.float64) / 2**32 - 0.5).reshape(shape)


def digest(x):
    x = x.detach().contiguous()
    flat = x.reshape(-1)
    n = flat.numel()
    at = [i * (n - 1) // 5 for i in range(6)] if n > 6 else list(range(n))
    return {
        "max": flat.abs().max().item(),
        "entries": [flat[i].item() for i in at],
        "projection": (flat * values(1000, n)).sum().item(),
    }


class Net(torch.nn.Module):
    def __init__(self, c):
        super().__init__()
        kind = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[c["cell"]]
        extra = {"nonlinearity": c["nonlinearity"]} if c["cell"] == "elman" else {}
        dirs = 2 if c["bidirectional"] else 1
        self.c, self.rows = c, c["layers"] * dirs
        names, size = c.get("names", []), c.get("embedding", 0)
        inputs = c["inputs"] + c.get("patch", 1) * len(names) * (size - 1)
        if names:
            self.embedding = torch.nn.ModuleDict(
                {f"c{i}": torch.nn.Embedding(1 + n, size, padding_idx=0) for i, n in enumerate(names)})
        if c.get("encoder"):
            self.encoder = torch.nn.Linear(inputs, c["encoder"])
        self.rnn = kind(c.get("encoder") or inputs, c["hidden"], c["layers"], bidirectional=c["bidirectional"], **extra)
        amounts = c.get("extra", 0) - c.get("ahead", 0)
        known = amounts - c.get("window", 0) + c.get("ahead", 0) * size
        self.head = torch.nn.Linear(dirs * c["hidden"] + known, c["outputs"])
        if c.get("linear"):
            self.linear = torch.nn.Linear(amounts, c["outputs"], bias=False)
        if c["learned"]:
            self.h0 = torch.nn.Parameter(torch.zeros(self.rows, c["hidden"]))
            if c["cell"] == "lstm":
                self.c0 = torch.nn.Parameter(torch.zeros(self.rows, c["hidden"]))

    def named(self):
        """The parameters in recur's order and by its names."""
        last = [(n, p) for n, p in self.named_parameters() if n in ("h0", "c0")]
        out = [(n, p) for n, p in self.named_parameters() if n not in ("h0", "c0")]
        return out + [("rnn." + n, p) for n, p in last]

    def fill(self):
        scale = 2 / self.c["hidden"] ** 0.5
        for i, (_, p) in enumerate(self.named()):
            p.data.copy_(values(i, *p.shape) * scale)

    def forward(self, x, z, h0, c0, lengths):
        c = self.c
        amounts = c.get("extra", 0) - c.get("ahead", 0)
        ahead = z[:, c.get("window", 0):amounts]
        if c.get("names"):
            x, names = self.embedded(x), z[:, amounts:]
            z = z[:, :amounts]
            if c.get("ahead"):
                last = self.embedding[f"c{len(c['names']) - 1}"]
                ahead = torch.cat([ahead, last(names.long()).flatten(1)], 1)
        if c.get("encoder"):
            x = torch.relu(self.encoder(x))
        if c["learned"]:
            h0 = self.h0[:, None, :].expand(-1, c["batch"], -1).contiguous()
            if c["cell"] == "lstm":
                c0 = self.c0[:, None, :].expand(-1, c["batch"], -1).contiguous()
        state = (h0, c0) if c["cell"] == "lstm" else h0
        packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
        y, state = self.rnn(packed, state)
        y, _ = pad_packed_sequence(y, total_length=c["steps"])
        h, cell = state if c["cell"] == "lstm" else (state, None)
        if c["head"] == "last":
            f = torch.cat([h[-2], h[-1]], 1) if c["bidirectional"] else h[-1]
        else:
            f = y
        path = self.linear(z) if c.get("linear") else 0
        if c.get("extra", 0) > c.get("window", 0):
            f = torch.cat([f, ahead], 1)
        out = {"identity": lambda v: v, "tanh": torch.tanh, "sigmoid": torch.sigmoid}[c["output"]](self.head(f) + path)
        return out, h, cell


    def embedded(self, x):
        """The rows of every patch with names in the place of their numbers, which stand at the end of a row."""
        c, names = self.c, len(self.c["names"])
        rows = x.reshape(*x.shape[:2], c["patch"], -1)
        parts = [rows[..., :-names]] + [self.embedding[f"c{i}"](rows[..., i - names].long()) for i in range(names)]
        return torch.cat(parts, -1).flatten(2)


def numbers(stream, count, *shape):
    """Whole numbers from 0 to count by index and stream."""
    return torch.floor((values(stream, *shape) + 0.5) * (count + 1))


def inputs(c):
    dirs = 2 if c["bidirectional"] else 1
    x = values(100, c["steps"], c["batch"], c["inputs"]) * 4
    state = (c["layers"] * dirs, c["batch"], c["hidden"])
    truths = c["outputs"] // max(1, len(c.get("quantiles", [])))
    out = (c["batch"], truths) if c["head"] == "last" else (c["steps"], c["batch"], truths)
    y = values(103, *out) * 2
    mask = (values(104, *out) > -0.3).double()
    z = values(105, c["batch"], c.get("extra", 0)) * 2
    for i, n in enumerate(c.get("names", [])):
        rows = x.reshape(*x.shape[:2], c["patch"], -1)
        rows[..., i - len(c["names"])] = numbers(110 + i, n, *rows.shape[:3])
        x = rows.flatten(2)
    if c.get("ahead"):
        z[:, -c["ahead"]:] = numbers(120, c["names"][-1], c["batch"], c["ahead"])
    return x, z, values(101, *state) * 2, values(102, *state) * 2, y, mask


def loss_of(c, pred, y, mask):
    if c["loss"] == "pinball":
        q = torch.tensor(c["quantiles"])
        e = y[:, :, None] - pred.reshape(*y.shape, len(q))
        return (mask * (2 * torch.maximum(q * e, (q - 1) * e)).mean(-1)).sum() / mask.sum()
    e = pred - y
    each = {
        "mse": lambda: e * e,
        "mae": lambda: e.abs(),
        "huber": lambda: torch.nn.functional.huber_loss(pred, y, reduction="none", delta=0.7),
    }[c["loss"]]()
    return (mask * each).sum() / mask.sum()


def run(c):
    net = Net(c)
    net.fill()
    x, z, h0, c0, y, mask = inputs(c)
    pred, h, cell = net(x, z, h0, c0, c["lengths"])
    loss = loss_of(c, pred, y, mask)
    loss.backward()
    out = {"case": c, "loss": loss.item(), "pred": digest(pred), "hn": digest(h), "grads": []}
    if cell is not None:
        out["cn"] = digest(cell)
    for name, p in net.named():
        out["grads"].append({"name": name, **digest(p.grad)})
    if c["adam"]:
        net.fill()
        solver = torch.optim.Adam(net.parameters(), lr=0.01)
        out["curve"] = []
        for _ in range(10):
            solver.zero_grad()
            loss = loss_of(c, net(x, z, h0, c0, c["lengths"])[0], y, mask)
            loss.backward()
            out["curve"].append(loss.item())
            solver.step()
    return out


def cases():
    base = dict(nonlinearity="tanh", layers=1, bidirectional=False, steps=7, batch=3, inputs=2, hidden=5, outputs=2,
                head="last", output="identity", loss="mse", learned=False, ragged=False, adam=False)
    for cell in ("elman", "lstm", "gru"):
        for layers in (1, 2):
            for both in (False, True):
                for head in ("last", "every"):
                    yield dict(base, cell=cell, layers=layers, bidirectional=both, head=head)
                yield dict(base, cell=cell, layers=layers, bidirectional=both, head="every", output="tanh", loss="huber",
                           learned=True, ragged=True)
        for n in (1, 2, 255, 256, 257):  # hidden sizes, then steps, then both
            yield dict(base, cell=cell, hidden=n, steps=2, batch=2, inputs=3)
            yield dict(base, cell=cell, hidden=2, steps=n, batch=2, inputs=1, layers=2, bidirectional=True)
            yield dict(base, cell=cell, hidden=n, steps=n, batch=1, inputs=1, outputs=1, head="every")
        yield dict(base, cell=cell, hidden=257, steps=3, batch=2, layers=2, bidirectional=True)
        yield dict(base, cell=cell, ragged=True, output="sigmoid", loss="mae")
        yield dict(base, cell=cell, steps=12, batch=8, hidden=10, adam=True, layers=2)
    yield dict(base, cell="elman", nonlinearity="relu", head="every")
    # Networks of many series: z beside the window, a linear path, quantiles.
    parts = dict(base, encoder=6, extra=11, window=8, linear=True)
    for cell in ("elman", "lstm", "gru"):
        yield dict(parts, cell=cell, outputs=9, quantiles=[0.1, 0.5, 0.9], loss="pinball")
        yield dict(parts, cell=cell, layers=2, bidirectional=True, loss="mae", ragged=True, batch=5)
        yield dict(parts, cell=cell, encoder=0, window=11, adam=True, steps=16, batch=8, hidden=10, outputs=10,
                   quantiles=[0.025, 0.1, 0.5, 0.9, 0.975], loss="pinball")
        yield dict(parts, cell=cell, linear=False, window=3, outputs=4, adam=True)
    yield dict(parts, cell="gru", encoder=40, hidden=40, batch=66, steps=16, inputs=7, extra=119, window=112, outputs=280,
               quantiles=[0.025, 0.1, 0.5, 0.9, 0.975], loss="pinball")
    yield dict(base, cell="lstm", encoder=6, head="every", ragged=True)
    # Names in the rows of patches, and ahead.
    named = dict(base, inputs=15, patch=3, embedding=4, names=[5, 3], extra=14, window=8, linear=True, batch=4, outputs=3)
    for cell in ("elman", "lstm", "gru"):
        yield dict(named, cell=cell, encoder=6, ahead=3, outputs=9, quantiles=[0.1, 0.5, 0.9], loss="pinball")
        yield dict(named, cell=cell, window=14, embedding=1, adam=True, steps=9, batch=8)
    yield dict(named, cell="gru", patch=1, names=[2], extra=3, window=0, ahead=3, linear=False, loss="mae", adam=True)


def main():
    out = []
    for c in cases():
        # Row r has all steps, then fewer and fewer; one row at least two fewer.
        c["lengths"] = [max(1, c["steps"] - 2 * r) if c["ragged"] else c["steps"] for r in range(c["batch"])]
        out.append(run(c))
    print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")


if __name__ == "__main__":
    main()
