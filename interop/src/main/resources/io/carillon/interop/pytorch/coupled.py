

class Layer(nn.Module):
    """S4: x <- E x + B u - sum_r F_r (a_r . x), y = Re sum_m C x + D u.

    a . x is the real number sum_m (a_re x_re + a_im x_im). In double precision: slow modes add up
    thousands of steps. A sequence is computed step by step.
    """

    def __init__(self, channels, modes, rank, kernels, sets):
        super().__init__()
        self.channels, self.modes, self.kernels, self.sets = channels, modes, kernels, sets
        for name, lead in (("E", ()), ("B", ()), ("F", (rank,)), ("a", (rank,)), ("C", (sets,))):
            for plane in ("re", "im"):
                values = torch.empty(*lead, channels, modes, dtype=torch.float64)
                setattr(self, name + "_" + plane, nn.Parameter(values))
        self.D = nn.Parameter(torch.empty(kernels, channels))

    def start(self, batch):
        zeros = torch.zeros(batch, self.channels, self.modes, dtype=torch.float64, device=self.D.device)
        return zeros, zeros

    def advance(self, u, state):
        re, im = state
        u = u.double().unsqueeze(-1)
        next_re = self.E_re * re - self.E_im * im + self.B_re * u
        next_im = self.E_re * im + self.E_im * re + self.B_im * u
        for a_re, a_im, f_re, f_im in zip(self.a_re, self.a_im, self.F_re, self.F_im):
            projected = (a_re * re + a_im * im).sum(-1).unsqueeze(-1)
            next_re = next_re - f_re * projected
            next_im = next_im - f_im * projected
        return next_re, next_im

    def weigh(self, state, first, end):
        """Outputs of the sets first .. end - 1, [batch, sets, channels]."""
        re, im = state
        return (self.C_re[first:end] * re.unsqueeze(1) - self.C_im[first:end] * im.unsqueeze(1)).sum(-1).float()

    def forward(self, u):
        """[batch, length, channels] -> [batch, length, kernels * channels]."""
        steps = range(u.shape[1])
        state, outputs = self.start(u.shape[0]), []
        for t in steps:
            state = self.advance(u[:, t], state)
            outputs.append(self.weigh(state, 0, self.kernels))
        if self.sets > self.kernels:
            state = self.start(u.shape[0])
            for t in reversed(steps):
                outputs[t] = outputs[t] + self.weigh(state, self.kernels, self.sets)
                state = self.advance(u[:, t], state)
        return side_by_side(torch.stack(outputs, -1), self.D, u.transpose(1, 2))

    def step(self, u, state):
        """u [batch, channels] -> [batch, kernels * channels] and the next state."""
        state = self.advance(u, state)
        y = self.weigh(state, 0, self.kernels) + self.D * u.unsqueeze(1)
        return y.flatten(1, 2), state
