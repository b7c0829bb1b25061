import math

import numpy as np

import torch

_erf = np.vectorize(math.erf, otypes=[np.float64])


def gelu(x):
    return (x * 0.5 * (1 + _erf(x.astype(np.float64) / math.sqrt(2)))).astype(x.dtype)


def silu(x):
    return x * torch.sigmoid(x)


def elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, x.dtype.type(0)))).view(torch.Tensor)


def pad(x, sides):
    return np.pad(x, [(0, 0)] * (x.ndim - 1) + [sides]).view(torch.Tensor)
