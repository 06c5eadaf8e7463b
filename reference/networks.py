"""The three GANs in PyTorch: perceptrons, DCGAN (arXiv:1511.06434), WGAN-GP (arXiv:1704.00028)."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class MlpGenerator(nn.Module):
    """fc1 .. fcN with optional batch norm and leaky ReLU, then `out` and tanh."""

    def __init__(self, latent: int, widths: list[int], image: list[int], batch_norm: bool, slope: float):
        super().__init__()
        self.depth, self.image, self.slope = len(widths), image, slope
        sizes = [latent, *widths]
        for i in range(1, self.depth + 1):
            self.add_module(f'fc{i}', nn.Linear(sizes[i - 1], sizes[i]))
            self.add_module(f'bn{i}', nn.BatchNorm1d(sizes[i]) if batch_norm else nn.Identity())
        self.out = nn.Linear(sizes[-1], math.prod(image))

    def forward(self, z):  # [B, latent] -> [B, C, H, W]
        x = z
        for i in range(1, self.depth + 1):
            x = self.get_submodule(f'fc{i}')(x)
            x = self.get_submodule(f'bn{i}')(x)
            x = F.leaky_relu(x, self.slope)
        return torch.tanh(self.out(x)).reshape(-1, *self.image)


class MlpCritic(nn.Module):
    """fc1 .. fcN with leaky ReLU and dropout by given masks, then `out`: one logit for each image."""

    def __init__(self, image: list[int], widths: list[int], dropout: float, slope: float):
        super().__init__()
        self.depth, self.dropout, self.slope = len(widths), dropout, slope
        sizes = [math.prod(image), *widths]
        for i in range(1, self.depth + 1):
            self.add_module(f'fc{i}', nn.Linear(sizes[i - 1], sizes[i]))
        self.out = nn.Linear(sizes[-1], 1)

    def forward(self, image, masks=None):  # [B, C, H, W] -> [B, 1]; masks[i] is [B, widths[i]] of 0 and 1
        x = image.flatten(1)
        for i in range(1, self.depth + 1):
            x = F.leaky_relu(self.get_submodule(f'fc{i}')(x), self.slope)
            if self.dropout > 0:
                x = x * masks[i - 1] / (1 - self.dropout)
        return self.out(x)


class ConvGenerator(nn.Module):
    """The DCGAN generator: noise as a 1x1 map, transposed convolutions, batch norm, ReLU, tanh at the end."""

    def __init__(self, latent: int, width: int, image: list[int], base: int = 4):
        super().__init__()
        channels, size = image[0], image[1]
        self.doublings = int(math.log2(size // base))
        widths = [width * 2 ** (self.doublings - 1 - i) for i in range(self.doublings)]
        self.project = nn.ConvTranspose2d(latent, widths[0], base, stride=1, padding=0, bias=False)
        self.bn0 = nn.BatchNorm2d(widths[0])
        for i in range(1, self.doublings):
            up = nn.ConvTranspose2d(widths[i - 1], widths[i], 4, stride=2, padding=1, bias=False)
            self.add_module(f'up{i}', up)
            self.add_module(f'bn{i}', nn.BatchNorm2d(widths[i]))
        self.out = nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1, bias=False)

    def forward(self, z):  # [B, latent] -> [B, C, H, W]
        x = F.relu(self.bn0(self.project(z[:, :, None, None])))
        for i in range(1, self.doublings):
            x = self.get_submodule(f'up{i}')(x)
            x = F.relu(self.get_submodule(f'bn{i}')(x))
        return torch.tanh(self.out(x))


class ConvCritic(nn.Module):
    """The DCGAN critic. `norm` is `batch` (named bn2, bn3, ...; convolutions without bias) or `layer` (named
    ln2, ln3, ...; over channels, rows and columns with one gain per channel; convolutions with bias)."""

    def __init__(self, width: int, image: list[int], norm: str, slope: float, base: int = 4):
        super().__init__()
        channels, size = image[0], image[1]
        bias = norm == 'layer'
        self.halvings, self.slope = int(math.log2(size // base)), slope
        self.norm_prefix = {'batch': 'bn', 'layer': 'ln'}[norm]
        widths = [channels] + [width * 2**i for i in range(self.halvings)]
        for i in range(1, self.halvings + 1):
            down = nn.Conv2d(widths[i - 1], widths[i], 4, stride=2, padding=1, bias=bias)
            self.add_module(f'down{i}', down)
            if i > 1:
                normalise = nn.BatchNorm2d(widths[i]) if norm == 'batch' else nn.GroupNorm(1, widths[i])
                self.add_module(f'{self.norm_prefix}{i}', normalise)
        self.out = nn.Conv2d(widths[-1], 1, base, stride=1, padding=0, bias=bias)

    def forward(self, image, masks=None):  # [B, C, H, W] -> [B, 1]; there is no dropout, so no masks
        x = F.leaky_relu(self.down1(image), self.slope)
        for i in range(2, self.halvings + 1):
            x = self.get_submodule(f'down{i}')(x)
            x = F.leaky_relu(self.get_submodule(f'{self.norm_prefix}{i}')(x), self.slope)
        return self.out(x).flatten(1)


def named_parameters(prefix: str, network: nn.Module) -> dict[str, torch.Tensor]:
    """Trained tensors by the names the fixtures use, such as `G/bn1/weight`."""
    return {f'{prefix}/{name.replace(".", "/")}': p for name, p in network.named_parameters()}


def named_states(prefix: str, network: nn.Module) -> dict[str, torch.Tensor]:
    """Running statistics by the names the fixtures use, such as `G/bn1/mean` and `G/bn1/variance`."""
    renamed = {'running_mean': 'mean', 'running_var': 'variance'}
    states = {}
    for name, buffer in network.named_buffers():
        *path, last = name.split('.')
        if last in renamed:
            states['/'.join([prefix, *path, renamed[last]])] = buffer
    return states


def all_parameters(G: nn.Module, D: nn.Module) -> dict[str, torch.Tensor]:
    """Every parameter of both networks."""
    return {**named_parameters('G', G), **named_parameters('D', D)}


def named_tensors(G: nn.Module, D: nn.Module) -> dict[str, torch.Tensor]:
    """Every parameter and every running statistic of both networks."""
    return {**all_parameters(G, D), **named_states('G', G), **named_states('D', D)}
