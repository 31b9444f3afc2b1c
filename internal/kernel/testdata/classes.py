"""Makes classes.json: what language and classification need, by PyTorch in float64.

    python classes.py > classes.json        # PyTorch 2.15

Every input is a formula of its index, and of every result three sums are kept,
each over all of its elements, so that the file stays small.
"""
import json, math, torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(k, *shape):
    i = torch.arange(math.prod(shape))
    return torch.sin(1.3 * i + k + 0.1 * (i % 7)).reshape(shape)


def sums(x):
    x = x.detach().reshape(-1)
    i = torch.arange(len(x))
    return [float(v) for v in ((x * torch.sin(i + 1.0)).sum(), (x * torch.cos(2.0 * i + 1)).sum(), (x * x).sum())]


def entry(op, settings, **results):
    return {"op": op, **settings, "sums": {name: sums(x) for name, x in results.items()}}


def cross_entropy(N, H, V, smoothing, weighted):
    """Without weights it is F.cross_entropy; whose own weights would weigh the smoothing too, by class, so that they are put in by hand."""
    x, w, b = (wave(1, N, H) * 2).requires_grad_(), (wave(2, V, H) / 2).requires_grad_(), wave(3, V).requires_grad_()
    y = torch.arange(N) * 5 % V
    z = F.linear(x, w, b)
    loss = F.cross_entropy(z, y, label_smoothing=smoothing)
    if weighted:
        c = ((1.5 + wave(4, N)) * (torch.arange(N) % 3 != 1)) * (1.5 + wave(5, V))[y]
        loss = (c * F.cross_entropy(z, y, label_smoothing=smoothing, reduction="none")).sum() / c.sum()
    loss.backward()
    return entry("cross-entropy", {"sizes": [N, H, V], "smoothing": smoothing, "weighted": weighted},
                 loss=loss, dx=x.grad, dw=w.grad, db=b.grad, p=torch.softmax(z, -1), logp=F.log_softmax(z, -1)[torch.arange(N), y])


def tokens(N, V, E, padding):
    """An embedding; the id of padding gives zeros here, as the row of a padding_idx is by default."""
    table = wave(1, V, E)
    if padding >= 0:
        table[padding] = 0
    table.requires_grad_()
    ids = torch.arange(N) * torch.arange(N) % V
    y = F.embedding(ids, table, padding_idx=padding if padding >= 0 else None)
    (y * wave(2, N, E)).sum().backward()
    return entry("tokens", {"sizes": [N, V, E, padding]}, y=y, dtable=table.grad)


def rows(kind, V, E):
    """Three steps on rows 1 and 3, then 3 and 2 of a table."""
    w = wave(1, V, E).requires_grad_()
    s = {"adam": lambda: torch.optim.SparseAdam([w], lr=0.01, betas=(0.9, 0.99), eps=1e-300),
         "adamw": lambda: torch.optim.AdamW([w], lr=0.01, betas=(0.9, 0.99), eps=1e-6, weight_decay=0.1),
         "sgd": lambda: torch.optim.SGD([w], lr=0.01, weight_decay=0.1),
         "momentum": lambda: torch.optim.SGD([w], lr=0.01, momentum=0.9, weight_decay=0.1)}[kind]()
    for step, ids in enumerate([[1, 3], [3, 2], [2, 3]] if kind == "adam" else [list(range(V))] * 3):  # the others know no rows
        g = wave(2 + step, len(ids), E)
        w.grad = torch.sparse_coo_tensor([ids], g, (V, E)).coalesce() if kind == "adam" else g
        s.step()
    return entry("rows " + kind, {"sizes": [V, E]}, w=w)


def valid(x, lengths):
    return [x[:n, b] for b, n in enumerate(lengths)]


def summary(kind, T, B, H, lengths):
    x = wave(1, T, B, H).requires_grad_()
    how = {"mean": lambda r: r.mean(0), "max": lambda r: r.max(0).values, "last": lambda r: r[-1],
           "mean_max": lambda r: torch.cat([r.mean(0), r.max(0).values])}[kind]
    width = 2 * H if kind == "mean_max" else H
    y = torch.stack([how(r) if len(r) else torch.zeros(width) for r in valid(x, lengths)])
    (y * wave(2, *y.shape)).sum().backward()
    return entry("summary " + kind, {"sizes": [T, B, H], "lengths": lengths}, y=y, dx=x.grad)


def attention(T, B, H, lengths):
    x, scores = wave(1, T, B, H).requires_grad_(), (2 * wave(3, T, B)).requires_grad_()
    y = torch.stack([F.softmax(s, 0) @ r if len(r) else torch.zeros(H) for r, s in zip(valid(x, lengths), valid(scores, lengths))])
    (y * wave(2, *y.shape)).sum().backward()
    return entry("attention", {"sizes": [T, B, H], "lengths": lengths}, y=y, dx=x.grad, dscores=scores.grad)


def batch_norm(T, B, C, lengths, activation, momentum):
    """BatchNorm1d of the real steps of all rows as one batch; then a second batch by the running moments."""
    x, norm = (1 + 2 * wave(1, T, B, C)).requires_grad_(), torch.nn.BatchNorm1d(C, momentum=momentum)
    norm.weight.data, norm.bias.data = 1 + wave(2, C) / 3, wave(3, C)
    mask = torch.arange(T)[:, None] < torch.tensor(lengths)
    f = {"identity": lambda v: v, "relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}[activation]
    y = torch.zeros(T, B, C)
    y[mask] = f(norm(x[mask]))
    (y * wave(4, T, B, C)).sum().backward()
    norm.eval()
    later = torch.zeros(T, B, C)
    later[mask] = f(norm(wave(5, T, B, C)[mask]))
    return entry("batch norm", {"sizes": [T, B, C], "lengths": lengths, "activation": activation, "momentum": momentum},
                 y=y, dx=x.grad, dgain=norm.weight.grad, dshift=norm.bias.grad, mean=norm.running_mean, var=norm.running_var, later=later)


cases = [cross_entropy(N, H, V, s, w) for N, H, V in [(1, 3, 2), (9, 5, 7), (140, 70, 150)] for s in [0, 0.1] for w in [False, True]]
cases += [tokens(5, 3, 2, -1), tokens(40, 17, 5, 4), tokens(300, 50, 70, 0)]
cases += [rows(kind, 5, 7) for kind in ["adam", "adamw", "sgd", "momentum"]]
shapes = [(1, 1, 1, [1]), (7, 3, 5, [7, 1, 4]), (23, 4, 66, [23, 0, 11, 22])]
cases += [summary(kind, *s) for kind in ["mean", "max", "mean_max", "last"] for s in shapes]
cases += [attention(*s) for s in shapes]
cases += [batch_norm(*s, f, m) for s, f, m in zip(shapes[1:] * 2, ["identity", "relu", "tanh", "sigmoid"], [0.1, 0.01, 0.5, 0.1])]
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
