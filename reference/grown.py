"""What networks that grow have in common: resolutions, blending, equalised layers, and the critic of ProGAN and StyleGAN."""

import math

import torch
from torch.nn import functional as F


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
    return min(settings['maxWidth'], settings['width'] * settings['image'][1] // resolution)


def critic_shapes(settings: dict) -> dict:
    colours, count = settings['image'][0], lambda resolution: channels(settings, resolution)
    shapes = {
        'D/4x4/conv/weight': [count(4), count(4) + 1, 3, 3],
        'D/4x4/conv/bias': [count(4)],
        'D/4x4/dense/weight': [count(2), 16 * count(4)],
        'D/4x4/dense/bias': [count(2)],
        'D/4x4/out/weight': [1, count(2)],
        'D/4x4/out/bias': [1],
    }
    for r in resolutions(settings):
        shapes[f'D/{r}x{r}/fromImage/weight'] = [count(r), colours, 1, 1]
        shapes[f'D/{r}x{r}/fromImage/bias'] = [count(r)]
        if r == 4:
            continue
        for layer, before, after in [('conv0', r, r), ('conv1', r, r // 2)]:
            shapes[f'D/{r}x{r}/{layer}/weight'] = [count(after), count(before), 3, 3]
            shapes[f'D/{r}x{r}/{layer}/bias'] = [count(after)]
    return shapes


def drawn(shapes: dict) -> dict:
    """Parameters by name, all of unit variance; biases too, so that a forgotten one shows."""
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


def critic(settings: dict, params: dict, image: torch.Tensor, lod: float, smoothed=lambda x: x) -> torch.Tensor:
    """[B, C, S, S] -> [B, 1]. Biases and activations come after the shrinking; maps are `smoothed` before it."""
    finest = int(math.log2(settings['image'][1]))
    x = lrelu(conv(params, f'D/{image.shape[2]}x{image.shape[2]}/fromImage', image))
    for r in reversed(resolutions(settings)[1:]):
        x = smoothed(lrelu(conv(params, f'D/{r}x{r}/conv0', x)))
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
