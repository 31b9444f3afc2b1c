# Makes layer_norm.json: cells with layer norm in them by PyTorch 2.15 in float64, as normed of normlayer.go has them.
#
#     python layer_norm.py > layer_norm.json
import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(3)
T, B, I, H = 4, 2, 2, 5


def draw(*shape):
    return (torch.randn(*shape) * 100).round().div(100).requires_grad_()


def norm(v, gain, shift, groups):
    return torch.cat([F.layer_norm(p, p.shape[-1:], g, s) for p, g, s in zip(v.split(groups, -1), gain.split(groups), shift.split(groups))], -1)


def case(name, gates, groups):
    p = dict(ih=draw(gates * H, I), hh=draw(gates * H, H), bih=draw(gates * H), bhh=draw(gates * H), gainx=draw(gates * H), gainh=draw(gates * H))
    if name == "lstm":
        p |= dict(gainc=draw(H), shiftc=draw(H))
    x, h0, c0 = draw(T, B, I), draw(B, H), draw(B, H)
    h, c, ys = h0, c0, []
    for t in range(T):
        a = norm(x[t] @ p["ih"].T + p["bih"], p["gainx"], torch.zeros(gates * H), groups)
        u = norm(h @ p["hh"].T, p["gainh"], p["bhh"], groups)
        if name == "elman":
            h = torch.tanh(a + u)
        elif name == "lstm":
            i, f, g, o = (a + u).chunk(4, -1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * torch.tanh(F.layer_norm(c, (H,), p["gainc"], p["shiftc"]))
        else:
            r, z = (a + u)[:, : 2 * H].sigmoid().chunk(2, -1)
            n = torch.tanh(a[:, 2 * H :] + r * u[:, 2 * H :])
            h = (1 - z) * n + z * h
        ys.append(h)
    y = torch.stack(ys)
    w = torch.arange(1, y.numel() + 1).reshape(y.shape) / 10
    ((y * w).sum() + (h * h).sum() + ((c * c).sum() if name == "lstm" else 0)).backward()
    out = dict(x=x, h0=h0, y=y, hn=h, dx=x.grad, dh0=h0.grad) | p | {"d" + k: v.grad for k, v in p.items()}
    if name == "lstm":
        out |= dict(c0=c0, cn=c, dc0=c0.grad)
    return {"cell": name} | {k: v.detach().flatten().tolist() for k, v in out.items()}


print(json.dumps([case("elman", 1, [H]), case("lstm", 4, [4 * H]), case("gru", 3, [2 * H, H])]))
