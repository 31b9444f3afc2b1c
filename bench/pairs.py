#!/usr/bin/env python3
"""Times what says one sequence of another beside PyTorch, on the same work, in one run on one machine.

recur bench --pairs trains a translation (bidirectional LSTM, LSTM, general attention) and the letters of sound (convolutions,
bidirectional LSTM, CTC) by its recipes, and translates by beam search. PyTorch does the same with the same sizes, lengths, batches
and dropout, once with padded and once with packed sequences: the faster one counts. Every measurement runs in a process of its own.

    python3 -m venv bench/env
    bench/env/bin/pip install -r bench/requirements.txt
    make bench-pairs

Each line gives the best and the median of what is done in a second, and how many times more recur's median is. With
--processor seconds are those of processors, for a machine that does other work, and each has one thread.
"""

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import time

READINGS = 5


def clock(processor):
    return time.process_time if processor else time.perf_counter


def read(work, seconds, processor):
    """Milliseconds of a reading, at least READINGS of them after one to warm up."""
    work()
    now, all, end = clock(processor), [], time.monotonic() + seconds
    while len(all) < READINGS or time.monotonic() < end:
        begin = now()
        work()
        all.append((now() - begin) * 1e3)
    return {"min": min(all), "median": statistics.median(all), "runs": len(all)}


def batches(shape):
    """The examples of an epoch in batches of like lengths, in pools of 50 batches."""
    order = list(range(len(shape["lengths"])))
    random.shuffle(order)
    size, out = shape["batch"], []
    for at in range(0, len(order), 50 * size):
        pool = sorted(order[at : at + 50 * size], key=lambda i: (shape["lengths"][i], shape["said"][i] if shape["said"] else 0))
        out += [pool[i : i + size] for i in range(0, len(pool), size)]
    random.shuffle(out)
    return out


def encoder(torch, lstm, x, lengths, packed):
    """Bidirectional states [T,B,2H] and last states of both directions. Padded: the backward one reads sequences that are turned round, so that padding comes last."""
    if packed:
        p = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
        out, (h, _) = lstm[0](p)
        return torch.nn.utils.rnn.pad_packed_sequence(out, total_length=x.shape[0])[0], torch.cat([h[0], h[1]], 1)
    steps = torch.arange(x.shape[0])[:, None]
    turned = torch.where(steps < lengths[None], lengths[None] - 1 - steps, steps)[:, :, None]
    forward, _ = lstm[1](x)
    backward, _ = lstm[2](x.gather(0, turned.expand(-1, -1, x.shape[2])))
    last = (lengths - 1)[None, :, None].expand(1, -1, forward.shape[2])
    ends = torch.cat([forward.gather(0, last)[0], backward.gather(0, last)[0]], 1)
    out = torch.cat([forward, backward.gather(0, turned.expand(-1, -1, backward.shape[2]))], 2)
    return out * (steps < lengths[None])[:, :, None], ends


def directions(torch, inputs, hidden, packed):
    if packed:
        return torch.nn.ModuleList([torch.nn.LSTM(inputs, hidden, bidirectional=True)])
    return torch.nn.ModuleList([torch.nn.Identity(), torch.nn.LSTM(inputs, hidden), torch.nn.LSTM(inputs, hidden)])


def translator(torch, shape, packed):
    source, target = shape["vocabulary"]
    e, h, d = shape["embedding"], shape["encoder"], shape["decoder"]
    nn = torch.nn
    return nn.ModuleDict({
        "source": nn.Embedding(source, e, padding_idx=0), "target": nn.Embedding(target, e, padding_idx=0),
        "encoder": directions(torch, e, h, packed), "decoder": nn.LSTM(e, d),
        "h": nn.Linear(2 * h, d), "c": nn.Linear(2 * h, d), "attention": nn.Linear(d, 2 * h, bias=False),
        "combine": nn.Linear(2 * h + d, d), "head": nn.Linear(d, target),
    })


