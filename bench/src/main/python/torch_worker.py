"""The PyTorch side of bench/compare: the same computations, written from the papers' formulas.

Speaks the protocol of io.carillon.bench.compare.Worker: commands on standard input, one line each,
one line of answer. Argument: the number of threads.
"""

import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10
WIDTH = 128


def convolve(u, k):
    """Causal convolution by FFT. u (B, H, L), k (H, L)."""
    length = u.size(-1)
    spectrum = torch.fft.rfft(u, n=2 * length) * torch.fft.rfft(k, n=2 * length)
    return torch.fft.irfft(spectrum, n=2 * length)[..., :length]


class S4dKernel(nn.Module):
    """K[l] = 2 Re sum_n C_n (exp(dt A_n) - 1) / A_n exp(l dt A_n), S4D-Lin."""

    def __init__(self, channels, state_size):
        super().__init__()
        modes = state_size // 2
        span = math.log(0.1) - math.log(0.001)
        self.log_dt = nn.Parameter(torch.rand(channels) * span + math.log(0.001))
        c = torch.randn(channels, modes, dtype=torch.cfloat)
        self.c = nn.Parameter(torch.view_as_real(c))
        self.log_a_real = nn.Parameter(torch.log(0.5 * torch.ones(channels, modes)))
        self.a_imag = nn.Parameter(math.pi * torch.arange(modes).repeat(channels, 1).float())

    def forward(self, length):
        dt = torch.exp(self.log_dt)
        c = torch.view_as_complex(self.c)
        a = -torch.exp(self.log_a_real) + 1j * self.a_imag
        dt_a = a * dt.unsqueeze(-1)
        c = c * (torch.exp(dt_a) - 1.0) / a
        k = dt_a.unsqueeze(-1) * torch.arange(length)
        return 2 * torch.einsum("hn,hnl->hl", c, torch.exp(k)).real


class DlrKernel(nn.Module):
    """K[h, l] = Re sum_n W[h, n] exp(l (-rho_n^2 + i theta_n)); the modes are shared by the channels."""

    def __init__(self, channels, state_size):
        super().__init__()
        d = torch.exp(torch.rand(state_size) * (math.log(0.1) - math.log(1e-4)) + math.log(1e-4))
        self.rho = nn.Parameter(torch.sqrt(0.5 * d))
        self.theta = nn.Parameter(2 * math.pi * torch.arange(state_size) / state_size)
        w = torch.randn(channels, state_size, 2) / state_size
        self.w = nn.Parameter(w)

    def forward(self, length):
        log_lambda = torch.complex(-self.rho**2, self.theta)
        powers = torch.exp(log_lambda.unsqueeze(-1) * torch.arange(length))
        return torch.matmul(torch.view_as_complex(self.w), powers).real


class Layer(nn.Module):
    """y = K * u + D u."""

    def __init__(self, kernel, channels):
        super().__init__()
        self.kernel = kernel
        self.d = nn.Parameter(torch.randn(channels))

    def forward(self, u):
        return convolve(u, self.kernel(u.size(-1))) + u * self.d.unsqueeze(-1)


