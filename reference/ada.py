"""Fixture `ada`: the adaptive augmentations (arXiv:2006.06676, appendix B) on fixed random numbers, with gradients.

Geometry by homogeneous 3x3 matrices and PyTorch's grid_sample, colours by homogeneous 4x4 matrices, bands by convolutions: each
the direct reading of the pseudocode there. Columns of the random numbers are in its order.
"""

import math

import numpy
import scipy.signal
import torch
from torch.nn import functional as F

from fixture import save
from upfirdn import upfirdn2d

P = 0.6
BATCH, HEIGHT, WIDTH = 3, 22, 23
SYM6 = [
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633,
    0.4910559419267466, 0.787641141030194, 0.3379294217276218, -0.07263752278646252,
    -0.021060292512300564, 0.04472490177066578, 0.0017677118642428036, -0.007800708325034148,
]  # fmt: skip
SYM2 = [-0.12940952255092145, 0.22414386804185735, 0.836516303737469, 0.48296291314469025]


def make():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(37)
    images = torch.tanh(torch.randn(BATCH, 3, HEIGHT, WIDTH))
    cotangent = torch.randn(BATCH, 3, HEIGHT, WIDTH)
    stored = {'images': images, 'cotangent': cotangent, 'bank': torch.tensor(filter_bank())}
    for name, function, channels, uniforms, normals in [
        ('geometry', geometry, 3, 14, 4),
        ('colour', colour, 3, 7, 3),
        ('grey', colour, 1, 7, 3),
        ('filter', bands, 1, 4, 4),
        ('noise', lambda x, u, n, p: noise(x, u, n, p, cotangent[:, :1]), 1, 1, 1),
        ('cutout', lambda x, u, n, p: cutout(x, u, p), 1, 3, 0),
    ]:
        x = images[:, :channels].clone().requires_grad_(True)
        u, n = torch.rand(BATCH, uniforms), torch.randn(BATCH, normals)
        output = function(x, u, n, P)
        (gradient,) = torch.autograd.grad((output * cotangent[:, :channels]).sum(), x)
        stored |= {f'{name}/uniform': u, f'{name}/output': output, f'{name}/gradient': gradient}
        if normals > 0:
            stored[f'{name}/normal'] = n
    stored |= control()
    save('ada', stored, {'p': P, 'control': CONTROL})


CONTROL = {'adaTarget': 0.6, 'adaEvery': 4, 'adaImages': 100, 'adaStart': 0.3}


def control() -> dict:
    """How p goes over 40 steps: every fourth, it moves by the images of four steps towards the target of the mean sign."""
    scores = torch.randn(40, 6) + torch.linspace(3, -3, 40)[:, None]  # sure of real images at first, then not
    target, every, images = CONTROL['adaTarget'], CONTROL['adaEvery'], CONTROL['adaImages']
    p, course = CONTROL['adaStart'], []
    for step in range(1, len(scores) + 1):
        if step % every == 0:
            overfitting = torch.sign(scores[step - every : step]).mean().item()
            direction = (overfitting > target) - (overfitting < target)
            p = max(p + direction * every * scores.shape[1] / images, 0.0)
        course.append(p)
    return {'control/scores': scores, 'control/p': torch.tensor(course)}


def chance(u, drawn, identity, p):
    return torch.where(u < p, drawn, torch.as_tensor(identity, dtype=drawn.dtype))


def matrices(rows):
    """A batch of matrices from rows of numbers and vectors [B]; one matrix from numbers alone."""
    batch = max([len(v) for row in rows for v in row if torch.is_tensor(v)], default=1)
    return torch.stack([torch.stack([torch.as_tensor(v) * torch.ones(batch) for v in row], dim=1) for row in rows], 1)


def scale(x, y):
    return matrices([[x, 0, 0], [0, y, 0], [0, 0, 1]])


def shift(x, y):
    return matrices([[1, 0, x], [0, 1, y], [0, 0, 1]])


