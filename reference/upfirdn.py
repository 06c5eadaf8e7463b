"""Upsample, filter, downsample: the definition given with StyleGAN2 (arXiv:1912.04958), written plainly."""

import torch
from torch.nn import functional as F


def upfirdn2d(x: torch.Tensor, filter: torch.Tensor, up: int, down: int, pad: list[int]) -> torch.Tensor:
    """`x` [B, C, H, W], `filter` [kh, kw], `pad` [before, after] on both axes.

    1. Put up - 1 zeros after every pixel. 2. Pad with zeros. 3. Convolve (the filter is flipped, since a
    convolution is not a correlation). 4. Keep every down-th pixel.
    """
    batch, channels, height, width = x.shape
    spread = torch.zeros(batch, channels, height * up, width * up, dtype=x.dtype)
    spread[:, :, ::up, ::up] = x
    padded = F.pad(spread, (pad[0], pad[1], pad[0], pad[1]))
    each = padded.reshape(batch * channels, 1, *padded.shape[2:])
    filtered = F.conv2d(each, filter.flip(0, 1)[None, None])
    return filtered.reshape(batch, channels, *filtered.shape[2:])[:, :, ::down, ::down]
