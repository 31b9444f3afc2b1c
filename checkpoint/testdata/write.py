# Writes testdata/torch.safetensors with the reference writer.
import torch
from safetensors.torch import save_file

tensors = {
    "rnn.weight_ih_l0": torch.arange(12, dtype=torch.float32).reshape(6, 2) / 7,
    "double": torch.tensor([[0.1, float("nan"), float("-inf")]], dtype=torch.float64),
    "steps": torch.tensor([-1, 2**62], dtype=torch.int64),
    "mask": torch.tensor([True, False, True]),
    "bytes": torch.tensor([0, 127, 255], dtype=torch.uint8),
    "half": torch.tensor([1.5], dtype=torch.bfloat16),
    "scalar": torch.tensor(2.5),
    "empty": torch.zeros(0, 3),
}
save_file(tensors, "testdata/torch.safetensors", metadata={"format": "pt", "süß": 'a "b"\n'})
