"""Writes a reference fixture: float64 tensors in one safetensors file, with its settings as JSON."""

import json
from pathlib import Path

import numpy
import torch
from safetensors.numpy import save_file

FOLDER = Path(__file__).parent / 'fixtures'
LARGEST = 400_000  # bytes; the fixtures are kept in the repository, so each has to stay small


def save(name: str, tensors: dict, settings: dict) -> Path:
    """Stores tensors, arrays or numbers as float64 under `fixtures/<name>.safetensors`."""
    arrays = {key: numpy.ascontiguousarray(to_array(value)) for key, value in tensors.items()}
    for key, array in arrays.items():
        if not numpy.isfinite(array).all():
            raise ValueError(f'{name}: {key} holds a value that is not finite')
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f'{name}.safetensors'
    described = {'fixture': name, 'torch': torch.__version__, **settings}
    save_file(arrays, path, metadata={'settings': json.dumps(described)})
    path.chmod(0o644)
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f'{name}: {size} bytes, the limit is {LARGEST}')
    print(f'{name}: {len(arrays)} tensors, {size} bytes')
    return path


def to_array(value) -> numpy.ndarray:
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    return numpy.asarray(value, dtype=numpy.float64)
