"""Fixtures `stylegan2-ada`, `stylegan2-ada-conditional`: two whole training iterations with augmentations, in float64.

The game is that of `stylegan2.py`; the critic sees all images, real and made, through the augmentations of `ada.py`, in the penalty at
real images too, whose gradient is that in the images as they were. After the critic's step p moves by the signs of its scores.
"""

import math

import torch

import ada
import stylegan2
from fixture import save
from style import normalise

CLASSES = 3
SIDE = stylegan2.SETTINGS['image'][1]
CONTROL = {'adaTarget': 0.6, 'adaEvery': 1, 'adaImages': 50, 'adaStart': 0.6}
SETTINGS = {
    'stylegan2-ada': {'ada': ['blit', 'geometry', 'colour', 'filter', 'noise', 'cutout'], 'condition': 'none'},
    'stylegan2-ada-conditional': {'ada': ['blit', 'geometry', 'colour'], 'condition': 'projection'},
}
# Uniform and Gaussian numbers of an image.
DRAWS = {'geometry': (14, 4), 'colour': (7, 3), 'filter': (4, 4), 'noise': (1, 1), 'cutout': (3, 0)}


def make(name: str):
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(41)
    conditional = SETTINGS[name]['condition'] != 'none'
    params = stylegan2.draw_params() | (draw_conditional() if conditional else {})
    p = {key: value.clone().requires_grad_(True) for key, value in params.items()}
    states = {
        'M/w/mean': torch.randn(6) * 0.1,
        'G/pathLength/mean': torch.tensor(0.3),
        'D/augment/p': torch.tensor(CONTROL['adaStart']),
    }
    stored = {f'init/{key}': value for key, value in {**params, **states}.items()}
    inputs = stylegan2.draw_inputs() | draw_augmentations(SETTINGS[name]['ada'])
    if conditional:
        for phase in ['critic', 'critic-penalty', 'generator', 'path-length']:
            inputs[f'label/{phase}'] = torch.randint(CLASSES, (stylegan2.SETTINGS['steps'], stylegan2.BATCH))
    stored |= {f'init/G/{layer}/noise/constant': torch.zeros(1, 1, side, side) for layer, side in stylegan2.noisy_layers()}
    stored |= {f'input/{key}': value for key, value in inputs.items()}
    pixels = torch.randn(stylegan2.BATCH, *stylegan2.SETTINGS['image'])  # one for all calls, for the size of the file
    stored['pixels'] = pixels

    def judge(image, call):
        seen = augment(image, SETTINGS[name]['ada'], states['D/augment/p'].item(), inputs, pixels, call)
        phase, step, _ = call
        label = inputs[f'label/{phase}'][step] if conditional else None
        return conditional_critic(p, seen, label) if conditional else stylegan2.critic(p, seen)

    def watch(scores):
        """The sign of scores of real images says whether the critic knows them by heart."""
        before, signs = states['D/augment/p'], torch.sign(scores).mean()
        step = stylegan2.BATCH * CONTROL['adaEvery'] / CONTROL['adaImages']
        states['D/augment/p'] = (before + torch.sign(signs - CONTROL['adaTarget']) * step).clamp(min=0)
        return {'augmentation': before, 'realSign': signs}

    def code(phase, step):
        return class_code(p, 'M', inputs[f'label/{phase}'][step]) if conditional else None

    stored |= stylegan2.train(p, states, inputs, stylegan2.Rules(judge, code, watch))
    stored |= {f'final/{key}': value for key, value in {**p, **states}.items()}
    settings = {key: value for key, value in stylegan2.SETTINGS.items() if key not in ['psi', 'cutoff']}
    save(name, stored, {**settings, **SETTINGS[name], **CONTROL, 'classes': CLASSES if conditional else 0})


def draw_conditional() -> dict:
    """What stands in for the parameters of the same names, and the tables and layers of classes."""

    def mapping(name, width, inputs):
        params = {f'{name}/class/weight': torch.randn(CLASSES, width), f'{name}/class/bias': 0.3 * torch.randn(width)}
        for layer, units in [('fc1', inputs), ('fc2', width)]:
            params[f'{name}/{layer}/weight'] = torch.randn(width, units) * 100
            params[f'{name}/{layer}/bias'] = torch.randn(width) * 30
        return params

    last = {'D/out/weight': torch.randn(6, 6), 'D/out/bias': 0.3 * torch.randn(6)}
    return mapping('M', 6, 5 + 6) | mapping('D/mapping', 6, 6) | last


def draw_augmentations(groups: list[str]) -> dict:
    steps, batch = stylegan2.SETTINGS['steps'], stylegan2.BATCH
    inputs = {}
    for phase, calls in [('critic', 2), ('critic-penalty', 1), ('generator', 1)]:
        for call in range(calls):
            for group, (uniforms, normals) in DRAWS.items():
                if group not in groups:
                    continue
                inputs[f'D/augment/{group}/uniform#{call}/{phase}'] = torch.rand(steps, batch, uniforms)
                if normals > 0:
                    inputs[f'D/augment/{group}/normal#{call}/{phase}'] = torch.randn(steps, batch, normals)
    return inputs


def augment(x, groups, p, inputs, pixels, call):
    phase, step, number = call

    def drawn(group, kind):
        values = inputs.get(f'D/augment/{group}/{kind}#{number}/{phase}')
        return None if values is None else values[step]

    # Blits and geometry are one map, by one set of numbers.
    for group in DRAWS:
        if group not in groups:
            continue
        u, n = drawn(group, 'uniform'), drawn(group, 'normal')
        if group == 'geometry':
            x = Linear.apply(x, lambda image, u=u, n=n: ada.geometry(image, u, n, p))
        elif group == 'colour':
            x = ada.colour(x, u, n, p)
        elif group == 'filter':
            x = ada.bands(x, u, n, p)
        elif group == 'noise':
            x = ada.noise(x, u, n, p, pixels)
        else:
            x = ada.cutout(x, u, p)
    return x


class Linear(torch.autograd.Function):
    """A linear map of images, whose derivative is its adjoint: PyTorch's lookup in a grid has no second derivative of its own."""

    @staticmethod
    def forward(ctx, x, function):
        ctx.function, ctx.shape = function, x.shape
        return function(x)

    @staticmethod
    def backward(ctx, cotangent):
        return Adjoint.apply(cotangent, ctx.function, ctx.shape), None


class Adjoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, cotangent, function, shape):
        ctx.function = function
        with torch.enable_grad():
            x = torch.zeros(shape, requires_grad=True)
            return torch.autograd.grad(function(x), x, cotangent)[0]

    @staticmethod
    def backward(ctx, cotangent):
        return Linear.apply(cotangent, ctx.function), None, None


def class_code(p, network, label):
    """A dense layer of labels as rows of zeros with a one, brought to unit mean square."""
    one_hot = torch.nn.functional.one_hot(label, CLASSES).double()
    return normalise(one_hot @ p[f'{network}/class/weight'] / math.sqrt(CLASSES) + p[f'{network}/class/bias'])


def conditional_critic(p, image, label):
    wanted = stylegan2.mapping_layers(p, 'D/mapping', class_code(p, 'D/mapping', label))
    return (stylegan2.critic(p, image) * wanted).sum(dim=1, keepdim=True) / math.sqrt(wanted.shape[1])
