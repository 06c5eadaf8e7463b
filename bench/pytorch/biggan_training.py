"""The training iteration of BigGAN (arXiv:1809.11096) on 32x32 RGB images of ten classes, with the networks of reference/biggan.py."""

import sys
from pathlib import Path

import torch
from torch.nn.functional import relu

from networks import parameter_count

sys.path.append(str(Path(__file__).parents[2] / 'reference'))

from biggan import Critic, Generator  # noqa: E402

BATCHES, CLASSES = 4, 10
ORTHOGONAL = 1e-4


class Biggan:
    """Hinge losses, real and fake images in one call, orthogonal regularisation of the generator."""

    def __init__(self, adam: dict, width: int = 8, latent: int = 120, embedding: int = 32, batch: int = 64):
        image = [3, 32, 32]
        self.G = Generator('biggan', image, width, latent, CLASSES, embedding, [16])
        self.D = Critic('biggan', image, width, CLASSES, [16])
        self.latent, self.batch = latent, batch
        self.real = [torch.rand(batch, *image) * 2 - 1 for _ in range(BATCHES)]
        self.label = [torch.randint(CLASSES, (batch,)) for _ in range(BATCHES)]
        self.optimizer_g = torch.optim.Adam(self.G.parameters(), lr=1e-4, betas=(0.0, 0.999), **adam)
        self.optimizer_d = torch.optim.Adam(self.D.parameters(), lr=4e-4, betas=(0.0, 0.999), **adam)
        self.parameters = {'G': parameter_count(self.G), 'D': parameter_count(self.D)}
        # All weights but the table of classes; `weight_orig` is what spectral norm divides.
        self.orthogonal = [
            weight for name, weight in self.G.named_parameters() if weight.ndim > 1 and not name.startswith('class.')
        ]
        self.turn = 0

    def compile(self):
        self.G, self.D = torch.compile(self.G), torch.compile(self.D)

    def iterate(self):
        self.turn = (self.turn + 1) % BATCHES
        label = self.label[self.turn]
        with torch.no_grad():
            fake = self.G(torch.randn(self.batch, self.latent), label)
        self.optimizer_d.zero_grad()
        verdict = self.D(torch.cat([fake, self.real[self.turn]]), torch.cat([label, label]))
        on_fake, on_real = verdict.chunk(2)
        (relu(1 - on_real).mean() + relu(1 + on_fake).mean()).backward()
        self.optimizer_d.step()

        self.D.requires_grad_(False)
        self.optimizer_g.zero_grad()
        (-self.D(self.G(torch.randn(self.batch, self.latent), label), label).mean()).backward()
        self.orthogonalise()
        self.optimizer_g.step()
        self.D.requires_grad_(True)

    @torch.no_grad()
    def orthogonalise(self):
        """Adds the derivative of the sum of squares off the diagonal of W W', as the authors' code does."""
        for weight in self.orthogonal:
            rows = weight.flatten(1)
            products = rows @ rows.T
            products.fill_diagonal_(0)
            weight.grad.add_((products @ rows).view_as(weight), alpha=4 * ORTHOGONAL)
