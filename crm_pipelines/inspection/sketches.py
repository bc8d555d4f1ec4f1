"""How many different values there are and how many occur more than once, in bounded memory.

A sketch keeps the count of each 64-bit hash. When there are more than fit, it keeps those whose hash divides by two,
then by four, and so on (adaptive sampling: Wegman 1984, Flajolet 1990): up to the limit the figures are exact but for
collisions (1 in 10^13 per million values), beyond it they are estimates from the kept share.
"""

import polars as pl

_SEED = 7
_HASH = "hash"
_COUNT = "count"


def hashes(values: pl.Series) -> pl.Series:
    """The hash of each value, the same in every batch."""
    return values.hash(_SEED).alias(_HASH)


def row_hashes(frame: pl.DataFrame) -> pl.Series:
    """The hash of each row."""
    return frame.hash_rows(_SEED).alias(_HASH)


class Sketch:
    """Counts of hashed values.

    Attributes:
        n_total: how many values were added.
    """

    def __init__(self, most_kept: int) -> None:
        self.n_total = 0
        self._most_kept = most_kept
        self._level = 0
        self._known = pl.DataFrame(schema={_HASH: pl.UInt64, _COUNT: pl.UInt32})
        self._waiting: list[pl.DataFrame] = []
        self._n_waiting = 0

    def add(self, hashed: pl.Series, counts: pl.Series | None = None) -> None:
        """Add values by their hashes, each once or as often as `counts` says."""
        if not len(hashed):
            return
        times = pl.Series(_COUNT, [1], pl.UInt32).new_from_index(0, len(hashed)) if counts is None else counts
        self.n_total += int(times.sum())
        self._waiting.append(pl.DataFrame({_HASH: hashed, _COUNT: times.cast(pl.UInt32)}))
        self._n_waiting += len(hashed)
        if self._n_waiting > max(65_536, self._known.height // 2):
            self._settle()

    @property
    def is_exact(self) -> bool:
        """Whether the figures are counts, not estimates."""
        self._settle()
        return self._level == 0

    @property
    def n_distinct(self) -> int:
        """How many different values there are."""
        self._settle()
        return min(self.n_total, self._known.height << self._level)

    @property
    def n_repeated(self) -> int:
        """How many of the different values occur more than once."""
        self._settle()
        return self._known.filter(pl.col(_COUNT) > 1).height << self._level

    @property
    def n_surplus(self) -> int:
        """How many values are repetitions of an earlier one."""
        return self.n_total - self.n_distinct if self.n_repeated else 0

    def counts_of(self, hashed: pl.Series) -> list[int | None]:
        """How often each value occurs; None where an estimate did not keep it."""
        self._settle()
        wanted = pl.DataFrame({_HASH: hashed})
        return wanted.join(self._known, on=_HASH, how="left", maintain_order="left")[_COUNT].to_list()

    def _settle(self) -> None:
        if not self._waiting:
            return
        merged = pl.concat([self._known, *self._waiting])
        self._waiting, self._n_waiting = [], 0
        self._known = self._of_level(merged).group_by(_HASH).agg(pl.col(_COUNT).sum())
        while self._known.height > self._most_kept:
            self._level += 1
            self._known = self._of_level(self._known)

    def _of_level(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col(_HASH) % (1 << self._level) == 0) if self._level else frame
