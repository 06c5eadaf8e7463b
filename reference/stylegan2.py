"""Fixture `stylegan2`: two whole training iterations in float64 at a small width, and samples.

Networks are functions of a dictionary of parameters. A modulated convolution is written as the paper has it, with weights of its
own for each example (arXiv:1912.04958, equations 1 to 3), and resampling as zeros inserted and filters at the larger size.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from fixture import save
from style import FILTER, lrelu, normalise, up
from upfirdn import upfirdn2d

SETTINGS = {
    'image': [3, 16, 16],
    'batch': 4,
    'latent': 5,
    'style': 6,
    'mapping': 2,
    'width': 4,
    'maxWidth': 6,
    'r1': 1.5,
    'penaltyEvery': 2,
    'pathLength': 2,
    'pathEvery': 2,
    'pathShrink': 2,
    'minibatchStd': 2,
    'lr': 2e-3,
    'b2': 0.99,
    'steps': 2,
    'psi': 0.6,
    'cutoff': 3,
}
STAGES = [(4, 6), (8, 6), (16, 4)]  # side, channels
LAYERS = 2 * len(STAGES)
BATCH = SETTINGS['batch']


def make():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(31)
    params = draw_params()
    leaves = {name: value.clone().requires_grad_(True) for name, value in params.items()}
    states = {'M/w/mean': torch.randn(6) * 0.1, 'G/pathLength/mean': torch.tensor(0.3)}
    constants = {f'G/{layer}/noise/constant': torch.randn(1, 1, side, side) for layer, side in noisy_layers()}
    stored = {f'init/{name}': value for name, value in {**params, **states, **constants}.items()}
    inputs = draw_inputs()
    stored |= {f'input/{name}': value for name, value in inputs.items()}
    stored |= train(leaves, states, inputs, Rules(judge=lambda image, _: critic(leaves, image)))
    z = torch.randn(BATCH, 5)
    stored |= {'sample/z': z, 'sample/images': sample(leaves, states, constants, z)}
    stored |= {f'final/{name}': value for name, value in {**leaves, **states}.items()}
    save('stylegan2', stored, SETTINGS)


@dataclass
class Rules:
    """What a system does beside the game of StyleGAN2. A call is (phase, step, how often the critic was asked in it before)."""

    judge: Callable  # image, call -> scores
    code: Callable = lambda phase, step: None  # what the mapping network takes beside z
    watch: Callable = lambda scores: {}  # scores of real images -> charts


def noisy_layers():
    for i, (side, _) in enumerate(STAGES):
        if i > 0:
            yield f'{side}/up', side
        yield f'{side}/conv', side


def draw_params() -> dict:
    params = {}

    def layer(name, shape, bias=0.0, scale=1.0):
        params[f'{name}/weight'] = torch.randn(*shape) * scale
        if bias is not None:
            params[f'{name}/bias'] = bias + 0.3 * torch.randn(shape[0]) * scale

    layer('M/fc1', [6, 5], scale=100)
    layer('M/fc2', [6, 6], scale=100)
    params['G/constant'] = torch.randn(1, 6, 4, 4)
    inputs = 6
    for i, (side, channels) in enumerate(STAGES):
        for name in ['up', 'conv'] if i > 0 else ['conv']:
            layer(f'G/{side}/{name}/conv', [channels, inputs, 3, 3], None)
            layer(f'G/{side}/{name}/conv/style', [inputs, 6], 1.0)
            params[f'G/{side}/{name}/noise/strength'] = 0.2 * torch.randn(())
            params[f'G/{side}/{name}/bias'] = 0.3 * torch.randn(channels)
            inputs = channels
        layer(f'G/{side}/image/conv', [3, channels, 1, 1], None)
        layer(f'G/{side}/image/conv/style', [channels, 6], 1.0)
        params[f'G/{side}/image/bias'] = 0.3 * torch.randn(3)
    layer('D/image', [4, 3, 1, 1])
    for (side, channels), (_, smaller) in zip(STAGES[:0:-1], STAGES[1::-1]):
        layer(f'D/{side}/conv', [channels, channels, 3, 3])
        layer(f'D/{side}/down', [smaller, channels, 3, 3])
        layer(f'D/{side}/skip', [smaller, channels, 1, 1], None)
    layer('D/conv', [6, 7, 3, 3])
    layer('D/dense', [6, 96])
    layer('D/out', [1, 6])
    return params


def draw_inputs() -> dict:
    """`<input>/<phase>` [steps, ...]."""
    steps, inputs = SETTINGS['steps'], {}
    for phase, rows in [('critic', BATCH), ('generator', BATCH), ('path-length', BATCH // 2)]:
        inputs[f'z/{phase}'] = torch.randn(steps, BATCH, 5)
        inputs[f'second/{phase}'] = torch.randn(steps, BATCH, 5)
        inputs[f'crossover/{phase}'] = torch.rand(steps, BATCH, 1)
        inputs[f'mixed/{phase}'] = (torch.rand(steps, BATCH, 1) < 0.5).double()
        for layer, side in noisy_layers():
            inputs[f'G/{layer}/noise/pixels/{phase}'] = torch.randn(steps, rows, 1, side, side)
    inputs['direction/path-length'] = torch.randn(steps, BATCH, 3, 16, 16)
    inputs['real/critic'] = torch.tanh(torch.randn(steps, BATCH, 3, 16, 16))
    inputs['real/critic-penalty'] = torch.tanh(torch.randn(steps, BATCH, 3, 16, 16))
    return inputs


def mapping(p, z, code=None):
    x = normalise(z)
    return mapping_layers(p, 'M', x if code is None else torch.cat([x, code], dim=1))


def mapping_layers(p, network, x):
    for layer in ['fc1', 'fc2']:
        weight = p[f'{network}/{layer}/weight'] * 0.01 / math.sqrt(x.shape[1])
        x = lrelu(x @ weight.T + 0.01 * p[f'{network}/{layer}/bias'])
    return x


def modulated(p, name, x, w, doubled=False, demodulate=True):
    style = w @ p[f'{name}/style/weight'].T / math.sqrt(w.shape[1]) + p[f'{name}/style/bias']
    weight = p[f'{name}/weight']
    half = weight.shape[2] // 2
    images = []
    for i in range(len(x)):
        own = weight * style[i][None, :, None, None]
        if demodulate:
            own = own / torch.sqrt(own.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8)
        else:
            own = own / math.sqrt(weight[0].numel())
        images.append(up(x[i : i + 1], own, half) if doubled else F.conv2d(x[i : i + 1], own, padding=half))
    return torch.cat(images)


def synthesis(p, styles, noise):
    """`styles` is a list of w for each layer; `noise[layer]` is added times its learned strength."""
    picture = None
    x = p['G/constant'].expand(len(styles[0]), -1, -1, -1)
    index = 0
    for i, (side, _) in enumerate(STAGES):
        for name in ['up', 'conv'] if i > 0 else ['conv']:
            layer = f'{side}/{name}'
            x = modulated(p, f'G/{layer}/conv', x, styles[index], doubled=name == 'up')
            x = x + noise[layer] * p[f'G/{layer}/noise/strength']
            x = lrelu(x + p[f'G/{layer}/bias'][:, None, None])
            index += 1
        rgb = modulated(p, f'G/{side}/image/conv', x, styles[index], demodulate=False)
        rgb = rgb + p[f'G/{side}/image/bias'][:, None, None]
        picture = rgb if picture is None else upfirdn2d(picture, FILTER * 4, 2, 1, [2, 1]) + rgb
    return picture


def critic(p, image):
    """Scores [B, 1], or as many numbers as the last layer has."""

    def conv(name, x, padding):
        weight = p[f'{name}/weight'] / math.sqrt(p[f'{name}/weight'][0].numel())
        return F.conv2d(x, weight, p[f'{name}/bias'], padding=padding)

    x = lrelu(conv('D/image', image, 0))
    for side, _ in STAGES[:0:-1]:
        y = lrelu(conv(f'D/{side}/conv', x, 1))
        # Filtered, convolved everywhere, and every second place kept.
        y = lrelu(conv(f'D/{side}/down', upfirdn2d(y, FILTER, 1, 1, [2, 2]), 0)[:, :, ::2, ::2])
        skip = p[f'D/{side}/skip/weight'] / math.sqrt(x.shape[1])
        x = (y + F.conv2d(upfirdn2d(x, FILTER, 1, 2, [1, 1]), skip)) / math.sqrt(2)
    groups = x.reshape(2, 2, *x.shape[1:])  # two examples a group, two groups
    deviation = torch.sqrt(groups.var(dim=0, correction=0) + 1e-8).mean(dim=(1, 2, 3))
    extra = deviation.repeat(2).reshape(-1, 1, 1, 1).expand(-1, 1, 4, 4)
    x = lrelu(conv('D/conv', torch.cat([x, extra], dim=1), 1)).flatten(1)
    for name in ['D/dense', 'D/out']:
        x = x @ p[f'{name}/weight'].T / math.sqrt(x.shape[1]) + p[f'{name}/bias']
        x = lrelu(x) if name == 'D/dense' else x
    return x


def train(p: dict, states: dict, inputs: dict, rules: Rules) -> dict:
    names = {
        'D': [name for name in p if name.startswith('D/')],
        'MG': [name for name in p if not name.startswith('D/')],
    }
    optimizers = {}
    for key, every in [('D', SETTINGS['penaltyEvery']), ('MG', SETTINGS['pathEvery'])]:
        share = every / (every + 1)
        betas = (0.0, SETTINGS['b2'] ** share)
        optimizers[key] = torch.optim.Adam([p[name] for name in names[key]], lr=SETTINGS['lr'] * share, betas=betas)
    history: dict[str, list] = {}

    def record(name, value):
        history.setdefault(name, []).append(value.detach().item())

    def update(key, phase, loss, gain=1):
        record(f'{phase}/loss', loss)
        leaves = [p[name] for name in names[key]]
        gradients = torch.autograd.grad(loss * gain, leaves, allow_unused=True)
        for leaf, gradient in zip(leaves, gradients):
            leaf.grad = torch.zeros_like(leaf) if gradient is None else gradient
        for network in key:
            own = [p[name].grad.square().sum() for name in names[key] if name.startswith(network)]
            record(f'{phase}/gradientNorm/{network}', sum(own))
        optimizers[key].step()

    def generate(phase, step, rows=BATCH, follow=True):
        at = {name: inputs[f'{name}/{phase}'][step][:rows] for name in ['z', 'second', 'crossover', 'mixed']}
        code = rules.code(phase, step)
        code = None if code is None else code[:rows]
        first, second = mapping(p, at['z'], code), mapping(p, at['second'], code)
        if follow:
            states['M/w/mean'] = 0.995 * states['M/w/mean'] + 0.005 * first.detach().mean(dim=0)
        styles = []
        for layer in range(LAYERS):
            begins = 1 + torch.floor(at['crossover'] * (LAYERS - 1))
            styles.append(torch.where((at['mixed'] > 0) & (layer >= begins), second, first))
        noise = {layer: inputs[f'G/{layer}/noise/pixels/{phase}'][step] for layer, _ in noisy_layers()}
        return synthesis(p, styles, noise), styles

    for step in range(SETTINGS['steps']):
        with torch.no_grad():
            fake, _ = generate('critic', step)
        real = inputs['real/critic'][step]
        on_fake = rules.judge(fake, ('critic', step, 0))
        on_real = rules.judge(real, ('critic', step, 1))
        update('D', 'critic', F.softplus(on_fake).mean() + F.softplus(-on_real).mean())
        for name, value in rules.watch(on_real.detach()).items():
            record(f'critic/{name}', value)
        if step % SETTINGS['penaltyEvery'] == 0:
            real = inputs['real/critic-penalty'][step].clone().requires_grad_(True)
            scores = rules.judge(real, ('critic-penalty', step, 0))
            (slope,) = torch.autograd.grad(scores.sum(), real, create_graph=True)
            penalty = slope.square().sum(dim=(1, 2, 3)).mean() * SETTINGS['r1'] / 2
            update('D', 'critic-penalty', penalty, SETTINGS['penaltyEvery'])
        fake, _ = generate('generator', step)
        update('MG', 'generator', F.softplus(-rules.judge(fake, ('generator', step, 0))).mean())
        if step % SETTINGS['pathEvery'] == 0:
            rows = BATCH // SETTINGS['pathShrink']
            images, styles = generate('path-length', step, rows, follow=False)
            direction = inputs['direction/path-length'][step][:rows] / 16
            slopes = torch.autograd.grad((images * direction).sum(), styles, create_graph=True)
            lengths = torch.sqrt(torch.stack(slopes, dim=1).square().sum(dim=2).mean(dim=1) + 1e-12)
            mean = states['G/pathLength/mean']
            states['G/pathLength/mean'] = mean + 0.01 * (lengths.mean().detach() - mean)
            penalty = (lengths - states['G/pathLength/mean']).square().mean()
            record('path-length/length', lengths.mean())
            update('MG', 'path-length', SETTINGS['pathLength'] * penalty, SETTINGS['pathEvery'])
    return {f'history/{name}': torch.tensor(values) for name, values in history.items()}


def sample(p, states, constants, z):
    """The first layers truncated, with constant noise."""
    w, mean = mapping(p, z), states['M/w/mean']
    near = mean + SETTINGS['psi'] * (w - mean)
    styles = [near if layer < SETTINGS['cutoff'] else w for layer in range(LAYERS)]
    return synthesis(p, styles, {layer: constants[f'G/{layer}/noise/constant'] for layer, _ in noisy_layers()})
