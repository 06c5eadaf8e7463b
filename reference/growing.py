"""Fixtures `progan`, `stylegan`: a whole run that grows to 16x16 pixels, in float64 at a small width.

Networks of every resolution are there from the first step and all of them are evaluated at the full size of the images; what has not
grown yet counts nothing (the 'linear' form of arXiv:1710.10196). How far they have grown is one number, the level of detail:
log2(size) - 2 at 4x4 pixels and 0 at the full size, with a fraction while a resolution fades in.
"""

import math

import torch
from torch.nn import functional as F

from fixture import save
from growing_style import Stylegan
from grown import channels, conv, critic, critic_shapes, double, drawn, lerp_clipped, lrelu, pixel_norm
from grown import resolutions, scaled, seen_real

SETTINGS = {
    'progan': {
        'seed': 41,
        'image': [3, 16, 16],
        'first': 4,
        'latent': 5,
        'width': 2,
        'maxWidth': 6,
        'batches': [8, 4],
        'batch': 4,
        'stableImages': 10,
        'fadeImages': 7,
        'steps': 9,
        'lambda': 10,
        'penaltyEpsilon': 1e-12,
        'drift': 0.001,
        'adam': {'lr': 0.01, 'b1': 0.0, 'b2': 0.99, 'eps': 1e-8},
        'dataset': 12,
    },
    'stylegan': {
        'seed': 42,
        'image': [3, 16, 16],
        'first': 8,
        'latent': 5,
        'style': 4,
        'mapping': 2,
        'mappingLr': 0.01,
        'mixing': 0.5,
        'meanDecay': 0.995,
        'width': 2,
        'maxWidth': 6,
        'batches': [8, 4],
        'batch': 4,
        'stableImages': 10,
        'fadeImages': 7,
        'steps': 5,
        'r1': 10,
        'adam': {'lr': 0.01, 'b1': 0.0, 'b2': 0.99, 'eps': 1e-8},
        'dataset': 12,
    },
}


def make(name: str):
    settings = SETTINGS[name]
    torch.manual_seed(settings['seed'])
    torch.set_default_dtype(torch.float64)
    system = {'progan': Progan, 'stylegan': Stylegan}[name](settings)
    params = system.params
    tensors = {f'init/{key}': value.detach().clone() for key, value in params.items()}
    tensors['images'] = torch.tanh(torch.randn(settings['dataset'], *settings['image']))
    tensors |= train(settings, system, tensors['images'])
    tensors |= {f'final/{key}': value for key, value in params.items()}
    save(name, tensors, settings)


def level_of_detail(settings: dict, images: int) -> float:
    """Each resolution is trained for `stableImages`, then the next one fades in for `fadeImages`."""
    stable, fade = settings['stableImages'], settings['fadeImages']
    rounds, within = divmod(images, stable + fade)
    start = math.log2(settings['image'][1] / settings['first'])
    return max(start - rounds - max(within - stable, 0) / fade, 0.0)


def train(settings: dict, system, images: torch.Tensor) -> dict:
    """Trains, and returns every random input and the losses. Adam begins anew where a fade begins or ends."""
    adam, params = settings['adam'], system.params
    optimizers, before, seen, stored, losses = {}, -1.0, 0, {}, {'D': [], 'G': []}
    owned = {'D': ('D/',), 'G': ('G/', 'M/')}
    for step in range(settings['steps']):
        lod = level_of_detail(settings, seen)
        if math.floor(lod) != math.floor(before) or math.ceil(lod) != math.ceil(before):
            for key, prefixes in owned.items():
                own = [value for name, value in params.items() if name.startswith(prefixes)]
                optimizers[key] = torch.optim.Adam(
                    own, lr=adam['lr'], betas=(adam['b1'], adam['b2']), eps=adam['eps']
                )
        before = lod
        resolution = settings['image'][1] >> math.floor(lod)
        place = int(math.log2(resolution / settings['first']))
        batches = settings['batches']
        batch = batches[place] if place < len(batches) else settings['batch']
        rows = torch.randperm(settings['dataset'])[:batch]
        noise = {phase: system.draw(batch, resolution) for phase in ['critic', 'generator']}
        stored |= {f'real/{step}': rows, f'level/{step}': torch.tensor([lod])}
        for phase, inputs in noise.items():
            stored |= {f'{phase}/{step}/{name}': value for name, value in inputs.items()}

        def update(key: str, loss: torch.Tensor):
            own = [value for name, value in params.items() if name.startswith(owned[key])]
            for parameter, gradient in zip(own, torch.autograd.grad(loss, own, materialize_grads=True)):
                parameter.grad = gradient
            optimizers[key].step()
            losses[key].append(loss.item())

        update('D', system.critic_loss(seen_real(images[rows], lod), noise['critic'], lod))
        update('G', system.generator_loss(noise['generator'], lod))
        seen += batch
    return {**stored, **system.states(), 'loss/D': torch.tensor(losses['D']), 'loss/G': torch.tensor(losses['G'])}


