"""With torch, or what stands in for it on the path: runs model.py in every folder below the one that is given: inputs.bin in, forward.bin and steps.bin out."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np

import torch

for folder in sorted(p for p in Path(sys.argv[1]).iterdir() if p.is_dir()):
    try:
        spec = importlib.util.spec_from_file_location("model", folder / "model.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        model = module.load()
        shape = json.loads((folder / "shape.json").read_text())
        kind = np.int64 if module.CONFIG["vocabulary"] else np.float32
        x = torch.from_numpy(np.fromfile(folder / "inputs.bin", kind).reshape(shape))
        np.asarray(model(x).detach(), np.float32).tofile(folder / "forward.bin")
        if module.CONFIG["streams"]:
            state = model.start(shape[0])
            answers = []
            for t in range(shape[1]):
                answer, state = model.step(x[:, t], state)
                answers.append(np.asarray(answer.detach(), np.float32))
            np.stack(answers).tofile(folder / "steps.bin")
    except Exception as e:
        raise RuntimeError(str(folder)) from e
