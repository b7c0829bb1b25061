"""A sequence model in plain PyTorch, written by Carillon from the model @FINGERPRINT@.

Needs torch and nothing else. Its weights are in weights.safetensors beside this file.

    import torch
    from model import load

    model = load()
    answers = model(x)                         # x [batch, length, inputs], or tokens [batch, length]

    state = model.start(batch)                 # or live, one step at a time, if the model can stream
    answer, state = model.step(x_t, state)     # x_t [batch, inputs], or tokens [batch]

Numbers go in as they were measured, and come out in the units of the training data; answers that are
classes come out as scores, to be given to softmax, in the order of CONFIG["class_names"]. All weights
are real: a complex number is two planes, _re and _im. This is the model as it is used: there is no
dropout, and a batch norm keeps its statistics.
"""

import json
import math
import struct
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

CONFIG = @CONFIG@


def convolve(u, kernel, ahead=False):
    """Sum over j of kernel[j] u[t - j], or kernel[j] u[t + 1 + j] if it looks ahead.

    u [batch, channels, length], kernel [sets, channels, taps] -> [batch, sets, channels, length].
    """
    length = u.shape[-1]
    n = length + kernel.shape[-1]
    u = u.flip(-1) if ahead else u
    spectrum = torch.fft.rfft(u, n=n).unsqueeze(1) * torch.fft.rfft(kernel, n=n)
    y = torch.fft.irfft(spectrum, n=n)[..., :length]
    return F.pad(y, (1, 0))[..., :length].flip(-1) if ahead else y


def side_by_side(y, direct, u):
    """Outputs of all kernels [batch, kernels, channels, length] and D u -> [batch, length, kernels * channels]."""
    y = y + direct.unsqueeze(-1) * u.unsqueeze(1)
    return y.flatten(1, 2).transpose(1, 2)
