

class Layer(nn.Module):
    """A kernel that ends: y[t] = sum_j kernel[j] u[t - j] + D u. A stream keeps the last inputs."""

    def __init__(self, channels, taps, kernels, sets):
        super().__init__()
        self.kernels, self.sets = kernels, sets
        self.kernel = nn.Parameter(torch.empty(sets, channels, taps))
        self.D = nn.Parameter(torch.empty(kernels, channels))

    def forward(self, u):
        """[batch, length, channels] -> [batch, length, kernels * channels]."""
        u = u.transpose(1, 2)
        y = convolve(u, self.kernel[: self.kernels])
        if self.sets > self.kernels:
            y = y + convolve(u, self.kernel[self.kernels :], ahead=True)
        return side_by_side(y, self.D, u)

    def start(self, batch):
        _, channels, taps = self.kernel.shape
        return torch.zeros(batch, channels, taps - 1, device=self.D.device)

    def step(self, u, state):
        """u [batch, channels] -> [batch, kernels * channels] and the next state, the oldest input first."""
        line = torch.cat([state, u.unsqueeze(-1)], -1)
        y = (self.kernel.flip(-1) * line.unsqueeze(1)).sum(-1) + self.D * u.unsqueeze(1)
        return y.flatten(1, 2), line[..., 1:]
