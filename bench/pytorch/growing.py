"""The generators of ProGAN (arXiv:1710.10196) and StyleGAN (arXiv:1812.04948) at their full size, in eager PyTorch."""

import torch
from torch import nn
from torch.nn import functional as F

from stylegan2 import GAIN, Layer, stages

BLUR = torch.outer(torch.tensor([1.0, 2.0, 1.0]), torch.tensor([1.0, 2.0, 1.0])) / 16


def pixel_norm(x: torch.Tensor) -> torch.Tensor:
    return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


def larger(x: torch.Tensor, layer: Layer) -> torch.Tensor:
    """Nearest neighbours and a 3x3 convolution as one transposed convolution of 4x4 and stride 2, as the authors do."""
    kernel = F.pad(layer.weight * layer.factor, [1, 1, 1, 1])
    kernel = kernel[:, :, 1:, 1:] + kernel[:, :, :-1, 1:] + kernel[:, :, 1:, :-1] + kernel[:, :, :-1, :-1]
    return F.conv_transpose2d(x, kernel.transpose(0, 1), layer.bias, stride=2, padding=1)


class Progan(nn.Module):
    def __init__(self, size: int, width: int, most: int, latent: int, colours: int = 3):
        super().__init__()
        plan = stages(size, width, most)
        first = plan[0][1]
        self.dense = Layer([16 * first, latent], bias=False, gain=GAIN / 4)
        self.bias = nn.Parameter(torch.zeros(first))
        self.conv = Layer([first, first, 3, 3])
        self.conv.factor *= GAIN
        self.ups, self.convs = nn.ModuleList(), nn.ModuleList()
        for (_, before), (_, after) in zip(plan, plan[1:]):
            self.ups.append(Layer([after, before, 3, 3]))
            self.convs.append(Layer([after, after, 3, 3]))
        for layer in [*self.ups, *self.convs]:
            layer.factor *= GAIN  # the weights' alone: biases have none
        self.image = Layer([colours, plan[-1][1], 1, 1])

    def forward(self, z):  # [B, Z] -> [B, C, S, S]
        x = self.dense(pixel_norm(z)).reshape(len(z), -1, 4, 4) + self.bias[:, None, None]
        x = pixel_norm(F.leaky_relu(x, 0.2))
        x = pixel_norm(F.leaky_relu(self.conv(x), 0.2))
        for up, conv in zip(self.ups, self.convs):
            x = pixel_norm(F.leaky_relu(larger(x, up), 0.2))
            x = pixel_norm(F.leaky_relu(conv(x), 0.2))
        return self.image(x)


class Styled(nn.Module):
    """Noise, bias, leaky ReLU and adaptive instance normalisation."""

    def __init__(self, channels: int, style: int, side: int):
        super().__init__()
        self.strength, self.bias = nn.Parameter(torch.zeros(channels, 1, 1)), nn.Parameter(torch.zeros(channels, 1, 1))
        self.style = Layer([2 * channels, style])
        self.register_buffer('constant', torch.randn(1, 1, side, side))

    def forward(self, x, w):
        x = F.leaky_relu(x + (self.constant * self.strength + self.bias), 0.2)
        scale, shift = self.style(w)[:, :, None, None].chunk(2, dim=1)
        return torch.addcmul(shift, F.instance_norm(x, eps=1e-8), scale + 1)


class StyleganMapping(nn.Module):
    def __init__(self, latent: int, width: int, layers: int):
        super().__init__()
        sizes = [latent] + [width] * layers
        self.layers = nn.ModuleList(Layer([b, a], rate=0.01) for a, b in zip(sizes, sizes[1:]))
        for layer in self.layers:
            layer.factor *= GAIN

    def forward(self, z):
        x = pixel_norm(z)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
        return x


class Stylegan(nn.Module):
    """The synthesis network of w [B, W]."""

    def __init__(self, size: int, width: int, most: int, style: int, colours: int = 3):
        super().__init__()
        plan = stages(size, width, most)
        first = plan[0][1]
        self.constant = nn.Parameter(torch.ones(1, first, 4, 4))
        self.convs, self.styles = nn.ModuleList([self.layer(first, first)]), nn.ModuleList()
        self.ups = nn.ModuleList()
        for i, (side, channels) in enumerate(plan):
            self.styles += [Styled(channels, style, side), Styled(channels, style, side)]
            if i > 0:
                self.ups.append(self.layer(plan[i - 1][1], channels))
                self.convs.append(self.layer(channels, channels))
        self.image = Layer([colours, plan[-1][1], 1, 1])

    @staticmethod
    def layer(inputs: int, outputs: int) -> Layer:
        return Layer([outputs, inputs, 3, 3], bias=False, gain=GAIN)

    def forward(self, w):  # [B, W] -> [B, C, S, S]
        x = self.constant.expand(len(w), -1, -1, -1)
        for i, conv in enumerate(self.convs):
            if i > 0:
                x = larger(x, self.ups[i - 1])
                x = F.conv2d(x, BLUR.expand(x.shape[1], 1, 3, 3), padding=1, groups=x.shape[1])
            x = self.styles[2 * i](x, w)
            x = self.styles[2 * i + 1](conv(x), w)
        return self.image(x)
