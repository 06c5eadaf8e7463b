"""What the benchmark runs. Each workload has `iterate()`, `compile()`, which hands its networks to torch.compile, and
`parameters`, their sizes."""

from typing import Callable

import torch
from torch import nn
from torch.nn.functional import softplus

from biggan_training import Biggan
from generators import LATENCIES
from networks import (
    conv_critic,
    conv_generator,
    gradient_penalty,
    mlp_critic,
    mlp_generator,
    parameter_count,
    toy,
)
from style_training import Stylegan2

BATCHES = 4  # real batches kept in memory and used in turn
ADAM = {'default': {}, 'foreach': {'foreach': True}, 'fused': {'fused': True}}


class Gan:
    """One critic step and one generator step of the non-saturating GAN (arXiv:1406.2661)."""

    critic_steps = 1

    def __init__(
        self,
        G: nn.Module,
        D: nn.Module,
        latent: int,
        batch: int,
        real: list[int],
        adam: dict,
        lr: float = 2e-4,
        betas: tuple[float, float] = (0.5, 0.999),
    ):
        self.G, self.D, self.latent, self.batch = G, D, latent, batch
        self.real = [torch.rand(batch, *real) * 2 - 1 for _ in range(BATCHES)]
        self.optimizer_g = torch.optim.Adam(G.parameters(), lr=lr, betas=betas, **adam)
        self.optimizer_d = torch.optim.Adam(D.parameters(), lr=lr, betas=betas, **adam)
        self.parameters = {'G': parameter_count(G), 'D': parameter_count(D)}
        self.turn = 0

    def compile(self):
        self.G, self.D = torch.compile(self.G), torch.compile(self.D)

    def iterate(self):
        for _ in range(self.critic_steps):
            self.turn = (self.turn + 1) % BATCHES
            with torch.no_grad():
                fake = self.G(torch.randn(self.batch, self.latent))
            self.optimizer_d.zero_grad()
            self.critic_loss(fake, self.real[self.turn]).backward()
            self.optimizer_d.step()
        self.D.requires_grad_(False)  # the generator's step needs no gradients of the critic's weights
        self.optimizer_g.zero_grad()
        self.generator_loss(self.G(torch.randn(self.batch, self.latent))).backward()
        self.optimizer_g.step()
        self.D.requires_grad_(True)

    def critic_loss(self, fake: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        return softplus(self.D(fake)).mean() + softplus(-self.D(real)).mean()

    def generator_loss(self, fake: torch.Tensor) -> torch.Tensor:
        return softplus(-self.D(fake)).mean()


class WganGp(Gan):
    """Five critic steps with the gradient penalty, then one generator step (arXiv:1704.00028)."""

    critic_steps = 5

    def critic_loss(self, fake: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        gap = self.D(fake).mean() - self.D(real).mean()
        return gap + 10 * gradient_penalty(self.D, real, fake)

    def generator_loss(self, fake: torch.Tensor) -> torch.Tensor:
        return -self.D(fake).mean()


class Sampling:
    """The 64x64 DCGAN generator on fresh noise, with running statistics and without gradients."""

    def __init__(self, batch: int):
        self.G, self.batch = conv_generator(100, 64, 64, 3).eval(), batch
        self.parameters = {'G': parameter_count(self.G)}

    def compile(self):
        self.G = torch.compile(self.G)

    @torch.no_grad()
    def iterate(self):
        return self.G(torch.randn(self.batch, 100))


def dcgan(width: int, size: int, channels: int, adam: dict) -> Gan:
    G, D = conv_generator(100, width, size, channels), conv_critic(width, size, channels, 'batch')
    return Gan(G, D, 100, 64, [channels, size, size], adam)


def wgan_gp(adam: dict) -> WganGp:
    G, D = conv_generator(128, 64, 32, 3), conv_critic(64, 32, 3, 'layer')
    return WganGp(G, D, 128, 64, [3, 32, 32], adam, lr=1e-4, betas=(0.0, 0.9))


def toy_gan(hidden: int, depth: int, batch: int, adam: dict) -> Gan:
    """Points in the plane from noise in the plane."""
    return Gan(toy(2, hidden, depth, 2), toy(2, hidden, depth, 1), 2, batch, [2], adam)


WORKLOADS: dict[str, Callable] = {
    'gan': lambda adam: Gan(mlp_generator(), mlp_critic(), 100, 64, [1, 28, 28], adam),
    'toy': lambda adam: toy_gan(128, 3, 256, adam),
    'toy-16': lambda adam: toy_gan(16, 2, 64, adam),
    'dcgan-28': lambda adam: dcgan(32, 28, 1, adam),
    'dcgan-64': lambda adam: dcgan(64, 64, 3, adam),
    'wgan-gp-32': wgan_gp,
    'stylegan2-64': Stylegan2,
    'biggan-32': Biggan,
    'sample-1': lambda adam: Sampling(1),
    'sample-64': lambda adam: Sampling(64),
    **{name: lambda adam, make=make: make() for name, make in LATENCIES.items()},
}
