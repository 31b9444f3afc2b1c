"""Makes conv.json: values and gradients of convolutions by PyTorch in float64.

    python conv.py > conv.json        # PyTorch 2.15

Every input is a formula of its index, and of every result three sums are kept,
each over all of its elements, so that the file stays small.
"""
import itertools, json, math, torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(k, *shape):
    n = math.prod(shape)
    i = torch.arange(n)
    return torch.sin(1.3 * i + k + 0.1 * (i % 7)).reshape(shape)


def sums(x):
    x = x.detach().reshape(-1)
    i = torch.arange(len(x))
    return [float(v) for v in ((x * torch.sin(i + 1.0)).sum(), (x * torch.cos(2.0 * i + 1)).sum(), (x * x).sum())]


def case(width, stride, dilation, padding, norm, activation, pool, lengths):
    T, B, C, O = 23, 3, 3, 5
    x = wave(1, T, B, C).requires_grad_()
    w = (wave(2, O, C, width) / 2).requires_grad_()
    b = wave(3, O).requires_grad_()
    gain, shift = (1 + wave(4, O) / 3).requires_grad_(), wave(5, O).requires_grad_()
    reach = (width - 1) * dilation
    left = {"valid": 0, "same": reach // 2, "causal": reach}[padding]
    right = {"valid": 0, "same": reach - reach // 2, "causal": 0}[padding]
    rows, running = [], [torch.zeros(O), torch.ones(O)]
    convolved = [F.conv1d(F.pad(x[:n, r].T[None], (left, right)), w, b, stride=stride, dilation=dilation) for r, n in enumerate(lengths or [T] * B)]
    if norm in ("batch", "running"):  # over the real steps of all rows
        if norm == "running":
            running = [wave(7, O), 1 + wave(8, O) / 2]
        all = F.batch_norm(torch.cat(convolved, 2), *running, gain, shift, training=norm == "batch")
        convolved = all.split([y.shape[2] for y in convolved], 2)
    for y in convolved:
        if norm == "layer":
            y = F.layer_norm(y.transpose(1, 2), (O,), gain, shift).transpose(1, 2)
        y = {"identity": lambda v: v, "relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": F.gelu}[activation](y)
        if pool:
            kind, size, step = pool
            y = (F.max_pool1d if kind == "max" else F.avg_pool1d)(y, size, step)
        rows.append(y[0].T)
    steps = max(len(y) for y in rows)
    y = torch.stack([F.pad(v, (0, 0, 0, steps - len(v))) for v in rows], 1)
    (y * wave(6, *y.shape)).sum().backward()
    out = {"width": width, "stride": stride, "dilation": dilation, "padding": padding, "norm": norm, "activation": activation,
           "pool": pool, "lengths": lengths, "shape": list(y.shape), "y": sums(y), "dx": sums(x.grad), "dw": sums(w.grad), "db": sums(b.grad)}
    if norm != "none":
        out["dgain"], out["dshift"] = sums(gain.grad), sums(shift.grad)
    if norm == "batch":
        out["mean"], out["var"] = [v.tolist() for v in running]
    return out


activations = itertools.cycle(["identity", "relu", "tanh", "sigmoid", "gelu"])
pools = itertools.cycle([None, None, ["max", 2, 2], None, ["mean", 3, 1], ["max", 3, 2], None, ["mean", 2, 2]])
cases = []
for width in range(1, 10):
    for stride, dilation, padding in itertools.product([1, 2, 3], [1, 2], ["valid", "same", "causal"]):
        if padding == "valid" and (width - 1) * dilation + 3 * stride > 22:
            continue
        norm = "layer" if len(cases) % 3 else "none"
        lengths = [23, 2 * stride + 1 + ((width - 1) * dilation if padding == "valid" else 0) + 2 * stride, 21] if len(cases) % 2 else None
        if lengths and max(lengths) > 23:
            lengths = None
        cases.append(case(width, stride, dilation, padding, norm, next(activations), next(pools), lengths))
for i, (width, stride, norm, activation, pool) in enumerate(itertools.product(
        [1, 4], [1, 2], ["batch", "running"], ["identity", "relu", "tanh", "sigmoid", "gelu"], [None, ["max", 2, 1], ["mean", 2, 2]])):
    cases.append(case(width, stride, 1 + i % 2, ["valid", "same", "causal"][i % 3], norm, activation, pool, [23, 15, 21] if i % 4 else None))
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
