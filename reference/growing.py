"""Fixture `progan`: a whole run that grows from 4x4 to 16x16 pixels, in float64 at a small width.

Networks of every resolution are there from the first step and all of them are evaluated at the full size of the images; what has not
grown yet counts nothing (the 'linear' form of arXiv:1710.10196). How far they have grown is one number, the level of detail:
log2(size) - 2 at 4x4 pixels and 0 at the full size, with a fraction while a resolution fades in.
"""

import math

import torch
from torch.nn import functional as F

from fixture import save

SETTINGS = {
    'progan': {
        'seed': 41,
        'image': [3, 16, 16],
        'first': 4,
        'latent': 5,
        'width': 2,
        'widest': 6,
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
}


def make(name: str):
    settings = SETTINGS[name]
    torch.manual_seed(settings['seed'])
    torch.set_default_dtype(torch.float64)
    params = progan_parameters(settings)
    tensors = {f'init/{key}': value.detach().clone() for key, value in params.items()}
    tensors['images'] = torch.tanh(torch.randn(settings['dataset'], *settings['image']))
    tensors |= train(settings, params, tensors['images'])
    tensors |= {f'final/{key}': value for key, value in params.items()}
    save(name, tensors, settings)


def level_of_detail(settings: dict, images: int) -> float:
    """Each resolution is trained for `stableImages`, then the next one fades in for `fadeImages`."""
    stable, fade = settings['stableImages'], settings['fadeImages']
    rounds, within = divmod(images, stable + fade)
    start = math.log2(settings['image'][1] / settings['first'])
    return max(start - rounds - max(within - stable, 0) / fade, 0.0)


def train(settings: dict, params: dict, images: torch.Tensor) -> dict:
    """Trains, and returns every random input and the losses. Adam begins anew where a fade begins or ends."""
    adam = settings['adam']
    optimizers, before, seen, stored, losses = {}, -1.0, 0, {}, {'D': [], 'G': []}
    for step in range(settings['steps']):
        lod = level_of_detail(settings, seen)
        if math.floor(lod) != math.floor(before) or math.ceil(lod) != math.ceil(before):
            for key in ['D', 'G']:
                own = [value for name, value in params.items() if name.startswith(f'{key}/')]
                optimizers[key] = torch.optim.Adam(
                    own, lr=adam['lr'], betas=(adam['b1'], adam['b2']), eps=adam['eps']
                )
        before = lod
        resolution = settings['image'][1] >> math.floor(lod)
        place = int(math.log2(resolution / settings['first']))
        batches = settings['batches']
        batch = batches[place] if place < len(batches) else settings['batch']
        inputs = {
            'real': torch.randperm(settings['dataset'])[:batch],
            'z/critic': torch.randn(batch, settings['latent']),
            'z/generator': torch.randn(batch, settings['latent']),
            'mix': torch.rand(batch, 1, 1, 1),
        }
        stored |= {f'{name}/{step}': value for name, value in inputs.items()}
        stored[f'level/{step}'] = torch.tensor([lod])

        def update(key: str, loss: torch.Tensor):
            optimizers[key].zero_grad()
            own = [value for name, value in params.items() if name.startswith(f'{key}/')]
            for parameter, gradient in zip(own, torch.autograd.grad(loss, own)):
                parameter.grad = gradient
            optimizers[key].step()
            losses[key].append(loss.item())

        real = seen_real(images[inputs['real']], lod)
        update('D', critic_loss(settings, params, real, inputs, lod))
        update('G', -critic(settings, params, generator(settings, params, inputs['z/generator'], lod), lod).mean())
        seen += batch
    return {**stored, 'loss/D': torch.tensor(losses['D']), 'loss/G': torch.tensor(losses['G'])}


def critic_loss(settings: dict, params: dict, real: torch.Tensor, inputs: dict, lod: float) -> torch.Tensor:
    """arXiv:1704.00028 algorithm 1, and the drift term of arXiv:1710.10196 appendix A.1."""
    with torch.no_grad():
        fake = generator(settings, params, inputs['z/critic'], lod)
    on_fake, on_real = critic(settings, params, fake, lod), critic(settings, params, real, lod)
    between = (real + inputs['mix'] * (fake - real)).requires_grad_(True)
    score = critic(settings, params, between, lod).sum()
    (slope,) = torch.autograd.grad(score, between, create_graph=True)
    norm = torch.sqrt(slope.square().sum(dim=(1, 2, 3)) + settings['penaltyEpsilon'])
    penalty = (norm - 1).square().mean()
    drift = on_real.square().mean()
    return on_fake.mean() - on_real.mean() + settings['lambda'] * penalty + settings['drift'] * drift


def seen_real(real: torch.Tensor, lod: float) -> torch.Tensor:
    """Real images at the resolution of that level, blended with the level above it, at their own size."""
    whole = math.floor(lod)
    fine = blocks_of(real, 2**whole)
    coarse = blocks_of(real, 2 ** (whole + 1))
    return fine + (coarse - fine) * (lod - whole)


def blocks_of(x: torch.Tensor, side: int) -> torch.Tensor:
    """Every pixel replaced by the mean of its square."""
    return double(F.avg_pool2d(x, side), side)


def double(x: torch.Tensor, factor: int = 2) -> torch.Tensor:
    return F.interpolate(x, scale_factor=factor, mode='nearest')


def resolutions(settings: dict) -> list[int]:
    return [4 << i for i in range(int(math.log2(settings['image'][1])) - 1)]


def channels(settings: dict, resolution: int) -> int:
    return min(settings['widest'], settings['width'] * settings['image'][1] // resolution)


def progan_parameters(settings: dict) -> dict:
    """Parameters by name, all of unit variance; biases too, so that a forgotten one shows."""
    colours, count = settings['image'][0], lambda resolution: channels(settings, resolution)
    shapes = {
        'G/4x4/dense/spread/weight': [16 * count(4), settings['latent']],
        'G/4x4/dense/bias': [count(4)],
        'G/4x4/conv/weight': [count(4), count(4), 3, 3],
        'G/4x4/conv/bias': [count(4)],
        'D/4x4/conv/weight': [count(4), count(4) + 1, 3, 3],
        'D/4x4/conv/bias': [count(4)],
        'D/4x4/dense/weight': [count(2), 16 * count(4)],
        'D/4x4/dense/bias': [count(2)],
        'D/4x4/out/weight': [1, count(2)],
        'D/4x4/out/bias': [1],
    }
    for r in resolutions(settings):
        shapes[f'G/{r}x{r}/toImage/weight'] = [colours, count(r), 1, 1]
        shapes[f'G/{r}x{r}/toImage/bias'] = [colours]
        shapes[f'D/{r}x{r}/fromImage/weight'] = [count(r), colours, 1, 1]
        shapes[f'D/{r}x{r}/fromImage/bias'] = [count(r)]
        if r == 4:
            continue
        for layer, before, after in [('conv0', r // 2, r), ('conv1', r, r)]:
            shapes[f'G/{r}x{r}/{layer}/weight'] = [count(after), count(before), 3, 3]
            shapes[f'G/{r}x{r}/{layer}/bias'] = [count(after)]
        for layer, before, after in [('conv0', r, r), ('conv1', r, r // 2)]:
            shapes[f'D/{r}x{r}/{layer}/weight'] = [count(after), count(before), 3, 3]
            shapes[f'D/{r}x{r}/{layer}/bias'] = [count(after)]
    return {name: torch.randn(*shape).requires_grad_(True) for name, shape in shapes.items()}


def scaled(weight: torch.Tensor, gain: float) -> torch.Tensor:
    """Equalised learning rate: the weight times gain / sqrt(fan in)."""
    return weight * (gain / math.sqrt(weight[0].numel()))


def lrelu(x: torch.Tensor) -> torch.Tensor:
    return F.leaky_relu(x, 0.2)


def pixel_norm(x: torch.Tensor) -> torch.Tensor:
    return x / torch.sqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


def conv(params: dict, name: str, x: torch.Tensor, gain: float = math.sqrt(2)) -> torch.Tensor:
    weight = params[f'{name}/weight']
    return F.conv2d(x, scaled(weight, gain), params[f'{name}/bias'], padding=weight.shape[2] // 2)


def lerp_clipped(a: torch.Tensor, b: torch.Tensor, amount: float) -> torch.Tensor:
    return a + (b - a) * min(max(amount, 0.0), 1.0)


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


def critic(settings: dict, params: dict, image: torch.Tensor, lod: float) -> torch.Tensor:
    """[B, C, S, S] -> [B, 1]. Biases and activations come after the shrinking."""
    finest = int(math.log2(settings['image'][1]))
    x = lrelu(conv(params, f'D/{image.shape[2]}x{image.shape[2]}/fromImage', image))
    for r in reversed(resolutions(settings)[1:]):
        x = lrelu(conv(params, f'D/{r}x{r}/conv0', x))
        kernel = scaled(params[f'D/{r}x{r}/conv1/weight'], math.sqrt(2))
        shrunk = F.avg_pool2d(F.conv2d(x, kernel, padding=1), 2)
        x = lrelu(shrunk + params[f'D/{r}x{r}/conv1/bias'][None, :, None, None])
        image = F.avg_pool2d(image, 2)
        coarse = lrelu(conv(params, f'D/{r // 2}x{r // 2}/fromImage', image))
        x = lerp_clipped(x, coarse, lod - (finest - int(math.log2(r))))
    x = lrelu(conv(params, 'D/4x4/conv', with_deviation(x)))
    x = lrelu(x.flatten(1) @ scaled(params['D/4x4/dense/weight'], math.sqrt(2)).T + params['D/4x4/dense/bias'])
    return x @ scaled(params['D/4x4/out/weight'], 1.0).T + params['D/4x4/out/bias']


def with_deviation(x: torch.Tensor, size: int = 4) -> torch.Tensor:
    """One more map: the standard deviation over groups of `size` examples, B / size apart, averaged over maps and places."""
    batch = x.shape[0]
    apart = batch // size
    result = torch.empty(batch, 1, *x.shape[2:])
    for first in range(apart):
        members = list(range(first, batch, apart))
        deviation = torch.sqrt(x[members].var(dim=0, unbiased=False) + 1e-8).mean()
        result[members] = deviation
    return torch.cat([x, result], dim=1)
