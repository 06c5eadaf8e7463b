"""Parameter counts of the published StyleGAN2 configurations, layer by layer: `python reference/stylegan2_counts.py`.

From arXiv:1912.04958 (appendix B, config F) and arXiv:2006.06676, with shapes as the authors' code has them: at
resolution r there are min(base / r, 512) channels, with base 32768, or 16384 for StyleGAN2-ADA's paper256. Buffers (noise, the mean
of w, filters) are not counted.
"""

LATENT = 512
COLOURS = 3


def channels(base: int, resolution: int) -> int:
    return min(base // resolution, 512)


def dense(inputs: int, units: int) -> int:
    return inputs * units + units


def modulated(inputs: int, outputs: int, kernel: int) -> int:
    """The weight, the layer that makes its style of w, and the bias behind."""
    return outputs * inputs * kernel**2 + dense(LATENT, inputs) + outputs


def mapping(layers: int = 8) -> int:
    return layers * dense(LATENT, LATENT)


def synthesis(base: int, size: int) -> int:
    first = channels(base, 4)
    total = first * 4 * 4 + modulated(first, first, 3) + 1  # the constant, one layer with a noise strength
    total += modulated(first, COLOURS, 1)
    resolution = 8
    while resolution <= size:
        inputs, outputs = channels(base, resolution // 2), channels(base, resolution)
        total += modulated(inputs, outputs, 3) + 1 + modulated(outputs, outputs, 3) + 1
        total += modulated(outputs, COLOURS, 1)
        resolution *= 2
    return total


def critic(base: int, size: int) -> int:
    def conv(inputs: int, outputs: int, kernel: int, bias: bool = True) -> int:
        return outputs * inputs * kernel**2 + (outputs if bias else 0)

    total = conv(COLOURS, channels(base, size), 1)
    resolution = size
    while resolution > 4:
        inputs, outputs = channels(base, resolution), channels(base, resolution // 2)
        total += conv(inputs, inputs, 3) + conv(inputs, outputs, 3) + conv(inputs, outputs, 1, bias=False)
        resolution //= 2
    last = channels(base, 4)
    return total + conv(last + 1, last, 3) + dense(last * 4 * 4, last) + dense(last, 1)


if __name__ == '__main__':
    for name, base, size in [('256', 32768, 256), ('1024', 32768, 1024), ('ada 256', 16384, 256)]:
        print(name, 'M', mapping(), 'G', synthesis(base, size), 'D', critic(base, size))
