#!/usr/bin/env python3
"""Times recur beside PyTorch, Keras and onnxruntime on the same work, in one run on one machine.

The work of a training step: x[T,B,I] through L recurrent layers of H units, a linear head on the last step, mean squared
error, the whole backward pass, clipping by global norm at 1, one Adam update, float32, all cores. Inference: the forward
pass alone. Every measurement runs in a process of its own, in turn, so that no framework's threads disturb another's.

    python3 -m venv bench/env
    bench/env/bin/pip install -r bench/requirements.txt
    make bench-peers

With --front the same with convolutions, layer norm and relu below the recurrent layers, beside PyTorch and Keras.

With --language networks of the next symbol beside PyTorch: symbols to vectors, recurrent layers, at every step a softmax over all
symbols, cross-entropy. A training step learns from B·T symbols.

Each line of the table gives the minimum and the median in milliseconds, and how many times faster recur's median is than
the better peer's. Peers that are not installed are left out.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

GRID = [
    (cell, *shape, 1)
    for shape in [(32, 20, 1, 10), (32, 24, 1, 64), (64, 50, 1, 128), (64, 100, 1, 256)]
    for cell in ["elman", "lstm", "gru"]
] + [("lstm", 50, 50, 65, 128, 2)]
# Below an lstm: a convolution of so many channels, width and stride, layer norm and relu.
FRONT = [
    ("lstm", 32, 100, 1, 32, 1, "32,5,1"),
    ("lstm", 64, 50, 64, 64, 1, "64,3,1"),
    ("lstm", 16, 400, 40, 64, 1, "128,9,4"),
    ("lstm", 64, 96, 8, 64, 1, "32,7,1"),
    ("lstm", 128, 24, 16, 64, 1, "64,3,1"),
    ("lstm", 8, 1000, 3, 32, 1, "32,5,4;64,3,2"),
]
# Networks of the next symbol: symbols, numbers of each, and tied where the head weighs by their table through a projection.
LANGUAGE = [
    ("lstm", 32, 40, 64, 384, 1, "65"),
    ("lstm", 32, 40, 64, 256, 2, "65"),
    ("gru", 32, 40, 64, 384, 1, "65"),
    ("lstm", 32, 40, 128, 256, 1, "6000,tied"),
    ("lstm", 32, 40, 128, 256, 1, "6000"),
]
STREAM = [(cell, 1, 1, 1, 64, 1) for cell in ["elman", "lstm", "gru"]]


def timed(work, seconds):
    """Minimum and median milliseconds of a call, after a warm-up."""
    for _ in range(3):
        work()
    runs, end = [], time.monotonic() + seconds
    while len(runs) < 7 or time.monotonic() < end:
        begin = time.perf_counter_ns()
        work()
        runs.append((time.perf_counter_ns() - begin) / 1e6)
    return {"min": min(runs), "median": statistics.median(runs), "runs": len(runs)}


def torch_network(torch, cell, inputs, hidden, layers):
    kind = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    return kind(inputs, hidden, layers), torch.nn.Linear(hidden, 1)


def convolutions(front):
    """The numbers of each convolution of a front such as 64,5,2;64,3,1."""
    return [tuple(map(int, layer.split(","))) for layer in front.split(";") if layer]


def torch_front(torch, inputs, front):
    """Convolutions over x [B,C,T] with norms over the channels; the result is [T,B,C], as the recurrent layers read it."""

    class Layer(torch.nn.Module):
        def __init__(self, inputs, channels, width, stride):
            super().__init__()
            self.conv = torch.nn.Conv1d(inputs, channels, width, stride=stride, padding=width // 2)
            self.norm = torch.nn.LayerNorm(channels)

        def forward(self, x):
            return torch.relu(self.norm(self.conv(x).transpose(1, 2))).transpose(1, 2)

    layers = []
    for channels, width, stride in convolutions(front):
        layers.append(Layer(inputs, channels, width, stride))
        inputs = channels
    return torch.nn.Sequential(*layers), inputs


def run_torch(cell, batch, steps, inputs, hidden, layers, seconds, front=""):
    import torch

    torch.set_num_threads(os.cpu_count())
    below, read = torch_front(torch, inputs, front)
    rnn, head = torch_network(torch, cell, read, hidden, layers)
    weights = [*below.parameters(), *rnn.parameters(), *head.parameters()]
    adam = torch.optim.Adam(weights, lr=0.001, foreach=True)
    x, y = torch.randn(steps, batch, inputs), torch.randn(batch, 1)
    last = lambda: rnn(x)[0][-1]
    if front:
        x = x.permute(1, 2, 0).contiguous()
        last = lambda: rnn(below(x).permute(2, 0, 1))[0][-1]

    def step():
        adam.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(head(last()), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        adam.step()

    def forward():
        with torch.inference_mode():
            head(last())

    return {"version": torch.__version__, "train_ms": timed(step, seconds), "infer_ms": timed(forward, seconds)}


def run_language(cell, batch, steps, embedding, hidden, layers, seconds, symbols):
    import torch
    from torch.nn import functional

    torch.set_num_threads(os.cpu_count())
    count, tied = int(symbols.split(",")[0]), symbols.endswith("tied")
    table = torch.nn.Embedding(count, embedding)
    rnn, _ = torch_network(torch, cell, embedding, hidden, layers)
    project = torch.nn.Linear(hidden, embedding, bias=False) if tied else torch.nn.Identity()
    head = torch.nn.Linear(embedding if tied else hidden, count)
    if tied:
        head.weight = table.weight
    net = torch.nn.ModuleList([table, rnn, project, head])
    weights = list(net.parameters())
    adam = torch.optim.Adam(weights, lr=0.001, foreach=True)
    x, y = torch.randint(count, (steps, batch)), torch.randint(count, (steps * batch,))
    logits = lambda: head(project(rnn(table(x))[0])).reshape(-1, count)

    def step():
        adam.zero_grad(set_to_none=True)
        functional.cross_entropy(logits(), y).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        adam.step()

    def forward():
        with torch.inference_mode():
            torch.softmax(logits(), 1)

    return {"version": torch.__version__, "train_ms": timed(step, seconds), "infer_ms": timed(forward, seconds)}


def run_keras(cell, batch, steps, inputs, hidden, layers, seconds, front=""):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import numpy as np

    kind = {"elman": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}[cell]
    x = np.random.randn(batch, steps, inputs).astype("float32")
    y = np.random.randn(batch, 1).astype("float32")
    best = None
    for compiled in [False, True]:  # XLA is faster at some shapes and slower at others: the better one counts
        model = keras.Sequential([keras.Input((steps, inputs))])
        for channels, width, stride in convolutions(front):
            model.add(keras.layers.Conv1D(channels, width, strides=stride, padding="same"))
            model.add(keras.layers.LayerNormalization(epsilon=1e-5))
            model.add(keras.layers.ReLU())
        for layer in range(layers):
            model.add(kind(hidden, return_sequences=layer < layers - 1))
        model.add(keras.layers.Dense(1))
        model.compile(keras.optimizers.Adam(0.001, global_clipnorm=1.0), loss="mse", jit_compile=compiled)
        train = timed(lambda: model.train_on_batch(x, y), seconds)
        infer = timed(lambda: model.predict_on_batch(x), seconds)
        if best is None:
            best = {"version": keras.__version__, "train_ms": train, "infer_ms": infer}
        best["train_ms"] = min(best["train_ms"], train, key=lambda r: r["median"])
        best["infer_ms"] = min(best["infer_ms"], infer, key=lambda r: r["median"])
    return best


def run_onnxruntime(cell, batch, steps, inputs, hidden, layers, seconds):
    import numpy as np
    import onnx
    import onnxruntime as ort
    from onnx import TensorProto, helper

    op, gates = {"elman": ("RNN", 1), "lstm": ("LSTM", 4), "gru": ("GRU", 3)}[cell]
    random = np.random.default_rng(1)
    nodes, weights, source = [], [], "x"

    def weight(name, *shape):
        values = random.uniform(-0.1, 0.1, shape).astype("float32")
        weights.append(onnx.numpy_helper.from_array(values, name))
        return name

    for layer in range(layers):
        width = inputs if layer == 0 else hidden
        names = [weight(f"w{layer}", 1, gates * hidden, width), weight(f"r{layer}", 1, gates * hidden, hidden), weight(f"b{layer}", 1, 2 * gates * hidden)]
        extra = {"linear_before_reset": 1} if cell == "gru" else {}
        nodes.append(helper.make_node(op, [source, *names], [f"y{layer}", f"h{layer}"], hidden_size=hidden, **extra))
        weights.append(onnx.numpy_helper.from_array(np.array([1], "int64"), f"axis{layer}"))
        nodes.append(helper.make_node("Squeeze", [f"y{layer}", f"axis{layer}"], [f"s{layer}"]))
        source = f"s{layer}"
    weights.append(onnx.numpy_helper.from_array(np.array([0], "int64"), "first"))
    nodes.append(helper.make_node("Squeeze", [f"h{layers - 1}", "first"], ["last"]))
    nodes.append(helper.make_node("MatMul", ["last", weight("head", hidden, 1)], ["out"]))
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [steps, batch, inputs])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [batch, 1])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = ort.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feed = {"x": random.standard_normal((steps, batch, inputs)).astype("float32")}
    return {"version": ort.__version__, "train_ms": None, "infer_ms": timed(lambda: session.run(None, feed), seconds)}


PEERS = {"torch": run_torch, "keras": run_keras, "onnxruntime": run_onnxruntime}


def one(peer, shape, seconds):
    """Runs one measurement in its own process; None when the peer is not installed or fails."""
    call = [sys.executable, __file__, "--peer", peer, "--shape", ",".join(map(str, shape[:6])), "--seconds", str(seconds)]
    if len(shape) > 6:
        call += ["--below", shape[6]]
    done = subprocess.run(call, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{peer} {shape}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def recur(binary, shape, seconds):
    cell, batch, steps, inputs, hidden, layers = shape[:6]
    call = [binary, "bench", "--json", "--seconds", str(seconds), "--cell", cell]
    for name, value in [("batch", batch), ("steps", steps), ("inputs", inputs), ("hidden", hidden), ("layers", layers)]:
        call += ["--" + name, str(value)]
    if len(shape) > 6 and language(shape[6]):
        call += ["--embedding", str(inputs), "--vocabulary", shape[6].split(",")[0]] + ["--tied"] * shape[6].endswith("tied")
    elif len(shape) > 6:
        for layer in shape[6].split(";"):
            call += ["--front", layer]
    return json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)


def language(below):
    """Whether what a shape ends with are symbols, and no convolutions."""
    return below.count(",") < 2 and bool(below)


def show(t):
    return f"{t['min']:.4g} / {t['median']:.4g}" if t else "–"


def table(binary, shapes, kind, seconds):
    """Prints one table: kind is train_ms or infer_ms. Returns the ratios."""
    peers = [p for p in PEERS if not (kind == "train_ms" and p == "onnxruntime")]
    print(f"\n| cell B,T,I,H,layers | recur | {' | '.join(peers)} | faster by | peak share |")
    print("|---" * (len(peers) + 4) + "|", flush=True)
    ratios = []
    for shape in shapes:
        own = recur(binary, shape, seconds)["rows"][0]
        times = {p: (one(p, shape, seconds) or {}).get(kind) for p in peers}
        known = [t["median"] for t in times.values() if t]
        ratio = min(known) / own[kind]["median"] if known else None
        if ratio:
            ratios.append(ratio)
        share = f"{100 * own['peak_share']:.0f}%" if kind == "train_ms" else ""
        cells = " | ".join(show(times[p]) for p in peers)
        name = f"{shape[0]} {','.join(map(str, shape[1:6]))}" + "".join(f" {'V' if language(layer) else 'conv'} {layer}" for layer in shape[6:])
        print(f"| {name} | {show(own[kind])} | {cells} | {f'{ratio:.2f}×' if ratio else '–'} | {share} |", flush=True)
    return ratios


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--binary", default="bin/recur")
    a.add_argument("--peer", choices=PEERS)
    a.add_argument("--shape")
    a.add_argument("--below", default="", help="with --peer: the convolutions below, channels,width,stride;…")
    a.add_argument("--front", action="store_true", help="networks with convolutions")
    a.add_argument("--language", action="store_true", help="networks of the next symbol")
    a.add_argument("--seconds", type=float, default=3)
    o = a.parse_args()
    if o.peer:
        cell, *sizes = o.shape.split(",")
        run = run_language if language(o.below) else PEERS[o.peer]
        if run is run_language:
            print(json.dumps(run(cell, *map(int, sizes), o.seconds, o.below)))
            return
        print(json.dumps(PEERS[o.peer](cell, *map(int, sizes), o.seconds, **({"front": o.below} if o.below else {}))))
        return
    if o.language:
        del PEERS["onnxruntime"], PEERS["keras"]
        print("training step of the next symbol, minimum / median milliseconds")
        ratios = table(o.binary, LANGUAGE, "train_ms", o.seconds)
        if ratios:
            print(f"\ngeometric mean: {statistics.geometric_mean(ratios):.2f}×, lowest: {min(ratios):.2f}×")
        return
    if o.front:
        del PEERS["onnxruntime"]
        for kind, title in [("train_ms", "training step"), ("infer_ms", "forward pass")]:
            print(f"{title} with convolutions, minimum / median milliseconds")
            ratios = table(o.binary, FRONT, kind, o.seconds)
            if ratios:
                print(f"\ngeometric mean: {statistics.geometric_mean(ratios):.2f}×, lowest: {min(ratios):.2f}×\n")
        return
    print("training step, minimum / median milliseconds")
    ratios = table(o.binary, GRID, "train_ms", o.seconds)
    if ratios:
        print(f"\ngeometric mean: {statistics.geometric_mean(ratios):.2f}×, lowest: {min(ratios):.2f}×")
    print("\nforward pass, minimum / median milliseconds")
    table(o.binary, STREAM + [g for g in GRID if g[1:5] == (64, 50, 1, 128)], "infer_ms", o.seconds)


if __name__ == "__main__":
    main()
