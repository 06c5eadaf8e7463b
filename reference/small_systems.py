"""Fixtures `gan`, `gan-minimax`, `dcgan`, `wgan-gp`: 20 whole training steps in float64 at a small width."""

import torch
from torch import nn

from fixture import save
from networks import named_tensors
from systems import build, train

COMMON = {'steps': 20, 'batch': 4, 'slope': 0.2, 'normEpsilon': 1e-5, 'normMomentum': 0.1}
MLP = {
    **COMMON,
    'system': 'gan',
    'image': [1, 8, 8],
    'latent': 6,
    'generator': [10, 12, 16],
    'critic': [16, 12, 8],
}
ADAM = {'lr': 2e-4, 'b1': 0.5, 'b2': 0.999, 'eps': 1e-8}

SETTINGS = {
    'gan': {
        **MLP,
        'seed': 1,
        'batchNorm': True,
        'dropout': 0.3,
        'loss': 'non-saturating',
        'prior': 'normal',
        'criticSteps': 1,
        'adam': ADAM,
        'dataset': 40,
    },
    'gan-minimax': {
        **MLP,
        'seed': 2,
        'batchNorm': False,
        'dropout': 0,
        'loss': 'saturating',
        'prior': 'uniform',
        'criticSteps': 2,
        'adam': ADAM,
        'dataset': 40,
    },
    'dcgan': {
        **COMMON,
        'system': 'dcgan',
        'seed': 3,
        'image': [3, 16, 16],
        'latent': 5,
        'width': 4,
        'head': 'conv',
        'loss': 'non-saturating',
        'prior': 'normal',
        'criticSteps': 1,
        'adam': ADAM,
        'dataset': 24,
    },
    'wgan-gp': {
        **COMMON,
        'system': 'wgan-gp',
        'seed': 4,
        'image': [1, 16, 16],
        'latent': 5,
        'width': 4,
        'head': 'conv',
        'prior': 'normal',
        'criticSteps': 5,
        'lambda': 10,
        'penaltyEpsilon': 1e-12,
        'adam': {'lr': 1e-4, 'b1': 0.0, 'b2': 0.9, 'eps': 1e-8},
        'dataset': 60,
    },
}


def make(name: str):
    settings = SETTINGS[name]
    torch.manual_seed(settings['seed'])
    torch.set_default_dtype(torch.float64)
    system = build(settings)
    initialise(system.G)
    initialise(system.D)
    tensors = {
        f'init/{key}': value.detach().clone() for key, value in named_tensors(system.G, system.D).items()
    }
    stored = draw_inputs(settings)
    results = train(system, settings, lambda step, phase, repeat: pick(stored, step, phase, repeat))
    final = {f'final/{key}': value for key, value in named_tensors(system.G, system.D).items()}
    save(name, {**tensors, **stored, **results, **final}, settings)


def initialise(network: nn.Module):
    """Convolutions N(0, 0.02) and norm gains N(1, 0.02) as in DCGAN; dense layers keep PyTorch's own values.
    The critic's biases are not zero, so that a forgotten bias shows."""
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0, 0.02)
            if layer.bias is not None:
                nn.init.normal_(layer.bias, 0, 0.02)
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm)):
            nn.init.normal_(layer.weight, 1, 0.02)
        if isinstance(layer, (nn.BatchNorm1d, nn.GroupNorm)):
            nn.init.normal_(layer.bias, 0, 0.02)


def draw_inputs(settings: dict) -> dict[str, torch.Tensor]:
    """Every random input of the run. Names are `<input>/<phase>`, leading axes are [steps, repeats].

    `real/critic` [steps, repeats, B] holds rows of `images` [N, C, H, W]; a batch has no image twice.
    """
    steps, batch, repeats = settings['steps'], settings['batch'], settings['criticSteps']
    runs = [torch.randperm(settings['dataset'])[:batch] for _ in range(steps * repeats)]
    stored = {
        'images': torch.tanh(torch.randn(settings['dataset'], *settings['image'])),
        'real/critic': torch.stack(runs).reshape(steps, repeats, batch),
        'z/critic': draw_noise(settings, repeats),
        'z/generator': draw_noise(settings, 1),
    }
    if settings['system'] == 'wgan-gp':
        stored['mix/critic'] = torch.rand(steps, repeats, batch, 1, 1, 1)
    if settings.get('dropout', 0) > 0:
        for call, count in [('critic/fake', repeats), ('critic/real', repeats), ('generator/fake', 1)]:
            for i, width in enumerate(settings['critic'], start=1):
                keep = torch.rand(steps, count, batch, width) >= settings['dropout']
                stored[f'dropout/{call}/{i}'] = keep.to(torch.float64)
    return stored


def draw_noise(settings: dict, repeats: int) -> torch.Tensor:
    shape = (settings['steps'], repeats, settings['batch'], settings['latent'])
    return torch.randn(shape) if settings['prior'] == 'normal' else torch.rand(shape) * 2 - 1


def pick(stored: dict, step: int, phase: str, repeat: int) -> dict:
    """The inputs of one phase run."""
    inputs = {'z': stored[f'z/{phase}'][step, repeat]}
    if phase == 'critic':
        inputs['real'] = stored['images'][stored['real/critic'][step, repeat]]
    if f'mix/{phase}' in stored:
        inputs['mix'] = stored[f'mix/{phase}'][step, repeat]
    for call in ['fake', 'real']:
        masks = [
            value[step, repeat] for key, value in stored.items() if key.startswith(f'dropout/{phase}/{call}/')
        ]
        if masks:
            inputs[f'dropout/{call}'] = masks
    return inputs
