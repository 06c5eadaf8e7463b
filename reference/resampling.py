"""Cases of the fixture `layers` that change the size of an image: resizing, pooling, shuffling, FIR."""

import torch
from torch.nn import functional as F

from layer_cases import Cases
from upfirdn import upfirdn2d


def resampling(cases: Cases):
    def resize(name, shape, size, mode, **arguments):
        cases.add(
            name,
            lambda x, p: F.interpolate(x, size=size, mode=mode, **arguments),
            torch.randn(*shape),
            kind='resize',
            mode=mode,
            size=size,
            alignCorners=arguments.get('align_corners'),
        )

    resize('nearest-double', [2, 3, 3, 4], [6, 8], 'nearest')
    resize('nearest-uneven', [2, 2, 5, 4], [7, 3], 'nearest')
    resize('bilinear-double', [2, 3, 3, 4], [6, 8], 'bilinear', align_corners=False)
    resize('bilinear-uneven', [2, 2, 5, 4], [7, 3], 'bilinear', align_corners=False)
    resize('bilinear-half', [1, 2, 6, 4], [3, 2], 'bilinear', align_corners=False)
    resize('bilinear-double-corners', [2, 3, 3, 4], [6, 8], 'bilinear', align_corners=True)
    resize('bilinear-uneven-corners', [2, 2, 5, 4], [7, 3], 'bilinear', align_corners=True)

    def pool(name, shape, kernel, stride):
        cases.add(
            name,
            lambda x, p: F.avg_pool2d(x, kernel, stride),
            torch.randn(*shape),
            kind='averagePool',
            kernel=kernel,
            stride=stride,
        )

    pool('average-pool', [2, 3, 4, 6], 2, 2)
    pool('average-pool-overlap', [1, 2, 7, 8], 3, 2)
    cases.add(
        'pixel-shuffle',
        lambda x, p: F.pixel_shuffle(x, 2),
        torch.randn(2, 12, 2, 3),
        kind='pixelShuffle',
        factor=2,
    )
    for mode in ['constant', 'reflect', 'replicate']:
        left, right, top, bottom = 1, 3, 2, 0
        cases.add(
            f'pad-{mode}',
            lambda x, p, mode=mode: F.pad(x, (left, right, top, bottom), mode=mode),
            torch.randn(2, 3, 4, 5),
            kind='pad',
            mode=mode,
            left=left,
            right=right,
            top=top,
            bottom=bottom,
        )
    fir(cases, 'fir-upsample', [1, 3, 3, 1], [2, 3, 4, 5], up=2, down=1, pad=[2, 1], gain=4)
    fir(cases, 'fir-downsample', [1, 3, 3, 1], [2, 3, 6, 8], up=1, down=2, pad=[1, 1], gain=1)
    fir(cases, 'fir-skewed-upsample', [1, 2, 4, 3], [1, 2, 3, 4], up=2, down=1, pad=[2, 1], gain=4)
    fir(cases, 'fir-skewed-downsample', [1, 2, 4, 3], [1, 2, 5, 6], up=1, down=2, pad=[1, 1], gain=1)


def fir(
    cases: Cases,
    name: str,
    kernel: list[int],
    shape: list[int],
    up: int,
    down: int,
    pad: list[int],
    gain: int,
):
    taps = torch.tensor(kernel, dtype=torch.float64)
    filter = torch.outer(taps, taps) / taps.sum() ** 2 * gain
    cases.add(
        name,
        lambda x, p: upfirdn2d(x, filter, up, down, pad),
        torch.randn(*shape),
        kind='fir',
        kernel=kernel,
        up=up,
        down=down,
        pad=pad,
        gain=gain,
    )
