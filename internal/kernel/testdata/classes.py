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


cases = [cross_entropy(N, H, V, s, w) for N, H, V in [(1, 3, 2), (9, 5, 7), (140, 70, 150)] for s in [0, 0.1] for w in [False, True]]
cases += [tokens(5, 3, 2, -1), tokens(40, 17, 5, 4), tokens(300, 50, 70, 0)]
cases += [rows(kind, 5, 7) for kind in ["adam", "adamw", "sgd", "momentum"]]
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