class Progan:
    """Wasserstein losses with a gradient penalty, arXiv:1704.00028 algorithm 1, and the drift term of arXiv:1710.10196 appendix A.1."""

    def __init__(self, settings: dict):
        self.settings, self.params = settings, drawn({**progan_shapes(settings), **critic_shapes(settings)})

    def draw(self, batch: int, resolution: int) -> dict:
        return {'z': torch.randn(batch, self.settings['latent']), 'mix': torch.rand(batch, 1, 1, 1)}

    def states(self) -> dict:
        return {}

    def critic(self, image: torch.Tensor, lod: float) -> torch.Tensor:
        return critic(self.settings, self.params, image, lod)

    def critic_loss(self, real: torch.Tensor, inputs: dict, lod: float) -> torch.Tensor:
        settings = self.settings
        with torch.no_grad():
            fake = generator(settings, self.params, inputs['z'], lod)
        on_fake, on_real = self.critic(fake, lod), self.critic(real, lod)
        between = (real + inputs['mix'] * (fake - real)).requires_grad_(True)
        (slope,) = torch.autograd.grad(self.critic(between, lod).sum(), between, create_graph=True)
        norm = torch.sqrt(slope.square().sum(dim=(1, 2, 3)) + settings['penaltyEpsilon'])
        penalty = settings['lambda'] * (norm - 1).square().mean()
        return on_fake.mean() - on_real.mean() + penalty + settings['drift'] * on_real.square().mean()

    def generator_loss(self, inputs: dict, lod: float) -> torch.Tensor:
        return -self.critic(generator(self.settings, self.params, inputs['z'], lod), lod).mean()


def progan_shapes(settings: dict) -> dict:
    colours, count = settings['image'][0], lambda resolution: channels(settings, resolution)
    shapes = {
        'G/4x4/dense/spread/weight': [16 * count(4), settings['latent']],
        'G/4x4/dense/bias': [count(4)],
        'G/4x4/conv/weight': [count(4), count(4), 3, 3],
        'G/4x4/conv/bias': [count(4)],
    }
    for r in resolutions(settings):
        shapes[f'G/{r}x{r}/toImage/weight'] = [colours, count(r), 1, 1]
        shapes[f'G/{r}x{r}/toImage/bias'] = [colours]
        for layer, before in [('conv0', r // 2), ('conv1', r)] if r > 4 else []:
            shapes[f'G/{r}x{r}/{layer}/weight'] = [count(r), count(before), 3, 3]
            shapes[f'G/{r}x{r}/{layer}/bias'] = [count(r)]
    return shapes


def generator(settings: dict, params: dict, z: torch.Tensor, lod: float) -> torch.Tensor:
    """[B, Z] -> [B, C, S, S]. Enlarging goes by nearest neighbours; kernels after it are true convolutions, flipped."""
    dense = scaled(params['G/4x4/dense/spread/weight'], math.sqrt(2) / 4)
    x = (pixel_norm(z) @ dense.T).reshape(z.shape[0], -1, 4, 4)
    x = pixel_norm(lrelu(x + params['G/4x4/dense/bias'][None, :, None, None]))
    x = pixel_norm(lrelu(conv(params, 'G/4x4/conv', x)))
    image = conv(params, 'G/4x4/toImage', x, 1.0)
    finest = int(math.log2(settings['image'][1]))
    for r in resolutions(settings)[1:]:
        kernel = scaled(params[f'G/{r}x{r}/conv0/weight'], math.sqrt(2)).flip(2, 3)
        x = pixel_norm(lrelu(F.conv2d(double(x), kernel, params[f'G/{r}x{r}/conv0/bias'], padding=1)))
        x = pixel_norm(lrelu(conv(params, f'G/{r}x{r}/conv1', x)))
        level = finest - int(math.log2(r))
        image = lerp_clipped(conv(params, f'G/{r}x{r}/toImage', x, 1.0), double(image), lod - level)
    return image
