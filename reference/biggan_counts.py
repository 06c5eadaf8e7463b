"""Fixture `biggan-counts`: parameters of every layer of the published networks for 128x128 images of 1000 classes.

Derived from the papers' tables: BigGAN and BigGAN-deep from arXiv:1809.11096, appendix B (tables 4 and 7, figures 15 and 16), with 96
and 128 channels to the width; SAGAN from arXiv:1805.08318 and the authors' code, with 64. The sums are known: the authors' PyTorch code
of BigGAN says 70,433,988 and 87,982,370 when it starts, and 50,244,484 and 34,590,210 for BigGAN-deep.
"""

from fixture import save

CLASSES, COLOURS, BASE, EMBEDDING = 1000, 3, 4, 128
KNOWN = {
    'biggan': {'G': 70_433_988, 'D': 87_982_370},
    'biggan-deep': {'G': 50_244_484, 'D': 34_590_210},
}

# Channels in widths, by stage: the generator from 4x4 to 128x128, the critic back.
UP = [16, 16, 8, 4, 2, 1]
DOWN = [1, 2, 4, 8, 16, 16]


def conv(inputs: int, outputs: int, kernel: int, bias: bool = True) -> int:
    return inputs * outputs * kernel**2 + (outputs if bias else 0)


def dense(inputs: int, outputs: int, bias: bool = True) -> int:
    return inputs * outputs + (outputs if bias else 0)


def attention(channels: int) -> dict[str, int]:
    """Four 1x1 convolutions without bias, and the gain."""
    eighth, half = channels // 8, channels // 2
    return {
        'query': conv(channels, eighth, 1, bias=False),
        'key': conv(channels, eighth, 1, bias=False),
        'value': conv(channels, half, 1, bias=False),
        'out': conv(half, channels, 1, bias=False),
        'gain': 1,
    }


def plain_up(inputs: int, outputs: int, condition: int) -> dict[str, int]:
    """A norm has a scale and a shift for each number of the condition, or, in SAGAN, for each class."""
    return {
        'norm1': 2 * dense(condition, inputs, bias=False),
        'conv1': conv(inputs, outputs, 3),
        'norm2': 2 * dense(condition, outputs, bias=False),
        'conv2': conv(outputs, outputs, 3),
        'shortcut': conv(inputs, outputs, 1),
    }


def deep_up(inputs: int, outputs: int, condition: int) -> dict[str, int]:
    hidden = inputs // 4
    return {
        'norm1': 2 * dense(condition, inputs, bias=False),
        'conv1': conv(inputs, hidden, 1),
        **{f'norm{k}': 2 * dense(condition, hidden, bias=False) for k in (2, 3, 4)},
        'conv2': conv(hidden, hidden, 3),
        'conv3': conv(hidden, hidden, 3),
        'conv4': conv(hidden, outputs, 1),
    }


def plain_down(inputs: int, outputs: int, halves: bool) -> dict[str, int]:
    layers = {'conv1': conv(inputs, outputs, 3), 'conv2': conv(outputs, outputs, 3)}
    return layers | ({'shortcut': conv(inputs, outputs, 1)} if halves or inputs != outputs else {})


def deep_down(inputs: int, outputs: int) -> dict[str, int]:
    hidden = outputs // 4
    layers = {
        'conv1': conv(inputs, hidden, 1),
        'conv2': conv(hidden, hidden, 3),
        'conv3': conv(hidden, hidden, 3),
        'conv4': conv(hidden, outputs, 1),
    }
    # The shortcut keeps what there is and adds the rest.
    return layers | ({'shortcut': conv(inputs, outputs - inputs, 1)} if inputs != outputs else {})


def generator(system: str, width: int, latent: int, attended: int) -> dict[str, int]:
    channels = [width * factor for factor in UP]
    stages = len(UP) - 1
    part = latent // (stages + 1)
    # What the first layer and the norms see: part of the latent, all of it, or a class's row of a table.
    first = {'sagan': latent, 'biggan': part, 'biggan-deep': EMBEDDING + latent}[system]
    condition = {'sagan': CLASSES, 'biggan': EMBEDDING + part, 'biggan-deep': EMBEDDING + latent}[system]
    layers = {} if system == 'sagan' else {'class': CLASSES * EMBEDDING}
    layers['linear'] = dense(first, channels[0] * BASE**2)
    for i in range(stages):
        inputs, outputs = channels[i], channels[i + 1]
        if system == 'biggan-deep':
            layers |= nested(f'block{i}/0', deep_up(inputs, inputs, condition))
            layers |= nested(f'block{i}/1', deep_up(inputs, outputs, condition))
        else:
            layers |= nested(f'block{i}', plain_up(inputs, outputs, condition))
        if BASE * 2 ** (i + 1) == attended:
            layers |= nested(f'attention{attended}', attention(outputs))
    return layers | {'norm': 2 * channels[-1], 'out': conv(channels[-1], COLOURS, 3)}


def critic(system: str, width: int, attended: int) -> dict[str, int]:
    channels = [width * factor for factor in DOWN]
    side, layers = 128, {}
    if system == 'biggan-deep':
        layers['in'] = conv(COLOURS, channels[0], 3)
        for i in range(len(DOWN) - 1):
            inputs, outputs = channels[i], channels[i + 1]
            layers |= nested(f'block{i}/0', deep_down(inputs, outputs))
            layers |= nested(f'block{i}/1', deep_down(outputs, outputs))
            side //= 2
            if side == attended:
                layers |= nested(f'attention{side}', attention(outputs))
    else:
        for i, outputs in enumerate(channels):
            halves = i < len(DOWN) - 1
            layers |= nested(f'block{i}', plain_down(channels[i - 1] if i > 0 else COLOURS, outputs, halves))
            side = side // 2 if halves else side
            if halves and side == attended:
                layers |= nested(f'attention{side}', attention(outputs))
    return layers | {'out': dense(channels[-1], 1), 'projection': CLASSES * channels[-1]}


def nested(name: str, layers: dict[str, int]) -> dict[str, int]:
    return {f'{name}/{key}': count for key, count in layers.items()}


def make():
    published = {'biggan': (96, 120, 64), 'biggan-deep': (128, 128, 64), 'sagan': (64, 128, 32)}
    tensors, totals = {}, {}
    for system, (width, latent, attended) in published.items():
        networks = {'G': generator(system, width, latent, attended), 'D': critic(system, width, attended)}
        totals[system] = {network: sum(layers.values()) for network, layers in networks.items()}
        if totals[system] != KNOWN.get(system, totals[system]):
            raise ValueError(f'{system}: {totals[system]} parameters, but {KNOWN[system]} are known')
        for network, layers in networks.items():
            tensors |= {f'{system}/{network}/{layer}': [count] for layer, count in layers.items()}
    save('biggan-counts', tensors, {'totals': totals})
