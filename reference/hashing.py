"""Numbers that two programs in two languages can both make from a name, so that nothing has to be stored.

    hash(name, i)           = mix((fnv1a32(name) + i * 0x9E3779B9) mod 2^32)
    value(name, i, s, o)    = ((hash(name, i) >>> 8) / 2^24 - 0.5) * s + o
    sign(name, i)           = +1 if hash(name, i) >= 2^31, else -1

`fnv1a32` is the 32-bit FNV-1a hash of the name's UTF-8 bytes, `mix` the finaliser of MurmurHash3 (32 bits).
A value is computed in float64 (product first, then the sum) and lies in [o - s/2, o + s/2); where float32 is
wanted it is rounded once, at the end. The index `i` runs over a tensor's elements in row-major order.
"""

import math

import numpy
import torch

GOLDEN = 0x9E3779B9
DESCRIPTION = {
    'hash': 'mix((fnv1a32(name) + i * 0x9E3779B9) mod 2^32), mix = MurmurHash3 32-bit finaliser',
    'value': '((hash >>> 8) / 2^24 - 0.5) * scale + offset, in float64, rounded to float32 at the end',
    'sign': '+1 if hash >= 2^31, else -1',
}


def fnv1a32(name: str) -> int:
    state = 0x811C9DC5
    for byte in name.encode('utf-8'):
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    return state


def mix(state: numpy.ndarray) -> numpy.ndarray:
    """The finaliser of MurmurHash3 on uint32 values; products wrap around."""
    state = state ^ (state >> numpy.uint32(16))
    state = state * numpy.uint32(0x85EBCA6B)
    state = state ^ (state >> numpy.uint32(13))
    state = state * numpy.uint32(0xC2B2AE35)
    return state ^ (state >> numpy.uint32(16))


def hashes(name: str, count: int) -> numpy.ndarray:
    """hash(name, 0) ... hash(name, count - 1) as uint32."""
    index = numpy.arange(count, dtype=numpy.uint32)
    return mix(index * numpy.uint32(GOLDEN) + numpy.uint32(fnv1a32(name)))


def values(name: str, shape, scale: float, offset: float = 0.0) -> torch.Tensor:
    """A float64 tensor of hash values, uniform in [offset - scale / 2, offset + scale / 2)."""
    unit = (hashes(name, math.prod(shape)) >> numpy.uint32(8)).astype(numpy.float64) / 2.0**24 - 0.5
    return torch.from_numpy((unit * scale + offset).reshape(tuple(shape)))


def signs(name: str, count: int) -> numpy.ndarray:
    """A float64 vector of +1 and -1."""
    return numpy.where(hashes(name, count) >= numpy.uint32(2**31), 1.0, -1.0)


def draw(entry: dict) -> torch.Tensor:
    """A float64 tensor as a fixture's settings describe it: `name`, `draw`, `shape`, `scale` and `offset`."""
    if entry['draw'] == 'value':
        return values(entry['name'], entry['shape'], entry['scale'], entry['offset'])
    drawn = signs(entry['name'], math.prod(entry['shape'])) * entry['scale'] + entry['offset']
    return torch.from_numpy(drawn.reshape(entry['shape']))


def examples() -> dict:
    """A few numbers to check another implementation against."""
    name = 'real/0/critic/0'
    return {
        'name': name,
        'fnv1a32': fnv1a32(name),
        'hashes': [int(x) for x in hashes(name, 4)],
        'values': [float(x) for x in values(name, [4], 2.0)],
        'signs': [float(x) for x in signs(name, 4)],
    }
