# Makes recurrent_dropout.json: Keras 3.15 on its torch backend, in float64, with recurrent_dropout whose one mask all gates share.
#
#     KERAS_BACKEND=torch python recurrent_dropout.py > recurrent_dropout.json
import json

import keras
import numpy as np
import torch

keras.config.set_floatx("float64")
keras.src.ops.matmul = torch.matmul  # that of Keras falls to float32
rng = np.random.default_rng(5)
T, B, I, H = 4, 2, 2, 3
draw = lambda *shape: np.round(rng.normal(size=shape), 2)


def case(name, cell, gates, order):
    """order: where Keras has the blocks that PyTorch has in turn."""
    ih, hh, bih, bhh = draw(gates * H, I), draw(gates * H, H), draw(gates * H), draw(gates * H)
    if name != "gru":
        bhh[:] = 0  # Keras has one bias
    x, mask = draw(T, B, I), np.where(rng.random((B, H)) < 0.4, 0, 1 / 0.6)
    states = [draw(B, H) for _ in range(2 if name == "lstm" else 1)]
    blocks = lambda w: np.concatenate([w[k * H : (k + 1) * H] for k in order])
    cell.build((B, I))
    bias = blocks(bih) if name != "gru" else np.stack([blocks(bih), blocks(bhh)])
    cell.kernel.assign(torch.tensor(blocks(ih).T))
    cell.recurrent_kernel.assign(torch.tensor(blocks(hh).T))
    cell.bias.assign(torch.tensor(bias))
    shared = torch.tensor(mask)
    cell.get_recurrent_dropout_mask = lambda _: shared if name == "elman" else [shared] * gates
    xs = torch.tensor(x, requires_grad=True)
    first = [torch.tensor(s, requires_grad=True) for s in states]
    now, ys = first, []
    for t in range(T):
        y, now = cell(xs[t], list(now), training=True)
        ys.append(y)
    y = torch.stack(ys)
    w = torch.arange(1, y.numel() + 1, dtype=torch.float64).reshape(y.shape) / 10
    loss = (y * w).sum() + sum((s * s).sum() for s in now)
    loss.backward()
    back = np.argsort(order)
    unblocks = lambda w: np.concatenate([w[k * H : (k + 1) * H] for k in back])
    flat = lambda v: np.asarray(v.detach() if hasattr(v, "detach") else v).ravel().tolist()
    db = cell.bias.value.grad.numpy()
    out = dict(cell=name, x=x, h0=states[0], c0=states[1] if name == "lstm" else [], mask=mask, ih=ih, hh=hh, bih=bih, bhh=bhh,
        y=y, hn=now[0], cn=now[1] if name == "lstm" else [], dx=xs.grad, dh0=first[0].grad, dc0=first[1].grad if name == "lstm" else [],
        dih=unblocks(cell.kernel.value.grad.numpy().T), dhh=unblocks(cell.recurrent_kernel.value.grad.numpy().T),
        dbih=unblocks(db if name != "gru" else db[0]), dbhh=[] if name != "gru" else unblocks(db[1]))
    return {k: v if isinstance(v, str) else flat(v) for k, v in out.items()}


print(json.dumps([
    case("elman", keras.layers.SimpleRNNCell(H, recurrent_dropout=0.4, dtype="float64"), 1, [0]),
    case("lstm", keras.layers.LSTMCell(H, recurrent_dropout=0.4, dtype="float64"), 4, [0, 1, 2, 3]),
    case("gru", keras.layers.GRUCell(H, recurrent_dropout=0.4, reset_after=True, dtype="float64"), 3, [1, 0, 2]),
]))
