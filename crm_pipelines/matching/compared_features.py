"""Which features the comparisons look at."""

from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.predicates import (
    All,
    AnyOf,
    EqualAcross,
    FewEdits,
    ListsDisjoint,
    ListsMeet,
    Not,
    Predicate,
    WordsShared,
)
from crm_pipelines.model.enums import CustomerType


def features_read(customer_type: CustomerType) -> tuple[str, ...]:
    """The features that the comparisons of a customer type look at, each once, in the order they are met."""
    return tuple(dict.fromkeys(name for part in _parts_read(customer_type) for name in _features_of(part)))


def lists_read(customer_type: CustomerType) -> frozenset[str]:
    """Those of the features that are lists."""
    parts = _parts_read(customer_type)
    return frozenset(part.feature for part in parts if isinstance(part, ListsMeet | ListsDisjoint | WordsShared))


def _parts_read(customer_type: CustomerType) -> list[Predicate]:
    """The predicates that look at features, in the order they are met."""
    met: list[Predicate] = []
    for comparison in COMPARISONS[customer_type]:
        for predicate in (comparison.not_compared, *(level.predicate for level in comparison.levels)):
            met += () if predicate is None else _parts_of(predicate)
    return met


def _parts_of(predicate: Predicate) -> list[Predicate]:
    if isinstance(predicate, All | AnyOf):
        return [found for part in predicate.parts for found in _parts_of(part)]
    return _parts_of(predicate.part) if isinstance(predicate, Not) else [predicate]


def _features_of(predicate: Predicate) -> tuple[str, ...]:
    if isinstance(predicate, All | AnyOf | Not):
        return ()
    if isinstance(predicate, EqualAcross):
        return (predicate.feature, predicate.other_feature)
    if isinstance(predicate, FewEdits):
        return (predicate.feature, predicate.turned)
    return (predicate.feature,)
