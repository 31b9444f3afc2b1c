# Loads the weights of the sample checkpoint with PyTorch, strictly, and prints what it read.
import hashlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file

weights = load_file(sys.argv[1])
rnn = torch.nn.GRU(2, 2)
rnn.load_state_dict({k[4:]: v for k, v in weights.items() if k.startswith("rnn.")})
head = torch.nn.Linear(2, 2)
head.load_state_dict({k[5:]: v for k, v in weights.items() if k.startswith("head.")})
for name, w in weights.items():
    print(name, w.dtype, list(w.shape), hashlib.sha256(w.numpy().tobytes()).hexdigest())
with safe_open(sys.argv[1], "pt") as f:
    print("format_version", f.metadata()["format_version"])
