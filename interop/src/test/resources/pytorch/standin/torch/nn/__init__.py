import numpy as np

import torch
from torch import Tensor


class Parameter(Tensor):
    def __new__(cls, values):
        return values.view(cls)


class Module:
    def __init__(self):
        pass

    def register_buffer(self, name, values):
        setattr(self, name, values.view(Parameter))

    def parts(self):
        return vars(self).items()

    def slots(self, prefix=""):
        for name, part in self.parts():
            if isinstance(part, Parameter):
                yield prefix + name, self, name
            elif isinstance(part, Module):
                yield from part.slots(prefix + name + ".")

    def load_state_dict(self, tensors):
        slots = {name: (owner, attribute) for name, owner, attribute in self.slots()}
        if set(slots) != set(tensors):
            raise RuntimeError("missing or unexpected: %s" % sorted(set(slots) ^ set(tensors)))
        for name, (owner, attribute) in slots.items():
            old = getattr(owner, attribute)
            if old.shape != tensors[name].shape or old.dtype != tensors[name].dtype:
                raise RuntimeError("%s does not fit" % name)
            setattr(owner, attribute, tensors[name].view(Parameter))

    def eval(self):
        return self

    def __call__(self, *arguments):
        return self.forward(*arguments)


class ModuleList(Module):
    def __init__(self):
        self.all = []

    def append(self, module):
        self.all.append(module)

    def parts(self):
        return [(str(i), module) for i, module in enumerate(self.all)]

    def __iter__(self):
        return iter(self.all)


class Identity(Module):
    def forward(self, x):
        return x


class Linear(Module):
    def __init__(self, inputs, outputs):
        self.weight = Parameter(torch.empty(outputs, inputs))
        self.bias = Parameter(torch.empty(outputs))

    def forward(self, x):
        assert x.dtype == np.float32, x.dtype
        return x @ np.swapaxes(self.weight, 0, 1) + self.bias


class Embedding(Module):
    def __init__(self, count, width):
        self.weight = Parameter(torch.empty(count, width))

    def forward(self, x):
        return self.weight[x].view(Tensor)


class LayerNorm(Module):
    def __init__(self, width):
        self.weight = Parameter(torch.empty(width))
        self.bias = Parameter(torch.empty(width))

    def forward(self, x):
        assert x.dtype == np.float32, x.dtype
        centred = x - x.mean(-1, keepdim=True)
        variance = (centred * centred).mean(-1, keepdim=True)
        return centred / np.sqrt(variance + np.float32(1e-5)) * self.weight + self.bias


class GRU(Module):
    def __init__(self, inputs, width, batch_first):
        assert batch_first
        self.weight_ih_l0 = Parameter(torch.empty(3 * width, inputs))
        self.weight_hh_l0 = Parameter(torch.empty(3 * width, width))
        self.bias_ih_l0 = Parameter(torch.empty(3 * width))
        self.bias_hh_l0 = Parameter(torch.empty(3 * width))

    def forward(self, u, state=None):
        width = self.weight_hh_l0.shape[1]
        h = torch.zeros(u.shape[0], width) if state is None else state[0]
        outputs = []
        for t in range(u.shape[1]):
            i = (u[:, t] @ self.weight_ih_l0.transpose(0, 1) + self.bias_ih_l0).chunk(3, -1)
            o = (h @ self.weight_hh_l0.transpose(0, 1) + self.bias_hh_l0).chunk(3, -1)
            r, z = torch.sigmoid(i[0] + o[0]), torch.sigmoid(i[1] + o[1])
            n = np.tanh(i[2] + r * o[2])
            h = (1 - z) * n + z * h
            outputs.append(h)
        return torch.stack(outputs, 1), h[None]


from torch.nn import functional  # noqa: E402,F401
