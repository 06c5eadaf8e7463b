"""The networks of the benchmark as a PyTorch user would write them, with nn.Sequential."""

import torch
from torch import nn


def mlp_generator(latent: int = 100) -> nn.Module:
    """latent-256-512-1024-784 with batch norm, leaky ReLU and tanh."""
    layers = []
    for inputs, outputs in [(latent, 256), (256, 512), (512, 1024)]:
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(1024, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))


def mlp_critic() -> nn.Module:
    """784-1024-512-256-1 with leaky ReLU and dropout 0.3."""
    layers = [nn.Flatten()]
    for inputs, outputs in [(784, 1024), (1024, 512), (512, 256)]:
        layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2), nn.Dropout(0.3)]
    return nn.Sequential(*layers, nn.Linear(256, 1))


def toy(inputs: int, hidden: int, depth: int, outputs: int) -> nn.Module:
    """`depth` hidden layers of `hidden` ReLU units."""
    sizes = [inputs] + [hidden] * depth
    layers = []
    for before, after in zip(sizes, sizes[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(hidden, outputs))


def conv_generator(latent: int, width: int, size: int, channels: int) -> nn.Module:
    """DCGAN (arXiv:1511.06434): from a 1x1 map to base x base, then doubled until `size`."""
    base, widths = pyramid(size, width)
    widths = widths[::-1]
    layers = [nn.Unflatten(1, (latent, 1, 1)), nn.ConvTranspose2d(latent, widths[0], base, 1, 0, bias=False)]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for before, after in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
    layers += [nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1, bias=False), nn.Tanh()]
    return dcgan_initial(nn.Sequential(*layers))


def conv_critic(width: int, size: int, channels: int, norm: str) -> nn.Module:
    """The mirror image with leaky ReLU. `batch` is DCGAN's; `layer` is WGAN-GP's, with biases
    (arXiv:1704.00028)."""
    base, widths = pyramid(size, width)
    bias = norm == 'layer'
    layers = [nn.Conv2d(channels, widths[0], 4, 2, 1, bias=bias), nn.LeakyReLU(0.2)]
    for before, after in zip(widths, widths[1:]):
        normalise = nn.BatchNorm2d(after) if norm == 'batch' else nn.GroupNorm(1, after)
        layers += [nn.Conv2d(before, after, 4, 2, 1, bias=bias), normalise, nn.LeakyReLU(0.2)]
    layers += [nn.Conv2d(widths[-1], 1, base, 1, 0, bias=bias), nn.Flatten()]
    return dcgan_initial(nn.Sequential(*layers))


def pyramid(size: int, width: int) -> tuple[int, list[int]]:
    """The smallest map's size (4 to 7) and the critic's widths: 28 -> 7, [w, 2w]; 64 -> 4, [w, 2w, 4w,
    8w]."""
    base, widths = size, []
    while base >= 8:
        widths.append(width * 2 ** len(widths))
        base //= 2
    return base, widths


def dcgan_initial(network: nn.Module) -> nn.Module:
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0, 0.02)
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1, 0.02)
    return network


def parameter_count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def gradient_penalty(critic: nn.Module, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """mean (|grad critic| - 1)^2 at random points between real and fake images."""
    mix = torch.rand(len(real), 1, 1, 1)
    between = torch.lerp(real, fake, mix).requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    norm = (slope.square().sum(dim=(1, 2, 3)) + 1e-12).sqrt()
    return (norm - 1).square().mean()
