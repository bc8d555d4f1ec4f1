"""Draws from a beta distribution that are the same every time: no generator of chance comes into a pure room.

Uniform numbers are hashes of a counter; gamma by Marsaglia and Tsang (2000), for shapes below one by their boost.
"""

import math
from collections.abc import Iterator
from hashlib import blake2b
from statistics import NormalDist

_NORMAL = NormalDist()
_BITS = 53


def uniforms(seed: str) -> Iterator[float]:
    """Numbers in (0, 1) without end."""
    counter = 0
    while True:
        block = blake2b(f"{seed}/{counter}".encode(), digest_size=64).digest()
        for start in range(0, 64, 8):
            yield ((int.from_bytes(block[start : start + 8], "big") >> (64 - _BITS)) + 0.5) / 2**_BITS
        counter += 1


def beta(chance: Iterator[float], a: float, b: float) -> float:
    """One draw of Beta(a, b)."""
    one, other = _gamma(chance, a), _gamma(chance, b)
    return one / (one + other) if one + other else 0.5


def _gamma(chance: Iterator[float], shape: float) -> float:
    if shape < 1:
        return _gamma(chance, shape + 1) * math.pow(next(chance), 1 / shape)
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        normal = _NORMAL.inv_cdf(next(chance))
        v = (1 + c * normal) ** 3
        if v > 0 and math.log(next(chance)) < normal**2 / 2 + d - d * v + d * math.log(v):
            return d * v
