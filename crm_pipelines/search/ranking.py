"""Which of the customers that were found come first, and which keys are spelled nearly as one that was typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from crm_pipelines.search.keys import How, NearProbe

ENOUGH = 10
"""With so many found nobody looks for what is spelled nearly so."""


@dataclass(frozen=True, slots=True)
class Found:
    """A customer by one key.

    Attributes:
        golden_id: of the customer.
        how: in which way.
        key: the key, as it stands in the index read forwards.
        n_slips: letters that differ.
    """

    golden_id: str
    how: How
    key: str
    n_slips: int = 0


def best_first(found: Iterable[Found], most: int) -> list[Found]:
    """Each customer once, by its best key: exact keys, readings, beginnings, slips; of equals the shorter key first."""
    best: dict[str, Found] = {}
    for one in found:
        held = best.get(one.golden_id)
        if held is None or _order(one) < _order(held):
            best[one.golden_id] = one
    return sorted(best.values(), key=_order)[:most]


def nearly(probe: NearProbe, keys: Iterable[str]) -> Mapping[str, int]:
    """Those of some keys that differ from the one typed by few slips, with their number; the same key is not near.

    A slip is a letter that is wrong, missing or too many, or two neighbours swapped.
    """
    listed: Sequence[str] = list(dict.fromkeys(keys))
    close = process.extract(probe.key, listed, scorer=OSA.distance, score_cutoff=probe.most_slips, limit=None)
    return {key: int(n_slips) for key, n_slips, _ in close if n_slips}


def _order(one: Found) -> tuple[int, int, int, str, str]:
    return one.how, one.n_slips, len(one.key), one.key, one.golden_id
