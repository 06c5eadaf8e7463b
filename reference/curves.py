"""Fixtures `curve-gan`, `curve-dcgan`, `curve-wgan-gp`: the losses of 200 float32 training steps.

Initial weights, images, noise and dropout masks are hash values (hashing.py), so only the losses are stored.
Names of the inputs are `<input>/<step>/<phase>/<repeat>`; `blobs` below makes the images. `loss64/...` is the
same run in float64: the distance between the two shows how far rounding alone drives a run apart.
"""

import math

import torch
from torch import nn

import hashing
from fixture import save
from networks import all_parameters
from systems import System, build, train

COMMON = {
    'steps': 200,
    'slope': 0.2,
    'normEpsilon': 1e-5,
    'normMomentum': 0.1,
    'image': [1, 16, 16],
    'latent': 16,
}
ADAM = {'lr': 2e-4, 'b1': 0.5, 'b2': 0.999, 'eps': 1e-8}
SETTINGS = {
    'curve-gan': {
        **COMMON,
        'system': 'gan',
        'generator': [32, 64, 128],
        'critic': [128, 64, 32],
        'batchNorm': True,
        'dropout': 0.3,
        'loss': 'non-saturating',
        'criticSteps': 1,
        'batch': 32,
        'adam': ADAM,
    },
    'curve-dcgan': {
        **COMMON,
        'system': 'dcgan',
        'width': 8,
        'head': 'conv',
        'loss': 'non-saturating',
        'criticSteps': 1,
        'batch': 16,
        'adam': ADAM,
    },
    'curve-wgan-gp': {
        **COMMON,
        'system': 'wgan-gp',
        'width': 8,
        'head': 'conv',
        'criticSteps': 5,
        'lambda': 10,
        'penaltyEpsilon': 1e-12,
        'batch': 16,
        'adam': {'lr': 1e-4, 'b1': 0.0, 'b2': 0.9, 'eps': 1e-8},
    },
}


def make(name: str):
    settings = {**SETTINGS[name]}
    settings['tensors'] = initial_layout(build(settings))
    settings |= {
        'hash': hashing.DESCRIPTION,
        'examples': hashing.examples(),
        'images': describe_blobs(settings),
    }
    tensors = {}
    for suffix, dtype in [('', torch.float32), ('64', torch.float64)]:
        for key, series in run(settings, dtype).items():
            term, network = key.split('/')
            tensors[f'{term}{suffix}/{network}'] = series
    save(name, tensors, settings)


def run(settings: dict, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """The losses of the whole run, [steps, criticSteps] for the critic's and [steps] for the generator's."""
    torch.set_default_dtype(dtype)
    system = build(settings)
    with torch.no_grad():
        for key, parameter in all_parameters(system.G, system.D).items():
            parameter.copy_(hashing.draw(settings['tensors'][key]).float())
    results = train(system, settings, lambda *place: draw_inputs(settings, dtype, *place))
    return {key: value for key, value in results.items() if not key.startswith('grad/')}


def initial_layout(system: System) -> dict[str, dict]:
    """How each parameter is drawn: convolutions with standard deviation 0.02, dense layers as PyTorch's own
    (uniform up to 1 / sqrt(fan in)), norm gains 1 and all other biases 0."""
    entries = {}
    for prefix, network in [('G', system.G), ('D', system.D)]:
        for path, layer in network.named_children():
            for kind, parameter in layer.named_parameters():
                scale, offset = 0.0, 0.0
                if isinstance(layer, nn.Linear):
                    scale = 2 / math.sqrt(layer.in_features)
                elif isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)) and kind == 'weight':
                    scale = math.sqrt(12) * 0.02
                elif kind == 'weight':
                    offset = 1.0
                key = f'{prefix}/{path}/{kind}'
                entries[key] = {
                    'name': f'init/{key}',
                    'draw': 'value',
                    'shape': list(parameter.shape),
                    'scale': scale,
                    'offset': offset,
                }
    return entries


def draw_inputs(settings: dict, dtype: torch.dtype, step: int, phase: str, repeat: int) -> dict:
    """The inputs of one phase run, rounded to float32 whatever the arithmetic is."""
    batch, latent, place = settings['batch'], settings['latent'], f'{step}/{phase}/{repeat}'

    def values(name, shape, scale, offset=0.0):
        return hashing.values(name, shape, scale, offset).float().to(dtype)

    inputs = {'z': values(f'z/{place}', [batch, latent], math.sqrt(12))}  # uniform, variance 1
    if phase == 'critic':
        inputs['real'] = blobs(f'real/{place}', batch, settings['image'][1]).float().to(dtype)
    if phase == 'critic' and settings['system'] == 'wgan-gp':
        inputs['mix'] = values(f'mix/{place}', [batch, 1, 1, 1], 1.0, 0.5)
    for call in ['fake', 'real'] if settings.get('dropout', 0) > 0 else []:
        inputs[f'dropout/{call}'] = [
            (values(f'dropout/{place}/{call}/{i}', [batch, width], 1.0, 0.5) >= settings['dropout']).to(dtype)
            for i, width in enumerate(settings['critic'], start=1)
        ]
    return inputs


def blobs(name: str, batch: int, size: int) -> torch.Tensor:
    """[B, 1, size, size] in float64: on a background of -1 one bright spot with a parabolic profile for each
    image. Only exact operations (+ - * / max), so that any language makes the same bits."""
    u = hashing.values(name, [batch, 4], 1.0)[:, :, None, None]
    column = (size - 1) * (0.5 + 0.5 * u[:, 0])
    row = (size - 1) * (0.5 + 0.5 * u[:, 1])
    radius = size * (0.25 + 0.2 * u[:, 2])
    brightness = 1.5 + u[:, 3]
    across = torch.arange(size, dtype=torch.float64)[None, None, :] - column
    down = torch.arange(size, dtype=torch.float64)[None, :, None] - row
    inside = torch.clamp(1 - (across * across + down * down) / (radius * radius), min=0)
    return (inside * brightness - 1)[:, None]


def describe_blobs(settings: dict) -> dict:
    """The recipe of `blobs`, with the first pixels of one batch to check another implementation against."""
    size = settings['image'][1]
    middle = size // 2
    return {
        'u': "u_k = value('real/<step>/critic/<repeat>', 4 * b + k, scale 1) for image b of the batch",
        'column': '(size - 1) * (0.5 + 0.5 * u_0)',
        'row': '(size - 1) * (0.5 + 0.5 * u_1)',
        'radius': 'size * (0.25 + 0.2 * u_2)',
        'brightness': '1.5 + u_3',
        'pixel': 'max(0, 1 - ((x - column)^2 + (y - row)^2) / radius^2) * brightness - 1',
        'noise': 'value(name, i, sqrt(12)); mix = value(name, i, 1, 0.5)',
        'dropout': "1 where value('dropout/<step>/<phase>/<repeat>/<fake|real>/<layer>', i, 1, 0.5) >= p",
        'example': {
            'name': 'real/0/critic/0',
            'image': 1,
            'y': middle,
            'pixels': blobs('real/0/critic/0', settings['batch'], size)[1, 0, middle].tolist(),
        },
    }
