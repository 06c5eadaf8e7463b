"""The training iteration of StyleGAN2, its lazy regularisers averaged in."""

import math

import torch
from torch.nn.functional import softplus

from networks import parameter_count
from stylegan2 import Critic, Mapping, Synthesis

BATCHES = 4


class Stylegan2:
    """Non-saturating losses, R1 in every 16th iteration and path lengths in every 4th, on half a batch."""

    turns = 16  # iterations after which every phase has come round

    def __init__(self, adam: dict, size: int = 64, width: int = 16, most: int = 64, latent: int = 64):
        self.M, self.G = Mapping(latent, latent, 2), Synthesis(size, width, most, latent)
        self.D = Critic(size, width, most)
        self.latent, self.batch, self.r1 = latent, 16, 0.5
        self.real = [torch.rand(self.batch, 3, size, size) * 2 - 1 for _ in range(BATCHES)]
        self.optimizer_d = self.optimizer(self.D.parameters(), 16, adam)
        self.optimizer_g = self.optimizer([*self.M.parameters(), *self.G.parameters()], 4, adam)
        self.parameters = {name: parameter_count(network) for name, network in [('M', self.M), ('G', self.G), ('D', self.D)]}
        self.path_mean = torch.zeros(())
        self.turn = 0

    @staticmethod
    def optimizer(parameters, every: int, adam: dict):
        share = every / (every + 1)
        return torch.optim.Adam(parameters, lr=2.5e-3 * share, betas=(0.0, 0.99**share), **adam)

    def compile(self):
        self.M, self.G, self.D = torch.compile(self.M), torch.compile(self.G), torch.compile(self.D)

    def iterate(self):
        for _ in range(self.turns):
            self.one()

    def one(self):
        self.train_only(self.D)
        with torch.no_grad():
            fake = self.G(self.styles(self.batch))
        self.update(self.optimizer_d, softplus(self.D(fake)).mean() + softplus(-self.D(self.next_real())).mean())
        if self.turn % 16 == 0:
            self.update(self.optimizer_d, self.gradient_penalty() * 16)
        self.train_only(self.M, self.G)
        self.update(self.optimizer_g, softplus(-self.D(self.G(self.styles(self.batch)))).mean())
        if self.turn % 4 == 0:
            self.update(self.optimizer_g, self.path_penalty() * 4)
        self.turn += 1

    def train_only(self, *networks):
        for network in [self.M, self.G, self.D]:
            network.requires_grad_(network in networks)

    @staticmethod
    def update(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def next_real(self):
        return self.real[self.turn % BATCHES]

    def styles(self, count: int) -> torch.Tensor:
        """[count, layers, W], from a random layer on of a second latent in nine of ten images."""
        w = self.M(torch.randn(count, self.latent), follow=True)
        second = self.M(torch.randn(count, self.latent))
        places = torch.arange(self.G.count)
        begins = 1 + torch.floor(torch.rand(count, 1) * (self.G.count - 1))
        mixed = (torch.rand(count, 1) < 0.9) & (places >= begins)
        return torch.where(mixed[:, :, None], second[:, None], w[:, None])

    def gradient_penalty(self) -> torch.Tensor:
        real = self.next_real().clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(self.D(real).sum(), real, create_graph=True)
        return slope.square().sum(dim=(1, 2, 3)).mean() * self.r1 / 2

    def path_penalty(self) -> torch.Tensor:
        styles = self.styles(self.batch // 2)
        images = self.G(styles)
        direction = torch.randn_like(images) / math.sqrt(images.shape[2] * images.shape[3])
        (slope,) = torch.autograd.grad((images * direction).sum(), styles, create_graph=True)
        lengths = slope.square().sum(dim=2).mean(dim=1).add(1e-12).sqrt()
        self.path_mean = self.path_mean.lerp(lengths.mean().detach(), 0.01)
        return 2 * (lengths - self.path_mean).square().mean()
