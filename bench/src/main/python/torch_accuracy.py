"""Errors of S4D kernels in PyTorch's single precision against its double precision.

Same parameters and table as io.carillon.bench.compare.KernelAccuracy. The kernel is computed by the
two lines of the S4D paper (appendix A.1), once in complex64 and once in complex128; the gradients are
those of autograd with respect to w = 2 C (exp(dtA) - 1) / A and z = dtA.

    python3 torch_accuracy.py
"""

import math

import torch

LENGTHS = (4096, 65_536, 1_048_576)
STEPS = (1e-5, 1e-3, 1e-1)
MODES = 32
PART = 65_536


def parameters(real):
    """The rounded parameters, widened to `real`."""
    n = torch.arange(MODES, dtype=torch.float64)
    h = torch.arange(len(STEPS), dtype=torch.float64).unsqueeze(-1)
    log_dt = torch.tensor([math.log(step) for step in STEPS], dtype=torch.float64)
    log_a_real = torch.full((len(STEPS), MODES), math.log(0.5), dtype=torch.float64)
    a_imag = (math.pi * n).expand(len(STEPS), MODES)
    c = torch.stack([torch.cos(n * n + h), torch.sin(2 * n + h)], dim=-1)
    rounded = [x.to(torch.float32).to(real) for x in (log_dt, log_a_real, a_imag, c)]
    return rounded[0], rounded[1], rounded[2], torch.view_as_complex(rounded[3].contiguous())


def modes(real):
    log_dt, log_a_real, a_imag, c = parameters(real)
    a = -torch.exp(log_a_real) + 1j * a_imag
    dt_a = a * torch.exp(log_dt).unsqueeze(-1)
    return c * (torch.exp(dt_a) - 1.0) / a, dt_a


def kernel(c, dt_a, start, end, real):
    powers = dt_a.unsqueeze(-1) * torch.arange(start, end, dtype=real)
    return 2 * torch.einsum("hn,hnl->hl", c, torch.exp(powers)).real


def computed(length, real):
    """Kernel, gradient of w and gradient of z, in parts of the sequence that fit into memory."""
    c, dt_a = (x.detach().requires_grad_() for x in modes(real))
    taps = []
    for start in range(0, length, PART):
        end = min(length, start + PART)
        part = kernel(c, dt_a, start, end, real)
        l = torch.arange(start, end, dtype=torch.float64)
        step = torch.tensor(STEPS, dtype=torch.float64).unsqueeze(-1)
        g = torch.cos(8.3 * step * l).to(torch.float32).to(real)
        (part * g).sum().backward()
        taps.append(part.detach())
    return torch.cat(taps, dim=-1), c.grad, dt_a.grad


def error(actual, exact):
    if exact.is_complex():
        return max(error(actual.real, exact.real), error(actual.imag, exact.imag))
    errors = (actual.double() - exact).abs().amax(dim=-1)
    return (errors / exact.abs().amax(dim=-1)).max().item()


def main():
    print(f"PyTorch {torch.__version__}, complex64\n")
    print("| L | kernel | gradient of w | gradient of z |")
    print("|---|---|---|---|")
    for length in LENGTHS:
        single = computed(length, torch.float32)
        double = computed(length, torch.float64)
        errors = " | ".join(f"{error(a, b):.1e}" for a, b in zip(single, double))
        print(f"| {length:,} | {errors} |", flush=True)


if __name__ == "__main__":
    main()
