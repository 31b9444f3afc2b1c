"""Makes seq2seq.json: what sequence to sequence and CTC need, by PyTorch in float64.

    python seq2seq.py > seq2seq.json        # PyTorch 2.15

As in classes.py every input is a formula of its index, and of every result three sums are kept.
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


def ctc(T, B, C, S, lengths, labels):
    """The mean over rows, not that of PyTorch, which divides by the number of labels too."""
    x = (3 * wave(1, T, B, C)).requires_grad_()
    i = torch.arange(S * B)
    y = (1 + (i * i // 3) % (C - 1)).reshape(S, B)
    each = F.ctc_loss(F.log_softmax(x, -1), y.T, torch.tensor(lengths), torch.tensor(labels), reduction="none")
    each.mean().backward()
    return entry("ctc", {"sizes": [T, B, C, S], "lengths": lengths, "labels": labels}, loss=each.mean(), dlogits=x.grad, logp=-each)


def dot_attention(T, S, B, H, lengths, sources):
    """Every row by itself; a loss that depends on the context and on the weights."""
    q, m = (2 * wave(1, T, B, H)).requires_grad_(), wave(2, S, B, H).requires_grad_()
    c, a = torch.zeros(T, B, H), torch.zeros(T, B, S)
    for b, (n, k) in enumerate(zip(lengths, sources)):
        if n and k:
            w = F.softmax(q[:n, b] @ m[:k, b].T, -1)
            a[:n, b, :k], c[:n, b] = w, w @ m[:k, b]
    ((c * wave(3, T, B, H)).sum() + (a * wave(4, T, B, S)).sum()).backward()
    return entry("dot attention", {"sizes": [T, S, B, H], "lengths": lengths, "labels": sources}, c=c, a=a, dq=q.grad, dm=m.grad)


cases = [ctc(1, 1, 2, 1, [1], [1]), ctc(7, 3, 5, 3, [7, 4, 6], [3, 0, 2]), ctc(60, 4, 28, 20, [60, 41, 55, 30], [20, 11, 3, 14]), ctc(500, 2, 9, 60, [500, 320], [60, 60])]
cases += [dot_attention(1, 1, 1, 1, [1], [1]), dot_attention(4, 6, 3, 5, [4, 1, 3], [2, 6, 0]), dot_attention(21, 33, 2, 70, [21, 13], [30, 33])]
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
