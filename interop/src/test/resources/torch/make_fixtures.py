"""Makes the files of this folder: python3 make_fixtures.py (PyTorch 2.13.0, NumPy not needed)."""

import os

import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def save(name, value, legacy=False, **more):
    torch.save(value, os.path.join(HERE, name), _use_new_zipfile_serialization=not legacy, **more)


def types():
    """Every number type and every way to look into a storage; numbers that all types hold."""
    ten = torch.arange(10, dtype=torch.float32)
    numbers = [-2.0, 0.5, 1.0, 3.0]
    return {
        "float": torch.tensor(numbers),
        "double": torch.tensor(numbers, dtype=torch.float64),
        "half": torch.tensor(numbers + [6e-8, 65504.0], dtype=torch.float16),
        "bfloat16": torch.tensor(numbers, dtype=torch.bfloat16),
        "int64": torch.tensor([-5, 1 << 40]),
        "int32": torch.tensor([-5, 7], dtype=torch.int32),
        "int16": torch.tensor([-5, 7], dtype=torch.int16),
        "int8": torch.tensor([-5, 7], dtype=torch.int8),
        "uint8": torch.tensor([5, 200], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "complex64": torch.tensor([1 + 2j, 3 - 4j], dtype=torch.complex64),
        "complex128": torch.tensor([1 + 2j, 3 - 4j], dtype=torch.complex128),
        "transposed": torch.arange(6, dtype=torch.float32).view(2, 3).t(),
        "offset": ten[3:7],
        "every_second": ten[::2],
        "expanded": torch.tensor([7.0]).expand(3),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.tensor([1.5, 2.5])),
    }


def tiny_model(prefix=""):
    """A state dict with the names of the S4Model of example.py: H = 2, N = 4, one layer."""
    torch.manual_seed(1)
    h, m = 2, 2
    shapes = {
        "encoder.weight": (h, 1),
        "encoder.bias": (h,),
        "s4_layers.0.D": (h,),
        "s4_layers.0.kernel.C": (h, m, 2),
        "s4_layers.0.kernel.log_dt": (h,),
        "s4_layers.0.kernel.log_A_real": (h, m),
        "s4_layers.0.kernel.A_imag": (h, m),
        "s4_layers.0.output_linear.0.weight": (2 * h, h, 1),
        "s4_layers.0.output_linear.0.bias": (2 * h,),
        "norms.0.weight": (h,),
        "norms.0.bias": (h,),
        "decoder.weight": (3, h),
        "decoder.bias": (3,),
    }
    return {prefix + name: torch.randn(shape) for name, shape in shapes.items()}


def lightning():
    parameter = torch.nn.Parameter(torch.ones(2))
    optimizer = torch.optim.AdamW([parameter])
    parameter.sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "state_dict": tiny_model("model."),
        "optimizer_states": [optimizer.state_dict()],
        "loops": {"done": True, "sizes": torch.Size([2, 3]), "device": torch.device("cpu")},
    }


def main():
    save("types.pt", types())
    save("types_legacy.pt", types(), legacy=True)
    save("types_protocol4.pt", types(), pickle_protocol=4)
    save("tiny.pt", tiny_model())
    save("tiny_legacy.pt", tiny_model(), legacy=True)
    save("tiny_lightning.ckpt", lightning())
    save("tiny_parallel.pth", {"model": tiny_model("module."), "acc": 0.5, "epoch": 2})
    save("whole_object.pt", torch.nn.Linear(2, 2))
    save("conjugate.pt", {"x": torch.tensor([1 + 2j]).conj()})


main()