def train_translation(torch, shape, packed):
    """A function that trains for an epoch."""
    net, drop = translator(torch, shape, packed), shape["dropout"]
    weights = list(net.parameters())
    solver = torch.optim.AdamW(weights, lr=0.003, betas=(0.9, 0.99), weight_decay=0, foreach=True)
    functional, (source, target) = torch.nn.functional, shape["vocabulary"]
    examples = [(torch.randint(4, source, (n,)), torch.randint(4, target, (m,))) for n, m in zip(shape["lengths"], shape["said"])]

    def step(index):
        x = torch.nn.utils.rnn.pad_sequence([examples[i][0] for i in index])
        y = torch.nn.utils.rnn.pad_sequence([examples[i][1] for i in index])
        lengths = torch.tensor([shape["lengths"][i] for i in index])
        memory, last = encoder(torch, net["encoder"], functional.dropout(net["source"](x), drop["embedding"]), lengths, packed)
        memory = functional.dropout(memory, drop["memory"]).transpose(0, 1)
        start = torch.tanh(net["h"](last))[None], torch.tanh(net["c"](last))[None]
        before = torch.cat([torch.ones_like(y[:1]), y[:-1]])
        states, _ = net["decoder"](functional.dropout(net["target"](before), drop["embedding"]), start)
        scores = net["attention"](states).transpose(0, 1) @ memory.transpose(1, 2)
        past = torch.arange(x.shape[0])[None] >= lengths[:, None]
        context = (scores.masked_fill(past[:, None], -1e9).softmax(-1) @ memory).transpose(0, 1)
        counts = y != 0  # the head sees what counts alone
        both = torch.cat([context, states], -1)[counts]
        features = functional.dropout(torch.tanh(net["combine"](both)), drop["head"])
        loss = functional.cross_entropy(net["head"](features), y[counts])
        solver.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        solver.step()

    return lambda: [step(index) for index in batches(shape)]


