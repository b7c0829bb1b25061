

class Layer(nn.Module):
    """A gated recurrent unit; a stream keeps the output of the step before."""

    def __init__(self, channels):
        super().__init__()
        self.gru = nn.GRU(channels, channels, batch_first=True)

    def forward(self, u):
        """[batch, length, channels] -> [batch, length, channels]."""
        return self.gru(u)[0]

    def start(self, batch):
        weight = self.gru.weight_hh_l0
        return torch.zeros(1, batch, weight.shape[-1], device=weight.device)

    def step(self, u, state):
        """u [batch, channels] -> [batch, channels] and the next state."""
        y, state = self.gru(u.unsqueeze(1), state)
        return y[:, 0], state
