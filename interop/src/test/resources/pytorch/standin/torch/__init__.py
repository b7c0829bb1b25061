"""What model.py uses of torch, written on numpy after torch's documentation.

It checks the arithmetic of the module where there is no torch. It is no torch: what the two understand
differently is not seen.
"""

import numpy as np

float32, float64, int64 = np.float32, np.float64, np.int64


class Tensor(np.ndarray):
    device = "cpu"

    def detach(self):
        return self

    def double(self):
        return self.astype(np.float64)

    def float(self):
        return self.astype(np.float32)

    def unsqueeze(self, dim):
        return np.expand_dims(self, dim)

    def flip(self, dim):
        return np.flip(self, dim)

    def transpose(self, a, b):
        return np.swapaxes(self, a, b)

    def flatten(self, first, last):
        shape = self.shape
        return self.reshape(shape[:first] + (-1,) + shape[last + 1 :])

    def chunk(self, parts, dim):
        assert self.shape[dim] % parts == 0
        return np.split(self, parts, dim)

    def mean(self, dim, keepdim=False):
        return np.mean(np.asarray(self), axis=dim, keepdims=keepdim).view(Tensor)

    def masked_fill(self, mask, value):
        return np.where(mask, self.dtype.type(value), self).view(Tensor)

    def clamp(self, min):
        return np.maximum(self, self.dtype.type(min))


def from_numpy(values):
    return values.view(Tensor)


def tensor(values, dtype=None, device=None):
    return np.array(values, dtype=dtype).view(Tensor)


def empty(*shape, dtype=np.float32):
    return np.full(shape, np.nan, dtype).view(Tensor)


def zeros(*shape, dtype=np.float32, device=None):
    return np.zeros(shape, dtype).view(Tensor)


def arange(n, dtype=np.int64, device=None):
    return np.arange(n, dtype=dtype).view(Tensor)


def frombuffer(data, dtype):
    return np.frombuffer(data, dtype).view(Tensor)


def einsum(formula, *operands):
    return np.einsum(formula, *operands).view(Tensor)


def cat(parts, dim):
    return np.concatenate(parts, dim).view(Tensor)


def stack(parts, dim):
    return np.stack(parts, dim).view(Tensor)


exp, cos, sin, sqrt, tanh = np.exp, np.cos, np.sin, np.sqrt, np.tanh


def relu(x):
    return np.maximum(x, x.dtype.type(0))


def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype(np.float64))).astype(x.dtype)


def softmax(x, dim):
    e = np.exp(x - np.max(x, axis=dim, keepdims=True))
    return e / np.sum(e, axis=dim, keepdims=True)


class fft:
    @staticmethod
    def rfft(x, n):
        return np.fft.rfft(x, n).view(Tensor)

    @staticmethod
    def irfft(x, n):
        return np.fft.irfft(x, n).view(Tensor)
