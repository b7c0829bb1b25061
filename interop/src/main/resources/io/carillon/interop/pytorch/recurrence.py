

class Layer(nn.Module):
    """A sum of exponentials: x <- lambda x + u, y = Re sum_m w x + D u with lambda = exp(log_re + i log_im).

    In double precision: slow modes add up thousands of steps. `rows` is 1 if all channels share lambda.
    """

    def __init__(self, rows, channels, modes, kernels, sets):
        super().__init__()
        self.channels, self.modes, self.kernels, self.sets = channels, modes, kernels, sets
        self.log_re = nn.Parameter(torch.empty(rows, modes, dtype=torch.float64))
        self.log_im = nn.Parameter(torch.empty(rows, modes, dtype=torch.float64))
        self.w_re = nn.Parameter(torch.empty(sets, channels, modes, dtype=torch.float64))
        self.w_im = nn.Parameter(torch.empty(sets, channels, modes, dtype=torch.float64))
        self.D = nn.Parameter(torch.empty(kernels, channels))

    def kernel(self, length):
        """Re sum_m w lambda^t, [sets, channels, length]."""
        t = torch.arange(length, dtype=torch.float64, device=self.D.device)
        size = torch.exp(self.log_re.unsqueeze(-1) * t)
        angle = self.log_im.unsqueeze(-1) * t
        re, im = size * torch.cos(angle), size * torch.sin(angle)
        if re.shape[0] == 1:
            product = "shm,ml->shl"
            re, im = re[0], im[0]
        else:
            product = "shm,hml->shl"
        return torch.einsum(product, self.w_re, re) - torch.einsum(product, self.w_im, im)

    def forward(self, u):
        """[batch, length, channels] -> [batch, length, kernels * channels]."""
        u = u.transpose(1, 2)
        kernel = self.kernel(u.shape[-1]).float()
        y = convolve(u, kernel[: self.kernels])
        if self.sets > self.kernels:
            y = y + convolve(u, kernel[self.kernels :], ahead=True)
        return side_by_side(y, self.D, u)

    def start(self, batch):
        zeros = torch.zeros(batch, self.channels, self.modes, dtype=torch.float64, device=self.D.device)
        return zeros, zeros

    def step(self, u, state):
        """u [batch, channels] -> [batch, kernels * channels] and the next state."""
        re, im = state
        size = torch.exp(self.log_re)
        lambda_re, lambda_im = size * torch.cos(self.log_im), size * torch.sin(self.log_im)
        re, im = (
            lambda_re * re - lambda_im * im + u.double().unsqueeze(-1),
            lambda_re * im + lambda_im * re,
        )
        y = (self.w_re * re.unsqueeze(1) - self.w_im * im.unsqueeze(1)).sum(-1).float()
        y = y + self.D * u.unsqueeze(1)
        return y.flatten(1, 2), (re, im)
