"""Load a checkpoint of recur into plain torch.nn and forecast with it.

    pip install torch safetensors
    python load_in_pytorch.py runs/sunspots            # the best checkpoint: the values after the last observation

It prints what `recur forecast runs/sunspots` prints, to the rounding of float32. Nothing is renamed, transposed or
reordered: the weights go in by name, with a strict load_state_dict. For elman with tanh or relu, lstm and gru; any layers
and directions; a learned initial state; convolutions (model.front); data.center; covariates.
"""

import json
import pathlib
import re
import sys

import torch
from safetensors import safe_open

ACTIVATIONS = {"identity": torch.nn.Identity, "tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU,
               "gelu": torch.nn.GELU}
POOLS = {"max": torch.nn.MaxPool1d, "mean": torch.nn.AvgPool1d}


class Convolution(torch.nn.Conv1d):
    """One layer of model.front: convolution, norm, activation, pooling. x [B, inputs, T] → [B, channels, T']."""

    def __init__(self, inputs, channels, width, stride, dilation, padding, norm, activation, pool=None):
        super().__init__(inputs, channels, width, stride=stride, dilation=dilation)
        reach = (width - 1) * dilation
        left = {"valid": 0, "same": reach // 2, "causal": reach}[padding]
        self.around = (left, reach - left if padding == "same" else 0)
        self.norm = torch.nn.LayerNorm(channels) if norm == "layer" else torch.nn.Identity()
        self.activation = ACTIVATIONS[activation]()
        self.pool = POOLS[pool["kind"]](pool["width"], pool["stride"]) if pool else torch.nn.Identity()

    def forward(self, x):
        y = super().forward(torch.nn.functional.pad(x, self.around))
        return self.pool(self.activation(self.norm(y.transpose(1, 2)).transpose(1, 2)))


class Forecaster(torch.nn.Module):
    def __init__(self, front, cell, nonlinearity, inputs, hidden, layers, both, outputs, activation):
        super().__init__()
        self.front = torch.nn.ModuleList()
        for layer in front:
            self.front.append(Convolution(inputs, **layer["conv"]))
            inputs = layer["conv"]["channels"]
        shape = dict(input_size=inputs, hidden_size=hidden, num_layers=layers, bidirectional=both)
        if cell == "elman":
            self.rnn = torch.nn.RNN(nonlinearity=nonlinearity, **shape)
        else:
            self.rnn = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](**shape)
        self.head = torch.nn.Linear(hidden * (1 + both), outputs)
        self.activation = ACTIVATIONS[activation]()
        self.directions = 1 + both

    def forward(self, x, h0=None, c0=None):  # x [T, B, inputs]; h0, c0 [layers*directions, H]
        start = None
        if h0 is not None:
            wide = lambda s: s.unsqueeze(1).expand(-1, x.shape[1], -1).contiguous()
            start = wide(h0) if c0 is None else (wide(h0), wide(c0))
        x = x.permute(1, 2, 0)
        for layer in self.front:
            x = layer(x)
        _, last = self.rnn(x.permute(2, 0, 1), start)
        h = last[0] if isinstance(last, tuple) else last  # [layers*directions, B, H]
        return self.activation(self.head(torch.cat(list(h[-self.directions:]), dim=1)))


class Checkpoint:
    """One directory checkpoints/step-…: .net, .window, .horizon, .center, and .series with scalers and last windows."""

    def __init__(self, directory):
        directory = pathlib.Path(directory)
        with safe_open(directory / "model.safetensors", "pt") as f:
            config, weights = f.metadata()["config"], {name: f.get_tensor(name) for name in f.keys()}
        with safe_open(directory / "data.safetensors", "pt") as f:
            about, state = json.loads(f.metadata()["description"]), {name: f.get_tensor(name) for name in f.keys()}

        value = lambda key: re.search(rf"^ +{key}: (.*)$", config, re.M).group(1)  # the few keys that are needed, of the YAML
        self.window, self.horizon, self.center = int(value("window")), int(value("horizon")), value("center")
        front = re.search(r"^ +front: (.*)$", config, re.M)
        front = json.loads(re.sub(r"([a-z_]+)", r'"\1"', front.group(1))) if front else []
        self.targets, self.covariates = about["targets"], about["covariates"] or []
        self.dtype = weights["head.bias"].dtype

        self.start = [weights.pop(name) for name in ("rnn.h0", "rnn.c0") if name in weights]
        self.net = Forecaster(
            front, value("cell"), value("nonlinearity"), len(self.targets) + len(self.covariates), int(value("hidden_size")),
            int(value("layers")), value("bidirectional") == "true", self.horizon * len(self.targets), value("output"),
        ).to(self.dtype)
        self.net.load_state_dict(weights, strict=True)

        columns = len(self.targets) + len(self.covariates)
        split = lambda name: torch.split(state[name], state[name + ".count"].tolist())
        self.series = {
            s["name"]: {"offset": offset, "scale": scale, "tail": tail.view(-1, columns)}
            for s, offset, scale, tail in zip(about["series"], split("scaler.offset"), split("scaler.scale"), split("tail"))
        }

    @torch.no_grad()
    def forecast(self, windows, series=""):
        """windows [B, T, targets + covariates] in units of the data, float64 → [B, horizon, targets]."""
        s, k = self.series[series], len(self.targets)
        x = (windows - s["offset"]) / s["scale"]
        center = {"none": 0 * x[:, :1, :k], "last": x[:, -1:, :k], "mean": x[:, :, :k].mean(1, keepdim=True)}[self.center]
        x = torch.cat([x[:, :, :k] - center, x[:, :, k:]], dim=2)
        y = self.net(x.transpose(0, 1).to(self.dtype), *self.start).view(-1, self.horizon, k)
        return (y.double() + center) * s["scale"][:k] + s["offset"][:k]


if __name__ == "__main__":
    checkpoints = pathlib.Path(sys.argv[1]) / "checkpoints"
    checkpoint = Checkpoint(checkpoints / (checkpoints / "best").read_text().strip())
    print(",".join(["series", "step", *checkpoint.targets]))
    for name, s in checkpoint.series.items():
        for step, row in enumerate(checkpoint.forecast(s["tail"][None], name)[0].tolist(), 1):
            print(",".join([name, str(step), *(f"{v:.10g}" for v in row)]))
