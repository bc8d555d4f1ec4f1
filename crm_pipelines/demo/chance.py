"""Seeded chance: one generator for each purpose, and weighted choices that cost one random number."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

_SCALES: Mapping[str, float] = {"easy": 0.35, "medium": 1.0, "hard": 2.0}


def seeded(seed: int, purpose: str) -> Random:
    """A generator of its own for one purpose, so that a change in one writer leaves the others as they were."""
    return Random(f"{seed}:{purpose}")  # noqa: S311 - invented data, no secret


def noise_scale(difficulty: str) -> float:
    """How much likelier every disturbance is than at medium difficulty.

    Raises:
        ValueError: the difficulty is none of easy, medium, hard.
    """
    if difficulty not in _SCALES:
        raise ValueError(f"difficulty is one of {', '.join(_SCALES)}")
    return _SCALES[difficulty]


class Weighted(Generic[T]):
    """A fixed list of choices with weights."""

    __slots__ = ("_choices", "_ends")

    def __init__(self, choices: Sequence[T], weights: Sequence[float]) -> None:
        self._choices = tuple(choices)
        total = sum(weights)
        self._ends = [end / total for end in accumulate(weights)][:-1]

    def pick(self, rng: Random) -> T:
        """One choice, for one number of the generator."""
        return self._choices[bisect_right(self._ends, rng.random())]


def disturbed(plain: str, percent: Mapping[str, float], scale: float) -> Weighted[str]:
    """Choose `plain` or, with the given per cent times `scale` (at most 90 together), one of the disturbances."""
    total = sum(percent.values()) * scale
    factor = scale * min(1.0, 90.0 / total) if total else 0.0
    weights = [value * factor for value in percent.values()]
    return Weighted((plain, *percent), (100.0 - sum(weights), *weights))


def one_of(rng: Random, choices: Sequence[T]) -> T:
    """One of equally likely choices; faster than `Random.choice`."""
    return choices[int(rng.random() * len(choices))]


def below(rng: Random, end: int) -> int:
    """A whole number from 0 up to but not including `end`."""
    return int(rng.random() * end)


def digits(rng: Random, count: int) -> str:
    """That many random digits."""
    return str(int(rng.random() * 10**count)).zfill(count)