def train_speech(torch, shape, packed):
    nn, functional, drop, classes = torch.nn, torch.nn.functional, shape["dropout"], shape["vocabulary"][1]
    convs, norms, inputs = nn.ModuleList(), nn.ModuleList(), shape["inputs"]
    for c in shape["front"]:
        convs.append(nn.Conv1d(inputs, c["channels"], c["width"], stride=c["stride"], padding=c["width"] // 2))
        norms.append(nn.LayerNorm(c["channels"]))
        inputs = c["channels"]
    lstm, head = directions(torch, inputs, shape["encoder"], packed), nn.Linear(2 * shape["encoder"], classes)
    weights = [w for m in (convs, norms, lstm, head) for w in m.parameters()]
    solver = torch.optim.AdamW(weights, lr=0.003, betas=(0.9, 0.99), weight_decay=1e-4, foreach=True)
    examples = [(torch.randn(n, shape["inputs"]), torch.randint(1, classes, (m,))) for n, m in zip(shape["lengths"], shape["said"])]

    def step(index):
        x = nn.utils.rnn.pad_sequence([examples[i][0] for i in index], batch_first=True).transpose(1, 2)
        lengths = torch.tensor([shape["lengths"][i] for i in index])
        for c, conv, norm in zip(shape["front"], convs, norms):
            x = torch.relu(norm(conv(x).transpose(1, 2)))
            lengths = (lengths - 1) // c["stride"] + 1
            x = (x * (torch.arange(x.shape[1])[None] < lengths[:, None])[:, :, None]).transpose(1, 2)
        states, _ = encoder(torch, lstm, x.permute(2, 0, 1), lengths, packed)
        logp = head(functional.dropout(states, drop["head"])).log_softmax(-1)
        labels = torch.cat([examples[i][1] for i in index])
        loss = functional.ctc_loss(logp, labels, lengths, torch.tensor([shape["said"][i] for i in index]), reduction="sum", zero_infinity=True) / len(index)
        solver.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 5.0)
        solver.step()

    return lambda: [step(index) for index in batches(shape)]


def translate(torch, shape, packed):
    """A function that translates all sentences in one batch of all their hypotheses. None of them ends, as recur's do not."""
    net = translator(torch, shape, packed).eval()
    k, vocabulary, n = shape["beam"], shape["vocabulary"][1], len(shape["lengths"])
    lengths = torch.tensor(shape["lengths"])
    x = torch.randint(4, shape["vocabulary"][0], (int(lengths.max()), n))

    @torch.inference_mode()
    def say():
        memory, last = encoder(torch, net["encoder"], net["source"](x), lengths, packed)
        memory = memory.transpose(0, 1)
        keys = (memory @ net["attention"].weight).transpose(1, 2)  # once for all steps
        past = (torch.arange(x.shape[0])[None] >= lengths[:, None])[:, None]
        state = tuple(torch.tanh(net[s](last)).repeat_interleave(k, 0)[None].contiguous() for s in "hc")
        ids, total = torch.ones(n * k, dtype=torch.long), torch.full((n, k), -math.inf)
        total[:, 0] = 0
        for _ in range(shape["steps"]):
            out, state = net["decoder"](net["target"](ids)[None], state)
            out = out[0].view(n, k, -1)
            context = (out @ keys).masked_fill(past, -math.inf).softmax(-1) @ memory
            features = torch.tanh(net["combine"](torch.cat([context, out], -1))).view(n * k, -1)
            logits = net["head"](features)
            if k == 1:
                ids = logits[:, 3:].argmax(-1) + 3
                continue
            # The candidates of each hypothesis before the logarithms: a topk of all of them takes longer.
            top, symbol = logits[:, 3:].topk(2 * k, -1)
            top = (top - logits.logsumexp(-1, keepdim=True)).view(n, k, -1) + total[:, :, None]
            total, at = top.view(n, -1).topk(2 * k, -1)
            total, at = total[:, :k], at[:, :k]
            rows = (at // (2 * k) + torch.arange(n)[:, None] * k).view(-1)
            ids = symbol.view(n, -1).gather(1, at).view(-1) + 3
            state = tuple(s[:, rows] for s in state)

    return say


WORK = {"translation, training": train_translation, "speech (CTC), training": train_speech}


def peer(name, shape, packed, seconds, processor):
    import torch

    torch.set_num_threads(1 if processor else os.cpu_count())
    torch.manual_seed(1)
    random.seed(1)
    return read(WORK.get(name, translate)(torch, shape, packed), seconds, processor)


def one(row, packed, o):
    call = [sys.executable, __file__, "--seconds", str(o.seconds), "--peer", "packed" if packed else "padded"] + ["--processor"] * o.processor
    done = subprocess.run(call, input=json.dumps(row), capture_output=True, text=True)
    if done.returncode != 0:
        print(f"torch {row['name']}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--binary", default="bin/recur")
    a.add_argument("--peer", choices=["padded", "packed"])
    a.add_argument("--processor", action="store_true", help="processor seconds of one thread each")
    a.add_argument("--seconds", type=float, default=3)
    o = a.parse_args()
    if o.peer:
        row = json.load(sys.stdin)
        print(json.dumps(peer(row["name"], row["shape"], o.peer == "packed", o.seconds, o.processor)))
        return
    call = [o.binary, "bench", "--pairs", "--json", "--seconds", str(o.seconds)] + ["--threads", "1"] * o.processor
    rows = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)["rows"]
    print(f"best / median of what is done in a second{' of a processor' if o.processor else ''}\n")
    print("| | of | recur | torch padded | torch packed | faster by |\n|---|---|--:|--:|--:|--:|", flush=True)
    for row in rows:
        own = row["processor_ms" if o.processor else "reading_ms"]
        peers = [one(row, packed, o) for packed in (False, True)]
        speed = lambda t: f"{row['amount'] / t['min'] * 1e3:.0f} / {row['amount'] / t['median'] * 1e3:.0f}" if t else "–"
        known = [t["median"] for t in peers if t]
        ratio = f"{min(known) / own['median']:.2f}×" if known else "–"
        print(f"| {row['name']} | {row['unit']} | {speed(own)} | {' | '.join(map(speed, peers))} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
