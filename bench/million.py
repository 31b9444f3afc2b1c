#!/usr/bin/env python3
"""An epoch over a million windows: `recur train` beside PyTorch, each from a CSV file on disk to trained weights.

The work: read a CSV of one column, scale it, and go once in random order through a million windows of 24 values that predict
the next one, with one LSTM layer of 64 units and a linear head, batches of 64, mean squared error, clipping by global norm at
1, Adam, float32, all cores. PyTorch does it twice: as its tutorials do, with a Dataset and a DataLoader that join single
windows; and as fast as we know how to write it, with an index into a view of all windows. Every run is a process of its own;
its time is from its start to its end, start of the interpreter and reading of the data included.

    make bench-million

Prints the seconds of each, those of the epoch alone, and the most memory that the process had.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

STEPS, HIDDEN, BATCH = 24, 64, 64

CONFIG = """name: million
data:
  csv: {csv}
  targets: [value]
  window: 24
  horizon: 1
  split: {{train: {rows}}}
model: {{cell: lstm, hidden_size: 64}}
train: {{epochs: 1, batch_size: 64, early_stopping: {{patience: 0}}}}
"""


def write_series(path, rows):
    """Two seasons, a slow wave and noise."""
    r = random.Random(1)
    with open(path, "w") as f:
        f.write("value\n")
        for i in range(rows):
            wave = math.sin(i / 3.8) + 0.5 * math.sin(i / 26.7) + math.sin(i / 5000)
            f.write(f"{wave + 0.2 * r.gauss(0, 1):.4f}\n")


def run_torch(path, kind):
    import numpy as np
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(os.cpu_count())
    values = np.loadtxt(path, dtype="float32", skiprows=1)
    series = torch.from_numpy((values - values.mean()) / values.std())
    rnn, head = torch.nn.LSTM(1, HIDDEN, batch_first=True), torch.nn.Linear(HIDDEN, 1)
    weights = [*rnn.parameters(), *head.parameters()]
    adam = torch.optim.Adam(weights, lr=0.001, foreach=True)

    class Windows(torch.utils.data.Dataset):
        def __len__(self):
            return len(series) - STEPS

        def __getitem__(self, i):
            return series[i : i + STEPS, None], series[i + STEPS]

    def loaded():
        yield from torch.utils.data.DataLoader(Windows(), batch_size=BATCH, shuffle=True)

    def indexed():
        windows = series.unfold(0, STEPS + 1, 1)
        for index in torch.randperm(len(windows)).split(BATCH):
            batch = windows[index]
            yield batch[:, :STEPS, None], batch[:, STEPS]

    begin, total, count = time.monotonic(), 0.0, 0
    for x, y in {"loader": loaded, "index": indexed}[kind]():
        adam.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(head(rnn(x)[0][:, -1])[:, 0], y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        adam.step()
        total, count = total + loss.item() * len(y), count + len(y)
    return {"epoch": time.monotonic() - begin, "windows": count, "loss": total / count}


def measured(call):
    """Runs a command; its last line of output as JSON, its seconds, and its peak of memory in MB."""
    begin = time.monotonic()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(call, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        if status:
            errors.seek(0)
            raise SystemExit(f"{' '.join(call)}: {errors.read()[-1000:]}")
        out.seek(0)
        answer = json.load(out)
    unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
    return answer, seconds, usage.ru_maxrss / unit


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--binary", default="bin/recur")
    a.add_argument("--windows", type=int, default=1_000_000)
    a.add_argument("--torch", choices=["loader", "index"], help=argparse.SUPPRESS)
    a.add_argument("--csv", help=argparse.SUPPRESS)
    o = a.parse_args()
    if o.torch:
        print(json.dumps(run_torch(o.csv, o.torch)))
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = o.windows + STEPS
        csv, config = os.path.join(folder, "series.csv"), os.path.join(folder, "million.yaml")
        write_series(csv, rows)
        with open(config, "w") as f:
            f.write(CONFIG.format(csv=csv, rows=rows))
        print(f"{o.windows} windows of {STEPS}, lstm {HIDDEN}, batches of {BATCH}\n")
        print("| | seconds, start to end | of them the epoch | loss of the epoch | peak memory, MB |\n|---|---|---|---|---|", flush=True)
        answer, seconds, memory = measured([o.binary, "train", config, "--run", os.path.join(folder, "run"), "--json"])
        epoch = answer["steps"] / answer["steps_per_second"]
        print(f"| recur train | {seconds:.1f} | {epoch:.1f} | {answer['train_loss']:.4f} | {memory:.0f} |", flush=True)
        for kind, name in [("index", "PyTorch, index into a view"), ("loader", "PyTorch, DataLoader")]:
            call = [sys.executable, __file__, "--torch", kind, "--csv", csv]
            answer, seconds, memory = measured(call)
            print(f"| {name} | {seconds:.1f} | {answer['epoch']:.1f} | {answer['loss']:.4f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