class TiedDropout(nn.Module):
    """One mask per sequence and channel."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        mask = torch.rand(x.shape[:2] + (1,)) < 1.0 - self.p
        return x * mask * (1.0 / (1 - self.p))


class Block(nn.Module):
    """Post-norm residual block: layer, GELU, dropout, Linear(H, 2H), GLU, dropout."""

    def __init__(self, kernel, channels, p):
        super().__init__()
        self.layer = Layer(kernel, channels)
        self.dropout = TiedDropout(p)
        self.output = nn.Conv1d(channels, 2 * channels, kernel_size=1)
        self.norm = nn.LayerNorm(channels)

    def forward(self, x):
        y = self.dropout(F.gelu(self.layer(x)))
        y = self.dropout(F.glu(self.output(y), dim=-2))
        return self.norm((x + y).transpose(-1, -2)).transpose(-1, -2)


class Network(nn.Module):
    def __init__(self, kernels, p):
        super().__init__()
        self.encoder = nn.Linear(1, WIDTH)
        self.blocks = nn.ModuleList(Block(k, WIDTH, p) for k in kernels)
        self.decoder = nn.Linear(WIDTH, CLASSES)

    def forward(self, x):
        x = self.encoder(x).transpose(-1, -2)
        for block in self.blocks:
            x = block(x)
        return self.decoder(x.mean(dim=-1))


def s4d_network():
    return Network([S4dKernel(WIDTH, 64) for _ in range(4)], 0.1)


def optimizer(network):
    """AdamW, the parameters of the kernels at a rate of their own and without decay."""
    slow = [p for n, p in network.named_parameters() if n.endswith(("log_dt", "log_a_real", "a_imag"))]
    ids = {id(p) for p in slow}
    rest = [p for p in network.parameters() if id(p) not in ids]
    groups = [{"params": rest}, {"params": slow, "lr": 0.001, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.01, weight_decay=0.01)


def layer_work(layer, batch, length, channels):
    u = torch.randn(batch, channels, length, requires_grad=True)
    g = torch.randn(batch, channels, length)

    def run():
        u.grad = None
        layer.zero_grad(set_to_none=True)
        layer(u).backward(g)

    return run


class GivenKernel(nn.Module):
    def __init__(self, channels, length):
        super().__init__()
        self.k = nn.Parameter(torch.randn(channels, length))

    def forward(self, length):
        return self.k


def kernel_work(kernel, channels, length):
    g = torch.randn(channels, length)

    def run():
        kernel.zero_grad(set_to_none=True)
        kernel(length).backward(g)

    return run


def training_work(network, batch, length, step):
    x = torch.randn(batch, length, 1)
    labels = torch.randint(CLASSES, (batch,))
    update = optimizer(network) if step else None
    network.train()

    def run():
        network.zero_grad(set_to_none=True)
        F.cross_entropy(network(x), labels).backward()
        if update is not None:
            update.step()

    return run


def inference_work(network, batch, length):
    x = torch.randn(batch, length, 1)
    network.eval()

    def run():
        with torch.inference_mode():
            network(x)

    return run


def convolution_work(batch, length, channels):
    u = torch.randn(batch, channels, length)
    k = torch.randn(channels, length)

    def run():
        with torch.inference_mode():
            convolve(u, k)

    return run


class Stepper:
    """One step of the network above, as recurrence x = exp(dt A) x + u, y = 2 Re sum_n C'_n x_n + D u.

    The system is discretised once; states are complex64, and weights are bound to names once, so
    that a step is tensor operations only.
    """

    def __init__(self, depth, channels, state_size, streams):
        self.encoder = nn.Linear(1, channels)
        self.decoder = nn.Linear(channels, CLASSES)
        self.blocks = []
        for _ in range(depth):
            block = Block(S4dKernel(channels, state_size), channels, 0.0)
            kernel = block.layer.kernel
            a = -torch.exp(kernel.log_a_real) + 1j * kernel.a_imag
            dt_a = a * torch.exp(kernel.log_dt).unsqueeze(-1)
            c = 2 * torch.view_as_complex(kernel.c) * (torch.exp(dt_a) - 1.0) / a
            weight = block.output.weight.squeeze(-1)
            x = torch.zeros(streams, channels, state_size // 2, dtype=torch.cfloat)
            d = block.layer.d
            self.blocks.append((torch.exp(dt_a), c, d, weight, block.output.bias, block.norm, x))
        self.sum = torch.zeros(streams, channels)
        self.steps = 0

    def step(self, inputs):
        u = self.encoder(inputs)
        for a, c, d, weight, bias, norm, x in self.blocks:
            x.mul_(a).add_(u.unsqueeze(-1))
            y = (x * c).sum(-1).real + d * u
            u = norm(u + F.glu(F.linear(F.gelu(y), weight, bias), dim=-1))
        self.steps += 1
        self.sum += u
        return self.decoder(self.sum / self.steps)


class EinsumStepper(Stepper):
    """The same with B kept apart and the sums as einsum, a new tensor for every operation."""

    contract = staticmethod(torch.einsum)

    def __init__(self, depth, channels, state_size, streams):
        super().__init__(depth, channels, state_size, streams)
        self.blocks = [
            [a, torch.ones_like(c), c.unsqueeze(0), d.unsqueeze(0), weight.unsqueeze(-1), bias, norm, x]
            for a, c, d, weight, bias, norm, x in self.blocks
        ]

    def step(self, inputs):
        u = self.encoder(inputs)
        for block in self.blocks:
            a, b, c, d, weight, bias, norm, x = block
            x = self.contract("hn,bhn->bhn", a, x) + self.contract("hn,bh->bhn", b, u)
            block[-1] = x
            y = self.contract("chn,bhn->bch", c, x).real + self.contract("bh,ch->bch", u, d)
            y = F.gelu(y.flatten(1))
            y = F.glu(F.conv1d(y.unsqueeze(-1), weight, bias), dim=1).squeeze(-1)
            u = norm(u + y)
        self.steps += 1
        self.sum = self.sum + u
        return self.decoder(self.sum / self.steps)


class PublishedStepper(EinsumStepper):
    """The same with contract of opt_einsum, which published steps call."""

    def __init__(self, depth, channels, state_size, streams):
        import opt_einsum

        super().__init__(depth, channels, state_size, streams)
        self.contract = opt_einsum.contract


def step_work(depth, channels, state_size, streams, kind=Stepper):
    inputs = torch.randn(1024, streams, 1)
    with torch.inference_mode():
        stepper = kind(depth, channels, state_size, streams)

    def run():
        with torch.inference_mode():
            stepper.step(inputs[stepper.steps % 1024])

    return run


def make(name):
    if name == "step-large":
        return step_work(4, 128, 64, 1)
    if name == "step-large-einsum":
        return step_work(4, 128, 64, 1, EinsumStepper)
    if name == "step-large-published":
        return step_work(4, 128, 64, 1, PublishedStepper)
    if name == "step-small":
        return step_work(2, 32, 32, 1)
    if name == "batch-large":
        return step_work(4, 128, 64, 1000)
    if name == "batch-small":
        return step_work(2, 32, 32, 1000)
    if name == "s4d-layer":
        return layer_work(Layer(S4dKernel(128, 64), 128), 8, 4096, 128)
    if name == "given-kernel":
        return layer_work(Layer(GivenKernel(128, 4096), 128), 8, 4096, 128)
    if name in ("s4d-train-16", "s4d-train-64"):
        return training_work(s4d_network(), int(name[-2:]), 1024, True)
    if name == "s4d-infer-16":
        return inference_work(s4d_network(), 16, 1024)
    if name == "dlr-kernel":
        return kernel_work(DlrKernel(128, 4096), 128, 4096)
    if name == "dlr-block":
        return training_work(Network([DlrKernel(WIDTH, 1024)], 0.0), 8, 4096, False)
    if name == "convolution-4096":
        return convolution_work(8, 4096, 128)
    if name == "convolution-65536":
        return convolution_work(1, 65536, 64)
    raise ValueError(f"unknown computation '{name}'")


def timed(run, count):
    """Milliseconds of each run."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def serve(threads):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    run = None
    samples = []
    for line in sys.stdin:
        command = line.split()
        if command[0] == "prepare":
            run = None
            samples = []
            run = make(command[1])
            start = time.perf_counter()
            run()
            while time.perf_counter() - start < float(command[2]):
                run()
            print("ready", flush=True)
        elif command[0] == "run":
            print(*timed(run, int(command[1])), flush=True)
        elif command[0] == "sample":
            samples += timed(run, int(command[1]))
            print(command[1], flush=True)
        elif command[0] == "quantiles":
            samples.sort()
            at = [min(len(samples) - 1, int(q * len(samples))) for q in (0.5, 0.99, 0.999, 1)]
            print(len(samples), *(samples[i] for i in at), flush=True)
        elif command[0] == "version":
            print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
        else:
            raise ValueError(f"unknown command '{command[0]}'")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
