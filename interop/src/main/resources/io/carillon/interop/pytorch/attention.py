

class Layer(nn.Module):
    """Softmax attention with rotary positions. It looks back at the inputs themselves and has no steps."""

    def __init__(self, channels, heads, size, chunk, causal, rope_base, feed_forward):
        super().__init__()
        self.heads, self.size, self.chunk, self.causal = heads, size, chunk, causal
        self.rope_base = rope_base
        self.query = nn.Linear(channels, heads * size)
        self.key = nn.Linear(channels, heads * size)
        self.value = nn.Linear(channels, heads * size)
        self.output = nn.Linear(heads * size, channels)
        self.scale = nn.Parameter(torch.empty(1))
        self.norms = nn.ModuleList()
        self.blocks = nn.ModuleList()
        if feed_forward:
            for _ in range(2):
                self.norms.append(nn.LayerNorm(channels))
                self.blocks.append(FeedForward(channels, feed_forward * channels))

    def turned(self, x, cos, sin):
        """[batch, length, heads * size] -> [batch, heads, length, size], each pair of channels turned."""
        pairs = x.reshape(x.shape[0], x.shape[1], self.heads, self.size // 2, 2)
        even, odd = pairs[..., 0], pairs[..., 1]
        both = torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1)
        return both.reshape(x.shape[0], x.shape[1], self.heads, self.size).transpose(1, 2)

    def seen(self, length, device):
        """Whether a step [length, 1] sees another [1, length]."""
        t = torch.arange(length, device=device)
        step, other = t.unsqueeze(1), t.unsqueeze(0)
        seen = other <= step if self.causal else other < length
        if self.chunk:
            apart = other // self.chunk - step // self.chunk
            seen = seen & (apart >= -1) & (apart <= 1)
        return seen

    def forward(self, u):
        """[batch, length, channels] -> [batch, length, channels]."""
        batch, length = u.shape[0], u.shape[1]
        pair = torch.arange(self.size // 2, dtype=torch.float64, device=u.device)
        frequency = torch.exp(pair * (-2 / self.size * math.log(self.rope_base)))
        t = torch.arange(length, dtype=torch.float64, device=u.device)
        angle = (t.unsqueeze(-1) * frequency).unsqueeze(1)
        cos, sin = torch.cos(angle).float(), torch.sin(angle).float()
        q = self.turned(self.query(u), cos, sin) * self.scale
        k = self.turned(self.key(u), cos, sin)
        v = self.value(u).reshape(batch, length, self.heads, self.size).transpose(1, 2)
        scores = q @ k.transpose(-1, -2)
        scores = scores.masked_fill(~self.seen(length, u.device), -math.inf)
        heads = torch.softmax(scores, -1) @ v
        y = self.output(heads.transpose(1, 2).reshape(batch, length, self.heads * self.size))
        for norm, block in zip(self.norms, self.blocks):
            y = y + block(norm(y))
        return y
