

ACTIVATIONS = {
    "none": lambda x: x,
    "gelu": F.gelu,
    "relu": torch.relu,
    "silu": F.silu,
    "elu": F.elu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}


class RunningNorm(nn.Module):
    """A batch norm with the statistics of the training."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))
        self.bias = nn.Parameter(torch.empty(width))
        self.register_buffer("running_mean", torch.empty(width))
        self.register_buffer("running_var", torch.empty(width))

    def forward(self, x):
        return (x - self.running_mean) / torch.sqrt(self.running_var + 1e-5) * self.weight + self.bias


class ScalarNorm(nn.Module):
    """s / sigma (x - mean + m), with one s and one m for all channels."""

    def __init__(self):
        super().__init__()
        self.m = nn.Parameter(torch.empty(1))
        self.s = nn.Parameter(torch.empty(1))

    def forward(self, x):
        centred = x - x.mean(-1, keepdim=True)
        sigma = torch.sqrt((centred * centred).mean(-1, keepdim=True)).clamp(min=1e-12)
        return self.s / sigma * (centred + self.m)


def new_norm(kind, width):
    return {
        "none": nn.Identity,
        "layer": lambda: nn.LayerNorm(width),
        "batch": lambda: RunningNorm(width),
        "scalar-affine": ScalarNorm,
    }[kind]()


class FeedForward(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.expand = nn.Linear(width, inner)
        self.contract = nn.Linear(inner, width)

    def forward(self, x):
        return self.contract(F.gelu(self.expand(x)))


class Body(nn.Module):
    """The layer along the sequence, gate, activation, output map."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.layer = Layer(**config["layer"])
        self.gate = ACTIVATIONS[config["gate"]]
        self.activation = ACTIVATIONS[config["activation"]]
        if config["mixer"] != "none":
            halves = 2 if config["mixer"] in ("glu", "geglu") else 1
            self.output = nn.Linear(config["width"] * config["kernels"], config["width"] * halves)

    def after(self, y, x):
        if self.config["gate"] != "none":
            value, gate = y.chunk(2, -1)
            y = value * self.gate(gate)
        y = self.activation(y)
        if self.config["adds_input"]:
            y = y + x
        if self.config["mixer"] == "none":
            return y
        y = self.output(y)
        if self.config["mixer"] == "linear":
            return y
        value, gate = y.chunk(2, -1)
        return value * (torch.sigmoid(gate) if self.config["mixer"] == "glu" else F.gelu(gate))

    def forward(self, x):
        return self.after(self.layer(x), x)

    def step(self, x, state):
        y, state = self.layer.step(x, state)
        return self.after(y, x), state


class Block(nn.Module):
    """A body with its residual connection and norm."""

    def __init__(self, body, config):
        super().__init__()
        self.body = body
        self.norm = new_norm(config["norm"], config["width"])
        self.prenorm = config["prenorm"]

    def before(self, x):
        return self.norm(x) if self.prenorm else x

    def after(self, x, y):
        return x + y if self.prenorm else self.norm(x + y)

    def forward(self, x):
        return self.after(x, self.body(self.before(x)))

    def step(self, x, state):
        if isinstance(self.body, FeedForward):
            return self.forward(x), state
        y, state = self.body.step(self.before(x), state)
        return self.after(x, y), state


class Model(nn.Module):
    def __init__(self, config=CONFIG):
        super().__init__()
        self.config = config
        width = config["width"]
        if config["vocabulary"]:
            self.encoder = nn.Embedding(config["vocabulary"], width)
        else:
            self.encoder = nn.Linear(config["inputs"], width)
        self.blocks = nn.ModuleList()
        for _ in range(config["depth"]):
            self.blocks.append(Block(Body(config), config))
            if config["feed_forward"]:
                body = FeedForward(width, config["feed_forward"] * width)
                self.blocks.append(Block(body, config))
        self.norm = new_norm(config["norm"] if config["final_norm"] else "none", width)
        if config["pairs"]:
            self.hidden = nn.Linear(4 * width, width)
        self.decoder = nn.Linear(width, config["outputs"])

    def encode(self, x):
        if self.config["input_mean"]:
            mean = torch.tensor(self.config["input_mean"], dtype=torch.float64, device=x.device)
            std = torch.tensor(self.config["input_std"], dtype=torch.float64, device=x.device)
            x = ((x.double() - mean) / std).float()
        return self.encoder(x)

    def answer(self, pooled):
        if self.config["pairs"]:
            # The two sequences of a pair stand one after the other.
            a, b = pooled[0::2], pooled[1::2]
            pooled = F.gelu(self.hidden(torch.cat([a, b, a - b, a * b], -1)))
        y = self.decoder(pooled)
        if self.config["output_mean"]:
            mean = torch.tensor(self.config["output_mean"], dtype=torch.float64, device=y.device)
            std = torch.tensor(self.config["output_std"], dtype=torch.float64, device=y.device)
            y = (y.double() * std + mean).float()
        return y

    def forward(self, x):
        """The answers for whole sequences: [batch, outputs], or [batch, steps, outputs]."""
        x = self.encode(x)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        if self.config["pooling"] == "mean":
            x = x.mean(1)
        elif self.config["pooling"] == "last":
            x = x[:, -1]
        elif self.config["last_steps"]:
            x = x[:, -self.config["last_steps"] :]
        return self.answer(x)

    def start(self, batch):
        """The state of streams before their first step."""
        if not self.config["streams"]:
            raise NotImplementedError("this model needs whole sequences: it cannot stream")
        layers = [
            None if isinstance(block.body, FeedForward) else block.body.layer.start(batch)
            for block in self.blocks
        ]
        return {"layers": layers, "sum": 0.0, "steps": 0}

    def step(self, x, state):
        """The answer after one more step [batch, outputs], and the next state."""
        x = self.encode(x)
        layers = []
        for block, layer in zip(self.blocks, state["layers"]):
            x, layer = block.step(x, layer)
            layers.append(layer)
        x = self.norm(x)
        total, steps = state["sum"] + x.double(), state["steps"] + 1
        if self.config["pooling"] == "mean":
            x = (total / steps).float()
        return self.answer(x), {"layers": layers, "sum": total, "steps": steps}


def read_safetensors(file):
    """Tensors by name; the numbers are little-endian."""
    types = {"F32": torch.float32, "F64": torch.float64}
    data = bytearray(Path(file).read_bytes())
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size].decode("utf-8"))
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            values = torch.frombuffer(data[begin:end], dtype=types[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def load(file=None):
    """The model with the weights that were written with it."""
    model = Model()
    file = file or Path(__file__).with_name("weights.safetensors")
    model.load_state_dict(read_safetensors(file))
    return model.eval()
