"""SAGAN (arXiv:1805.08318) and BigGAN (arXiv:1809.11096) in PyTorch, for images up to 32 pixels.

Layers are named as the fixtures name their tensors. Spectral norm is PyTorch's own: one power iteration a call.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm


def conv(inputs: int, outputs: int, kernel: int, bias: bool = True) -> nn.Module:
    return spectral_norm(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=bias))


def dense(inputs: int, outputs: int, bias: bool = True) -> nn.Module:
    return spectral_norm(nn.Linear(inputs, outputs, bias=bias))


class SelfAttention(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.query = conv(channels, channels // 8, 1, bias=False)
        self.key = conv(channels, channels // 8, 1, bias=False)
        self.value = conv(channels, channels // 2, 1, bias=False)
        self.out = conv(channels // 2, channels, 1, bias=False)
        self.gain = nn.Parameter(torch.zeros(()))

    def forward(self, x):  # [B, C, H, W]
        keys = F.max_pool2d(self.key(x), 2).flatten(2)
        values = F.max_pool2d(self.value(x), 2).flatten(2)
        scores = torch.einsum('bcn,bcm->bnm', self.query(x).flatten(2), keys)
        gathered = torch.einsum('bnm,bcm->bcn', torch.softmax(scores, dim=2), values)
        return x + self.gain * self.out(gathered.unflatten(2, x.shape[2:]))


class BatchStatistics(nn.Module):
    """Batch norm, and its running statistics."""

    def __init__(self, channels: int):
        super().__init__()
        self.register_buffer('mean', torch.zeros(channels))
        self.register_buffer('variance', torch.ones(channels))

    def forward(self, x, weight=None, bias=None):
        return F.batch_norm(x, self.mean, self.variance, weight, bias, training=self.training, momentum=0.1, eps=1e-5)


class PlainNorm(BatchStatistics):
    def __init__(self, channels: int):
        super().__init__(channels)
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return super().forward(x, self.weight, self.bias)


class TableNorm(BatchStatistics):
    """SAGAN: scale and shift of each class."""

    def __init__(self, channels: int, classes: int):
        super().__init__(channels)
        self.scale, self.shift = nn.Embedding(classes, channels), nn.Embedding(classes, channels)

    def forward(self, x, label):
        return super().forward(x) * self.scale(label)[..., None, None] + self.shift(label)[..., None, None]


class LinearNorm(BatchStatistics):
    """BigGAN: scale - 1 and shift are linear in a condition."""

    def __init__(self, channels: int, condition: int):
        super().__init__(channels)
        self.scale = dense(condition, channels, bias=False)
        self.shift = dense(condition, channels, bias=False)

    def forward(self, x, condition):
        scale, shift = self.scale(condition), self.shift(condition)
        return super().forward(x) * (1 + scale)[..., None, None] + shift[..., None, None]


def double(x):
    return F.interpolate(x, scale_factor=2, mode='nearest')


class UpBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, norm):
        super().__init__()
        self.norm1, self.norm2 = norm(inputs), norm(outputs)
        self.conv1, self.conv2 = conv(inputs, outputs, 3), conv(outputs, outputs, 3)
        self.shortcut = conv(inputs, outputs, 1)

    def forward(self, x, condition):
        h = self.conv1(double(F.relu(self.norm1(x, condition))))
        h = self.conv2(F.relu(self.norm2(h, condition)))
        return h + self.shortcut(double(x))


class UpBottleneck(nn.Module):
    def __init__(self, inputs: int, outputs: int, norm, resample: bool):
        super().__init__()
        hidden = inputs // 4
        self.outputs, self.resample = outputs, resample
        self.norm1 = norm(inputs)
        self.norm2, self.norm3, self.norm4 = norm(hidden), norm(hidden), norm(hidden)
        self.conv1, self.conv4 = conv(inputs, hidden, 1), conv(hidden, outputs, 1)
        self.conv2, self.conv3 = conv(hidden, hidden, 3), conv(hidden, hidden, 3)

    def forward(self, x, condition):
        h = self.conv1(F.relu(self.norm1(x, condition)))
        h = F.relu(self.norm2(h, condition))
        x = x[:, : self.outputs]
        if self.resample:
            h, x = double(h), double(x)
        h = self.conv3(F.relu(self.norm3(self.conv2(h), condition)))
        return self.conv4(F.relu(self.norm4(h, condition))) + x


class DownBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, resample: bool, preactivation: bool):
        super().__init__()
        self.resample, self.preactivation = resample, preactivation
        self.conv1, self.conv2 = conv(inputs, outputs, 3), conv(outputs, outputs, 3)
        if resample or inputs != outputs:
            self.shortcut = conv(inputs, outputs, 1)

    def forward(self, x):
        h = self.conv2(F.relu(self.conv1(F.relu(x) if self.preactivation else x)))
        short = self.shortcut(x) if hasattr(self, 'shortcut') else x
        return F.avg_pool2d(h + short, 2) if self.resample else h + short


class DownBottleneck(nn.Module):
    def __init__(self, inputs: int, outputs: int, resample: bool):
        super().__init__()
        hidden = outputs // 4
        self.resample = resample
        self.conv1, self.conv4 = conv(inputs, hidden, 1), conv(hidden, outputs, 1)
        self.conv2, self.conv3 = conv(hidden, hidden, 3), conv(hidden, hidden, 3)
        if inputs != outputs:
            self.shortcut = conv(inputs, outputs - inputs, 1)

    def forward(self, x):
        h = F.relu(self.conv3(F.relu(self.conv2(F.relu(self.conv1(F.relu(x)))))))
        if self.resample:
            h, x = F.avg_pool2d(h, 2), F.avg_pool2d(x, 2)
        short = torch.cat([x, self.shortcut(x)], 1) if hasattr(self, 'shortcut') else x
        return self.conv4(h) + short


def stages(image: list[int]) -> tuple[int, int]:
    """Side of the generator's first map, and how often it doubles."""
    side, doublings = image[1], 0
    while side > 4 and side % 2 == 0:
        side, doublings = side // 2, doublings + 1
    return side, doublings


