"""StyleGAN (arXiv:1812.04948) that grows, with non-saturating losses and R1 (arXiv:1801.04406 section 4.1)."""

import math

import torch
from torch.nn import functional as F

from grown import channels, conv, critic, critic_shapes, double, drawn, lerp_clipped, lrelu, pixel_norm
from grown import resolutions, scaled


class Stylegan:
    def __init__(self, settings: dict):
        self.settings, self.mean = settings, torch.zeros(settings['style'])
        self.params = drawn({**style_shapes(settings), **critic_shapes(settings)})
        # The mapping network's numbers are used times its learning rate beside that of the others.
        for name, value in self.params.items():
            if name.startswith('M/'):
                value.data /= settings['mappingLr']

    def draw(self, batch: int, resolution: int) -> dict:
        noise = {
            f'noise/{layer}': torch.randn(batch, 1, side, side)
            for layer, side in self.layers()
            if side <= resolution
        }
        return {
            'z': torch.randn(batch, self.settings['latent']),
            'second': torch.randn(batch, self.settings['latent']),
            'crossover': torch.rand(batch, 1),
            'mixed': (torch.rand(batch, 1) < self.settings['mixing']).double(),
            **noise,
        }

    def layers(self) -> list:
        """Names and sides of the layers that take a style, the coarsest first."""
        names = [('4x4/constant', 4), ('4x4/conv', 4)]
        for r in resolutions(self.settings)[1:]:
            names += [(f'{r}x{r}/conv0', r), (f'{r}x{r}/conv1', r)]
        return names

    def states(self) -> dict:
        return {'state/M/w/mean': self.mean}

    def critic(self, image: torch.Tensor, lod: float) -> torch.Tensor:
        return critic(self.settings, self.params, image, lod, blurred)

    def critic_loss(self, real: torch.Tensor, inputs: dict, lod: float) -> torch.Tensor:
        with torch.no_grad():
            fake = self.generate(inputs, lod)
        loss = F.softplus(self.critic(fake, lod)).mean() + F.softplus(-self.critic(real, lod)).mean()
        real = real.clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(self.critic(real, lod).sum(), real, create_graph=True)
        return loss + self.settings['r1'] / 2 * slope.square().sum(dim=(1, 2, 3)).mean()

    def generator_loss(self, inputs: dict, lod: float) -> torch.Tensor:
        return F.softplus(-self.critic(self.generate(inputs, lod), lod)).mean()

    def generate(self, inputs: dict, lod: float) -> torch.Tensor:
        """Pictures of mixed styles: layers from a random one on take w of the second latent. The mean follows the first alone."""
        first, second = self.mapping(inputs['z']), self.mapping(inputs['second'])
        decay = self.settings['meanDecay']
        self.mean = decay * self.mean + (1 - decay) * first.detach().mean(dim=0)
        grown = [layer for layer, _ in self.layers() if f'noise/{layer}' in inputs]
        cut = 1 + torch.floor(inputs['crossover'] * (len(grown) - 1))
        styles = {}
        for i, layer in enumerate(grown):
            other = (i >= cut) & (inputs['mixed'] > 0)
            styles[layer] = torch.where(other, second, first)
        return self.synthesis(styles, inputs, lod)

    def mapping(self, z: torch.Tensor) -> torch.Tensor:
        w, rate = pixel_norm(z), self.settings['mappingLr']
        for i in range(1, self.settings['mapping'] + 1):
            weight = scaled(self.params[f'M/fc{i}/weight'], math.sqrt(2)) * rate
            w = lrelu(w @ weight.T + self.params[f'M/fc{i}/bias'] * rate)
        return w

    def synthesis(self, styles: dict, inputs: dict, lod: float) -> torch.Tensor:
        """Layers that have not grown yet have no style: they count nothing, and are left out."""
        params, batch = self.params, inputs['z'].shape[0]
        x = params['G/4x4/constant/constant'].expand(batch, -1, -1, -1)
        x = self.styled('4x4/constant', x, styles, inputs)
        x = self.styled('4x4/conv', self.conv('4x4/conv', x), styles, inputs)
        image = conv(params, 'G/4x4/toImage', x, 1.0)
        finest = int(math.log2(self.settings['image'][1]))
        for r in resolutions(self.settings)[1:]:
            level = finest - int(math.log2(r))
            if f'{r}x{r}/conv0' not in styles:
                image = double(image)
                continue
            kernel = scaled(params[f'G/{r}x{r}/conv0/conv/weight'], math.sqrt(2)).flip(2, 3)
            x = blurred(F.conv2d(double(x), kernel, padding=1))
            x = self.styled(f'{r}x{r}/conv0', x, styles, inputs)
            x = self.styled(f'{r}x{r}/conv1', self.conv(f'{r}x{r}/conv1', x), styles, inputs)
            image = lerp_clipped(conv(params, f'G/{r}x{r}/toImage', x, 1.0), double(image), lod - level)
        return image

    def conv(self, layer: str, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, scaled(self.params[f'G/{layer}/conv/weight'], math.sqrt(2)), padding=1)

    def styled(self, layer: str, x: torch.Tensor, styles: dict, inputs: dict) -> torch.Tensor:
        """Noise, bias, activation, and adaptive instance normalisation, equation 1."""
        own = {name: self.params[f'G/{layer}/{name}'] for name in ['noise/strength', 'bias']}
        x = x + inputs[f'noise/{layer}'] * own['noise/strength'][None, :, None, None]
        x = lrelu(x + own['bias'][None, :, None, None])
        x = F.instance_norm(x, eps=1e-8)
        weight, bias = self.params[f'G/{layer}/adain/style/weight'], self.params[f'G/{layer}/adain/style/bias']
        scale, shift = (styles[layer] @ scaled(weight, 1.0).T + bias).chunk(2, dim=1)
        return x * (scale + 1)[:, :, None, None] + shift[:, :, None, None]


def blurred(x: torch.Tensor) -> torch.Tensor:
    taps = torch.tensor([1.0, 2.0, 1.0], dtype=x.dtype)
    filter = (torch.outer(taps, taps) / 16).expand(x.shape[1], 1, 3, 3)
    return F.conv2d(x, filter, padding=1, groups=x.shape[1])


def style_shapes(settings: dict) -> dict:
    colours, style, count = settings['image'][0], settings['style'], lambda r: channels(settings, r)
    shapes = {'G/4x4/constant/constant': [1, count(4), 4, 4]}

    def styled(layer: str, channels: int):
        shapes[f'G/{layer}/noise/strength'] = [channels]
        shapes[f'G/{layer}/bias'] = [channels]
        shapes[f'G/{layer}/adain/style/weight'] = [2 * channels, style]
        shapes[f'G/{layer}/adain/style/bias'] = [2 * channels]

    styled('4x4/constant', count(4))
    styled('4x4/conv', count(4))
    shapes['G/4x4/conv/conv/weight'] = [count(4), count(4), 3, 3]
    for r in resolutions(settings):
        shapes[f'G/{r}x{r}/toImage/weight'] = [colours, count(r), 1, 1]
        shapes[f'G/{r}x{r}/toImage/bias'] = [colours]
        for layer, before in [('conv0', r // 2), ('conv1', r)] if r > 4 else []:
            shapes[f'G/{r}x{r}/{layer}/conv/weight'] = [count(r), count(before), 3, 3]
            styled(f'{r}x{r}/{layer}', count(r))
    for i in range(1, settings['mapping'] + 1):
        shapes[f'M/fc{i}/weight'] = [style, settings['latent'] if i == 1 else style]
        shapes[f'M/fc{i}/bias'] = [style]
    return shapes
