"""Parameters of ProGAN (arXiv:1710.10196, table 2) and StyleGAN (arXiv:1812.04948, table 1) at 1024x1024, layer by layer.

Channels are min(16384 / resolution, 512). ProGAN's papers give 23.1M for each of its networks, StyleGAN's 26.2M for its generator.
"""

SIZE, STYLE = 1024, 512


def channels(resolution: int) -> int:
    return min(16384 // resolution, 512)


def weights(before: int, after: int, kernel: int = 1, bias: bool = True) -> int:
    return kernel * kernel * before * after + (after if bias else 0)


def scales() -> list:
    """8, 16, ..., 1024."""
    return [8 << i for i in range((SIZE // 8).bit_length())]


def progan_generator() -> int:
    total = 512 * 16 * 512 + 512 + weights(512, 512, 3)  # 4x4: a dense layer with a bias for each channel, a convolution
    for r in scales():
        total += weights(channels(r // 2), channels(r), 3) + weights(channels(r), channels(r), 3)
    return total + weights(channels(SIZE), 3)


def critic() -> int:
    total = weights(3, channels(SIZE))
    for r in scales():
        total += weights(channels(r), channels(r), 3) + weights(channels(r), channels(r // 2), 3)
    # 4x4: the deviation of the batch is one more map.
    return total + weights(512 + 1, 512, 3) + weights(512 * 16, 512) + weights(512, 1)


def stylegan_mapping() -> int:
    return 8 * weights(512, STYLE)


def stylegan_synthesis() -> int:
    def styled(count: int) -> int:  # strengths of noise, biases, and the style's layer
        return count + count + weights(STYLE, 2 * count)

    total = 512 * 16 + styled(512) + weights(512, 512, 3, bias=False) + styled(512)
    for r in scales():
        for before in [channels(r // 2), channels(r)]:
            total += weights(before, channels(r), 3, bias=False) + styled(channels(r))
    return total + weights(channels(SIZE), 3)


if __name__ == '__main__':
    print('ProGAN    G', progan_generator(), 'D', critic())
    mapping, synthesis = stylegan_mapping(), stylegan_synthesis()
    print('StyleGAN  M', mapping, 'G', synthesis, 'both', mapping + synthesis, 'D', critic())