class Generator(nn.Module):
    """All maps have 4 widths. `kind` is `sagan`, `biggan` or `biggan-deep` (two bottlenecks a stage)."""

    def __init__(self, kind: str, image, width: int, latent: int, classes: int, embedding: int, attention: list[int]):
        super().__init__()
        self.kind, self.channels = kind, 4 * width
        self.base, self.doublings = stages(image)
        self.part = latent // (self.doublings + 1)
        if kind == 'sagan':
            first, norm = latent, lambda c: TableNorm(c, classes)
        else:
            self.add_module('class', nn.Embedding(classes, embedding))
            deep = kind == 'biggan-deep'
            first = embedding + latent if deep else self.part
            norm = lambda c: LinearNorm(c, embedding + (latent if deep else self.part))
        self.linear = dense(first, self.channels * self.base**2)
        for i in range(self.doublings):
            if kind == 'biggan-deep':
                blocks = [UpBottleneck(self.channels, self.channels, norm, k == 1) for k in range(2)]
                self.add_module(f'block{i}', nn.ModuleList(blocks))
            else:
                self.add_module(f'block{i}', UpBlock(self.channels, self.channels, norm))
            if self.base * 2 ** (i + 1) in attention:
                self.add_module(f'attention{self.base * 2 ** (i + 1)}', SelfAttention(self.channels))
        self.norm = PlainNorm(self.channels)
        self.out = conv(self.channels, image[0], 3)

    def forward(self, z, label):  # [B, latent], [B] -> [B, C, S, S]
        first, conditions = z, [label] * self.doublings
        if self.kind != 'sagan':
            code = self.get_submodule('class')(label)
            if self.kind == 'biggan-deep':
                first = torch.cat([code, z], 1)
                conditions = [first] * self.doublings
            else:
                first, *parts = torch.split(z, self.part, 1)
                conditions = [torch.cat([code, part], 1) for part in parts]
        x = self.linear(first).reshape(-1, self.channels, self.base, self.base)
        for i, condition in enumerate(conditions):
            block = self.get_submodule(f'block{i}')
            for part in block if isinstance(block, nn.ModuleList) else [block]:
                x = part(x, condition)
            if hasattr(self, f'attention{x.shape[2]}'):
                x = self.get_submodule(f'attention{x.shape[2]}')(x)
        return torch.tanh(self.out(F.relu(self.norm(x))))


class Critic(nn.Module):
    """Four stages of 4 widths, the first two of which halve; deep ones have a convolution for the first stage."""

    def __init__(self, kind: str, image, width: int, classes: int, attention: list[int]):
        super().__init__()
        channels = 4 * width
        self.deep = kind == 'biggan-deep'
        self.stages = 3 if self.deep else 4
        if self.deep:
            self.add_module('in', conv(image[0], channels, 3))
        side = image[1]
        for i in range(self.stages):
            halves = i < 2
            if self.deep:
                blocks = [DownBottleneck(channels, channels, halves and k == 0) for k in range(2)]
                self.add_module(f'block{i}', nn.ModuleList(blocks))
            else:
                block = DownBlock(image[0] if i == 0 else channels, channels, halves, i > 0)
                self.add_module(f'block{i}', block)
            if halves:
                side //= 2
                if side in attention:
                    self.add_module(f'attention{side}', SelfAttention(channels))
        self.out = dense(channels, 1)
        self.projection = spectral_norm(nn.Embedding(classes, channels))

    def forward(self, x, label):  # [B, C, S, S], [B] -> [B, 1]
        if self.deep:
            x = self.get_submodule('in')(x)
        for i in range(self.stages):
            block = self.get_submodule(f'block{i}')
            for part in block if isinstance(block, nn.ModuleList) else [block]:
                x = part(x)
            if i < 2 and hasattr(self, f'attention{x.shape[2]}'):
                x = self.get_submodule(f'attention{x.shape[2]}')(x)
        features = F.relu(x).sum(dim=(2, 3))
        return self.out(features) + (self.projection(label) * features).sum(dim=1, keepdim=True)