def turn(angle):
    s, c = torch.sin(angle), torch.cos(angle)
    return matrices([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def geometry(x, u, n, p):
    inverse = torch.linalg.inv
    sides = [x.shape[3], x.shape[2]]
    flip = chance(u[:, 1], torch.floor(u[:, 0] * 2), 0, p)
    quarter = chance(u[:, 3], torch.floor(u[:, 2] * 4), 0, p)
    whole = [chance(u[:, 6], torch.round((u[:, 4 + i] * 2 - 1) * 0.125 * s), 0, p) for i, s in enumerate(sides)]
    size = chance(u[:, 7], 2 ** (0.2 * n[:, 0]), 1, p)
    either = 1 - math.sqrt(1 - p)
    before = chance(u[:, 9], (u[:, 8] * 2 - 1) * math.pi, 0, either)
    wider = chance(u[:, 10], 2 ** (0.2 * n[:, 1]), 1, p)
    after = chance(u[:, 12], (u[:, 11] * 2 - 1) * math.pi, 0, either)
    part = [chance(u[:, 13], n[:, 2 + i] * 0.125 * s, 0, p) for i, s in enumerate(sides)]
    # Each step stands for a transformation of the image, of which the inverse is applied to places; turns by a positive angle go
    # against the clock where y points upwards, so their inverses are as the image's rows see them.
    m = inverse(scale(1 - 2 * flip, 1.0))
    m = m @ inverse(turn(-quarter * math.pi / 2))
    m = m @ inverse(shift(*whole))
    m = m @ inverse(scale(size, size)) @ inverse(turn(-before))
    m = m @ inverse(scale(wider, 1 / wider)) @ inverse(turn(-after))
    m = m @ inverse(shift(*part))

    taps = torch.tensor(SYM6)
    taps = taps / taps.sum()
    filter = torch.outer(taps, taps)
    padding = [side - 1 for side in sides]
    padded = F.pad(x, (padding[0], padding[0], padding[1], padding[1]), mode='reflect')
    large = upfirdn2d(padded, filter * 4, 2, 1, [6, 5])
    double, half_pixel = scale(2.0, 2.0), shift(-0.5, -0.5)
    m = half_pixel @ double @ m @ inverse(double) @ inverse(half_pixel)
    width, height = [2 * (side + 6) for side in sides]
    to_unit = scale(2 / large.shape[3], 2 / large.shape[2])
    m = to_unit @ m @ inverse(scale(2 / width, 2 / height))
    grid = F.affine_grid(m[:, :2], [*x.shape[:2], height, width], align_corners=False)
    found = F.grid_sample(large, grid, mode='bilinear', padding_mode='zeros', align_corners=False)
    found = found[:, :, 1:-1, 1:-1]
    return upfirdn2d(found, filter.flip(0, 1), 1, 2, [0, 0])


def colour(x, u, n, p):
    eye = torch.eye(4).expand(len(x), 4, 4)
    grey = torch.tensor([1.0, 1.0, 1.0, 0.0]) / math.sqrt(3)
    along = torch.outer(grey, grey)
    lift = chance(u[:, 0], n[:, 0] * 0.2, 0, p)
    m = eye.clone()
    m[:, :3, 3] = lift[:, None]
    contrast = eye.clone()
    contrast[:, :3, :3] *= chance(u[:, 1], 2 ** (0.5 * n[:, 1]), 1, p)[:, None, None]
    m = contrast @ m
    m = (eye - 2 * along * chance(u[:, 3], torch.floor(u[:, 2] * 2), 0, p)[:, None, None]) @ m
    angle = chance(u[:, 5], (u[:, 4] * 2 - 1) * math.pi, 0, p)
    if x.shape[1] == 3:
        cross = torch.zeros(4, 4)
        v = grey[0]
        cross[:3, :3] = torch.tensor([[0, -v, v], [v, 0, -v], [-v, v, 0]])
        m = torch.matrix_exp(angle[:, None, None] * cross) @ m  # a turn about grey
        factor = chance(u[:, 6], 2 ** n[:, 2], 1, p)[:, None, None]
        m = (along + (eye - along) * factor) @ m
        return (m[:, :3, :3] @ x.flatten(2) + m[:, :3, 3:]).reshape(x.shape)
    rows = m[:, :3].mean(dim=1)
    return x * rows[:, :3].sum(dim=1)[:, None, None, None] + rows[:, 3][:, None, None, None]


def filter_bank():
    """Bands of an octave each by a two-channel wavelet bank, as arrays of equal length."""
    low = numpy.array(SYM2)
    high = low * [1, -1, 1, -1]
    halves = [numpy.convolve(h, h[::-1]) / 2 for h in (low, high)]
    bank = [numpy.array([1.0])]
    for _ in range(3):
        finer = []
        for band in bank:
            spread = numpy.zeros(2 * len(band) - 1)
            spread[::2] = band
            finer.append(scipy.signal.convolve(spread, halves[0]))
        last = numpy.zeros(len(finer[0]))
        middle = (len(last) - len(halves[1])) // 2
        last[middle : middle + len(halves[1])] = halves[1]
        bank = finer + [last]
    return numpy.stack(bank)


def bands(x, u, n, p):
    bank = torch.tensor(filter_bank())
    power = torch.tensor([10.0, 1, 1, 1]) / 13
    gains = torch.ones(len(x), 4)
    for band in range(4):
        own = torch.ones(len(x), 4)
        own[:, band] = chance(u[:, band], 2 ** n[:, band], 1, p)
        gains = gains * own / torch.sqrt((power * own.square()).sum(dim=1, keepdim=True))
    taps = gains @ bank
    half = taps.shape[1] // 2
    padded, missing = x, half
    while missing > 0:  # small images are reflected more than once
        step = min([missing, padded.shape[2] - 1, padded.shape[3] - 1])
        padded = F.pad(padded, (step, step, step, step), mode='reflect')
        missing -= step
    out = [
        F.conv2d(F.conv2d(padded[i][:, None], taps[i][None, None, None]), taps[i][None, None, :, None])[:, 0]
        for i in range(len(x))
    ]
    return torch.stack(out)


def noise(x, u, n, p, pixels):
    return x + pixels * chance(u, n.abs() * 0.1, 0, p)[:, :, None, None]


def cutout(x, u, p):
    out = x.clone()
    batch, _, height, width = x.shape
    for i in range(batch):
        for row in range(height):
            for column in range(width):
                inside = abs((column + 0.5) / width - u[i, 1]) < 0.25 and abs((row + 0.5) / height - u[i, 2]) < 0.25
                if inside and u[i, 0] < p:
                    out[i, :, row, column] = 0
    return out
