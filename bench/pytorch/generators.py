"""The generators whose single images are timed, each as a function of fresh noise, with running statistics and without gradients."""

import sys
from pathlib import Path
from typing import Callable

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import remove_spectral_norm

from growing import Progan, Stylegan, StyleganMapping
from networks import conv_generator, mlp_generator, parameter_count
from stylegan2 import Mapping, Synthesis

sys.path.append(str(Path(__file__).parents[2] / 'reference'))

from biggan import Generator as BigganGenerator  # noqa: E402

CLASSES = 10


class Latency:
    """One image from fresh noise, of a random class where there are classes."""

    def __init__(self, networks: dict[str, nn.Module], latent: int, make: Callable):
        self.networks, self.latent, self.make = networks, latent, make
        self.parameters = {name: parameter_count(network) for name, network in networks.items()}
        for network in networks.values():
            network.eval()
            for layer in network.modules():
                if hasattr(layer, 'weight_orig'):
                    remove_spectral_norm(layer)  # which else divides the weights anew for every image

    def compile(self):
        self.networks = {name: torch.compile(network) for name, network in self.networks.items()}

    @torch.inference_mode()
    def iterate(self):
        return self.make(torch.randn(1, self.latent), torch.randint(CLASSES, (1,)), **self.networks)


class Conditional(nn.Module):
    """An embedding of the class beside z."""

    def __init__(self, generator: nn.Module, embedding: int = 16):
        super().__init__()
        self.embedding, self.generator = nn.Embedding(CLASSES, embedding), generator

    def forward(self, z, label):
        return self.generator(torch.cat([z, self.embedding(label)], dim=1))


class ClassNorm(nn.BatchNorm2d):
    """Batch norm with scale and shift by class."""

    def __init__(self, channels: int):
        super().__init__(channels, affine=False)
        self.scale, self.shift = nn.Embedding(CLASSES, channels), nn.Embedding(CLASSES, channels)

    def forward(self, x, label):
        scale, shift = self.scale(label)[:, :, None, None], self.shift(label)[:, :, None, None]
        return torch.addcmul(shift, super().forward(x), scale)


class ProjectionGenerator(nn.Module):
    """DCGAN's of 64x64 images, with class-conditional batch norm."""

    def __init__(self, latent: int = 128, width: int = 64):
        super().__init__()
        widths = [latent, 8 * width, 4 * width, 2 * width, width]
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList(ClassNorm(count) for count in widths[1:])
        for i, (before, after) in enumerate(zip(widths, widths[1:])):
            stride, padding = (1, 0) if i == 0 else (2, 1)
            self.convs.append(nn.ConvTranspose2d(before, after, 4, stride, padding, bias=False))
        self.out = nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False)

    def forward(self, z, label):
        x = z[:, :, None, None]
        for conv, norm in zip(self.convs, self.norms):
            x = F.relu(norm(conv(x), label))
        return torch.tanh(self.out(x))


class R3ganBlock(nn.Module):
    def __init__(self, channels: int, group: int = 16):
        super().__init__()
        inner = 2 * channels
        self.expand, self.shrink = nn.Conv2d(channels, inner, 1), nn.Conv2d(inner, channels, 1, bias=False)
        self.group = nn.Conv2d(inner, inner, 3, padding=1, groups=inner // group)

    def forward(self, x):
        return x + self.shrink(F.leaky_relu(self.group(F.leaky_relu(self.expand(x), 0.2)), 0.2))


class R3gan(nn.Module):
    """arXiv:2501.05441, with bilinear doubling and two blocks a stage."""

    def __init__(self, latent: int = 64, width: int = 48, size: int = 32):
        super().__init__()
        doublings = size.bit_length() - 3
        counts = [width * min(8, 2 ** (doublings - stage)) for stage in range(doublings + 1)]
        self.basis = nn.Parameter(torch.randn(1, counts[0], 4, 4))
        self.dense = nn.Linear(latent, counts[0], bias=False)
        self.stages = nn.ModuleList(nn.Sequential(R3ganBlock(count), R3ganBlock(count)) for count in counts)
        self.changes = nn.ModuleList(
            nn.Conv2d(a, b, 1, bias=False) if a != b else nn.Identity() for a, b in zip(counts, counts[1:])
        )
        self.out = nn.Conv2d(counts[-1], 3, 1, bias=False)

    def forward(self, z):
        x = self.stages[0](self.dense(z)[:, :, None, None] * self.basis)
        for change, stage in zip(self.changes, self.stages[1:]):
            x = stage(F.interpolate(change(x), scale_factor=2, mode='bilinear', align_corners=False))
        return self.out(x)


def alone(G: nn.Module, latent: int) -> Latency:
    return Latency({'G': G}, latent, lambda z, label, G: G(z))


def of_class(G: nn.Module, latent: int) -> Latency:
    return Latency({'G': G}, latent, lambda z, label, G: G(z, label))


def of_style(M: nn.Module, G: nn.Module, latent: int) -> Latency:
    return Latency({'M': M, 'G': G}, latent, lambda z, label, M, G: G(M(z)))


class EveryLayer(Synthesis):
    """StyleGAN2's synthesis of one w for all layers."""

    def forward(self, w):
        return super().forward(w[:, None].expand(-1, self.count, -1))


def biggan(kind: str, width: int, latent: int, embedding: int = 32) -> Latency:
    return of_class(BigganGenerator(kind, [3, 32, 32], width, latent, CLASSES, embedding, [16]), latent)


LATENCIES: dict[str, Callable[[], Latency]] = {
    'latency-gan': lambda: alone(mlp_generator(), 100),
    'latency-cgan': lambda: of_class(Conditional(mlp_generator(116)), 100),
    'latency-dcgan': lambda: alone(conv_generator(100, 64, 64, 3), 100),
    'latency-wgan-gp': lambda: alone(conv_generator(128, 64, 32, 3), 128),
    'latency-acgan': lambda: of_class(Conditional(conv_generator(126, 64, 64, 3)), 110),
    'latency-projection': lambda: of_class(ProjectionGenerator(), 128),
    'latency-r3gan': lambda: alone(R3gan(), 64),
    'latency-sagan': lambda: biggan('sagan', 8, 128),
    'latency-biggan': lambda: biggan('biggan', 8, 120),
    'latency-biggan-deep': lambda: biggan('biggan-deep', 16, 120),
    'latency-progan': lambda: alone(Progan(64, 16, 64, 64), 64),
    'latency-stylegan': lambda: of_style(StyleganMapping(64, 64, 2), Stylegan(64, 16, 64, 64), 64),
    'latency-stylegan2-32': lambda: of_style(Mapping(64, 64, 2), EveryLayer(32, 32, 64, 64), 64),
    'latency-stylegan2-64': lambda: of_style(Mapping(64, 64, 2), EveryLayer(64, 16, 64, 64), 64),
}
