"""The loss over classes with all its gradients, by recur's kernels and by PyTorch, in turns in one run.

    go test -c -o /tmp/kernel.test ./internal/kernel
    python bench/classes.py /tmp/kernel.test THREADS [ROUNDS]

Prints the least and the median of all rounds in milliseconds: other programs only ever make a run longer.
"""
import re, subprocess, sys, time
import torch
import torch.nn.functional as F

SHAPES = [(1280, 384, 65), (1280, 128, 6000), (32, 128, 6), (1280, 256, 20000)]


def peer(n, h, v, seconds):
    x, w, b = torch.randn(n, h, requires_grad=True), (torch.randn(v, h) / h**0.5).requires_grad_(), torch.zeros(v, requires_grad=True)
    y, times, end = torch.randint(0, v, (n,)), [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 6:
        x.grad = w.grad = b.grad = None
        start = time.perf_counter()
        F.cross_entropy(F.linear(x, w, b), y).backward()
        times.append(1e3 * (time.perf_counter() - start))
    times = sorted(times[2:])  # the first ones allocate
    return times[0], times[len(times) // 2]


def ours(binary, n, h, v, threads, seconds):
    name = f"^BenchmarkCrossEntropy$/^N{n}_H{h}_V{v}$/^threads{threads}$"
    out = subprocess.run([binary, "-test.run=^$", f"-test.bench={name}", f"-test.benchtime={seconds}s"], capture_output=True, text=True, check=True).stdout
    return tuple(float(re.search(r"([\d.]+) " + unit, out).group(1)) for unit in ("min-ms", "median-ms"))


binary, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
print(f"PyTorch {torch.__version__}, {threads} threads, float32; ms")
for n, h, v in SHAPES:
    rounds = [(peer(n, h, v, 1.5), ours(binary, n, h, v, threads, 1.5)) for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 3)]
    (a, am), (b, bm) = [(min(r[i][0] for r in rounds), sorted(r[i][1] for r in rounds)[len(rounds) // 2]) for i in (0, 1)]
    print(f"N {n} H {h} V {v}: PyTorch least {a:.3f} median {am:.3f}, recur least {b:.3f} median {bm:.3f}: {a / b:.2f} and {am / bm:.2f} times", flush=True)
