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


def copy_entropy(T, B, S, H, V, smoothing):
    """Log P by logarithms, as of the pointer generator; smoothing over the vocabulary's softmax."""
    x, w, b = (2 * wave(1, T, B, H)).requires_grad_(), (wave(2, V, H) / 2).requires_grad_(), wave(3, V).requires_grad_()
    gate, scores = (2 * wave(4, T, B)).requires_grad_(), 2 * wave(5, T, B, S)
    a = F.softmax(scores, -1).requires_grad_()
    copied = (torch.arange(S * B) * 5 % (V + 2) - 1).reshape(S, B)  # up to V, the one word of a row beyond the vocabulary
    i = torch.arange(T * B)
    y = (i * 3 % V).reshape(T, B)
    for t in range(0, T, 2):
        for r in range(B):
            y[t, r] = max(0, copied[(t * 3 + r) % S, r])  # some are in the source
    mask = ((1.5 + wave(6, T * B)) * (i % 3 != 1)).reshape(T, B)
    log = F.log_softmax(F.linear(x, w, b), -1)
    own = F.logsigmoid(gate) + torch.where(y < V, log.gather(-1, y.clamp(max=V - 1)[..., None])[..., 0], torch.tensor(-math.inf))
    hit = copied.T[None] == y[..., None]
    u = (a * hit).sum(-1)
    there = hit.any(-1)
    p = torch.where(there, torch.logaddexp(own, F.logsigmoid(-gate) + torch.log(torch.where(there, u, torch.tensor(1.0)))), own)
    loss = (mask * (-(1 - smoothing) * p - smoothing * log.mean(-1))).sum() / mask.sum()
    loss.backward()
    return entry("copy entropy", {"sizes": [T, B, S, H, V], "smoothing": smoothing}, loss=loss, dx=x.grad, dw=w.grad, db=b.grad, dgate=gate.grad,
                 da=a.grad, logp=p * (mask != 0))


cases = [ctc(1, 1, 2, 1, [1], [1]), ctc(7, 3, 5, 3, [7, 4, 6], [3, 0, 2]), ctc(60, 4, 28, 20, [60, 41, 55, 30], [20, 11, 3, 14]), ctc(500, 2, 9, 60, [500, 320], [60, 60])]
cases += [dot_attention(1, 1, 1, 1, [1], [1]), dot_attention(4, 6, 3, 5, [4, 1, 3], [2, 6, 0]), dot_attention(21, 33, 2, 70, [21, 13], [30, 33])]
cases += [copy_entropy(T, B, S, H, V, e) for T, B, S, H, V in [(2, 1, 3, 2, 3), (7, 3, 5, 6, 9), (30, 5, 11, 40, 150)] for e in [0, 0.1]]
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
