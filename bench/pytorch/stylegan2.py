"""StyleGAN2 (arXiv:1912.04958) as its authors' later code runs it in eager PyTorch, with the benchmark's small presets.

In training, styles scale what goes into a convolution and demodulation what comes out of it; for a single image the weights are
modulated instead (a grouped convolution of one group). Filters are convolutions of each channel by itself.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

GAIN = math.sqrt(2)
TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8


def filtered(x: torch.Tensor, pad: list[int], down: int = 1, gain: float = 1.0) -> torch.Tensor:
    """The filter over both axes, pad [before, after], keeping every `down`-th pixel."""
    channels = x.shape[1]
    kernel = (torch.outer(TAPS, TAPS) * gain).expand(channels, 1, 4, 4)
    if pad[0] == pad[1] and pad[0] >= 0:
        return F.conv2d(x, kernel, padding=pad[0], stride=down, groups=channels)
    return F.conv2d(F.pad(x, [pad[0], pad[1]] * 2), kernel, stride=down, groups=channels)


def doubled(x: torch.Tensor) -> torch.Tensor:
    """Zeros between the pixels, then the filter: one transposed convolution of each channel by itself."""
    channels = x.shape[1]
    kernel = (torch.outer(TAPS, TAPS) * 4).expand(channels, 1, 4, 4)
    return F.conv_transpose2d(x, kernel, stride=2, padding=1, groups=channels)


class Layer(nn.Module):
    """Equalised weights and bias, dense or convolutional; `gain` is that of the activation, put into both."""

    def __init__(self, shape: list[int], bias: bool = True, gain: float = 1.0, rate: float = 1.0, start: float = 0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape) / rate)
        self.bias = nn.Parameter(torch.full([shape[0]], start / rate)) if bias else None
        self.factor, self.bias_factor = gain * rate / math.sqrt(self.weight[0].numel()), gain * rate

    def scaled(self):
        bias = self.bias
        if bias is not None and self.bias_factor != 1:
            bias = bias * self.bias_factor
        return self.weight * self.factor, bias

    def forward(self, x):
        weight, bias = self.scaled()
        if x.ndim == 2:
            return F.linear(x, weight, bias)
        return F.conv2d(x, weight, bias, padding=weight.shape[2] // 2)


class Mapping(nn.Module):
    def __init__(self, latent: int, width: int, layers: int):
        super().__init__()
        sizes = [latent] + [width] * layers
        self.layers = nn.ModuleList(Layer([b, a], gain=GAIN, rate=0.01) for a, b in zip(sizes, sizes[1:]))
        self.register_buffer('mean', torch.zeros(width))

    def forward(self, z, follow=False):  # [B, Z] -> [B, W]
        x = z * (z.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
        if follow:
            self.mean.copy_(x.detach().mean(dim=0).lerp(self.mean, 0.995))
        return x


class Modulated(nn.Module):
    """A modulated convolution; `own` chooses weights of their own for each example over scaled activations."""

    def __init__(self, inputs: int, outputs: int, style: int, kernel: int = 3, up: bool = False, demodulate: bool = True):
        super().__init__()
        self.style = Layer([inputs, style], start=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.up, self.demodulate = up, demodulate

    def forward(self, x, w, added=None):
        """`added` joins the demodulated result in the same pass; the gain of the activation counts for both."""
        style, weight = self.style(w), self.weight
        if not self.demodulate:
            style = style / math.sqrt(weight[0].numel())
        if len(w) == 1:
            return self.own(x, style, weight, added)
        y = self.resampled(x * style[:, :, None, None], weight)
        if not self.demodulate:
            return y
        scale = (style.square() @ weight.square().sum(dim=(2, 3)).T + 1e-8).rsqrt() * GAIN
        return torch.addcmul(added, y, scale[:, :, None, None])

    def own(self, x, style, weight, added):
        weight = weight * style[0][:, None, None]
        if self.demodulate:
            weight = weight * ((weight.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).rsqrt() * GAIN)
        y = self.resampled(x, weight)
        return y if added is None else y + added

    def resampled(self, x, weight):
        if not self.up:
            return F.conv2d(x, weight, padding=weight.shape[2] // 2)
        return filtered(F.conv_transpose2d(x, weight.transpose(0, 1), stride=2), [1, 1], gain=4.0)


class StyleLayer(nn.Module):
    def __init__(self, inputs: int, outputs: int, style: int, side: int, up: bool = False):
        super().__init__()
        self.conv = Modulated(inputs, outputs, style, up=up)
        self.strength, self.bias = nn.Parameter(torch.zeros(())), nn.Parameter(torch.zeros(outputs))
        self.side = side
        self.register_buffer('constant', torch.randn(1, 1, side, side))

    def forward(self, x, w):
        noise = torch.randn(len(w), 1, self.side, self.side) if self.training else self.constant
        added = noise * (self.strength * GAIN) + (self.bias * GAIN)[:, None, None]
        return F.leaky_relu(self.conv(x, w, added), 0.2)


def stages(size: int, width: int, most: int) -> list[tuple[int, int]]:
    """Sides and channels, the smallest first."""
    sides = [4 << i for i in range(int(math.log2(size)) - 1)]
    return [(side, min(width * size // side, most)) for side in sides]


class Synthesis(nn.Module):
    def __init__(self, size: int, width: int, most: int, style: int, colours: int = 3):
        super().__init__()
        plan = stages(size, width, most)
        before = plan[0][1]
        self.constant = nn.Parameter(torch.randn(1, before, 4, 4))
        self.layers, self.images = nn.ModuleList(), nn.ModuleList()
        self.image_biases = nn.ParameterList()
        for side, channels in plan:
            if side > 4:
                self.layers.append(StyleLayer(before, channels, style, side, up=True))
            self.layers.append(StyleLayer(channels, channels, style, side))
            self.images.append(Modulated(channels, colours, style, kernel=1, demodulate=False))
            self.image_biases.append(nn.Parameter(torch.zeros(colours)))
            before = channels
        self.count = len(self.layers) + 1

    def forward(self, styles):  # [B, layers, W] -> [B, C, S, S]
        ws = styles.unbind(1)
        x, picture, used = self.constant.expand(len(styles), -1, -1, -1), None, 0
        for stage, (to_image, bias) in enumerate(zip(self.images, self.image_biases)):
            for layer in self.layers[max(2 * stage - 1, 0) : 2 * stage + 1]:
                x = layer(x, ws[used])
                used += 1
            # An image layer takes the w of the next convolution.
            image = to_image(x, ws[used]) + bias[:, None, None]
            picture = image if picture is None else doubled(picture) + image
        return picture


class Down(nn.Module):
    """(f(x) + skip(x)) / sqrt(2) at half the size."""

    def __init__(self, channels: int, outputs: int):
        super().__init__()
        self.conv = Layer([channels, channels, 3, 3], gain=GAIN)
        self.down = Layer([outputs, channels, 3, 3], gain=GAIN * math.sqrt(0.5))
        self.skip = Layer([outputs, channels, 1, 1], bias=False, gain=math.sqrt(0.5))

    def forward(self, x):
        y = F.leaky_relu(self.conv(x), 0.2)
        weight, bias = self.down.scaled()
        y = F.leaky_relu(F.conv2d(filtered(y, [2, 2]), weight, bias, stride=2), 0.2)
        return y + self.skip(filtered(x, [1, 1], down=2))


class Critic(nn.Module):
    def __init__(self, size: int, width: int, most: int, colours: int = 3, group: int = 16):
        super().__init__()
        plan, self.group = stages(size, width, most)[::-1], group
        self.image = Layer([plan[0][1], colours, 1, 1], gain=GAIN)
        self.blocks = nn.Sequential(*(Down(a, b) for (_, a), (_, b) in zip(plan, plan[1:])))
        last = plan[-1][1]
        self.conv = Layer([last, last + 1, 3, 3], gain=GAIN)
        self.dense, self.out = Layer([last, 16 * last], gain=GAIN), Layer([1, last])

    def forward(self, image):
        x = self.blocks(F.leaky_relu(self.image(image), 0.2))
        batch, channels, height, width = x.shape
        groups = x.reshape(self.group, -1, channels, height, width)
        deviation = (groups.var(dim=0, correction=0) + 1e-8).sqrt().mean(dim=(1, 2, 3))
        extra = deviation.repeat(self.group)[:, None, None, None].expand(-1, 1, height, width)
        x = F.leaky_relu(self.conv(torch.cat([x, extra], dim=1)), 0.2)
        return self.out(F.leaky_relu(self.dense(x.flatten(1)), 0.2))
