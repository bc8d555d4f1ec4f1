"""The band of a scored pair: what the thresholds of the model say, held back by what the weight cannot see.

A contact point, a place and a phone of one household agree together, so that their weights add up to more than they
prove. A pair whose names, birth dates or corporate numbers speak of two customers is therefore never AUTO_MATCH,
however much else agrees: it is asked.
"""

from collections.abc import Mapping

from crm_pipelines.matching.levels import COMPARISONS, Comparison
from crm_pipelines.matching.model_version import Thresholds
from crm_pipelines.model.enums import Band, CustomerType


def band_of(match_weight: float, needs_a_person: bool, thresholds: Thresholds) -> Band:
    """The band of a match weight (log2 odds, prior included)."""
    if match_weight < thresholds.review:
        return Band.NON_MATCH
    return Band.REVIEW if needs_a_person or match_weight < thresholds.auto_match else Band.AUTO_MATCH


def band_sql(customer_type: CustomerType, thresholds: Thresholds) -> str:
    """`band_of` as SQL over `match_weight` and the level columns."""
    return (
        f"case when match_weight < {thresholds.review!r} then '{Band.NON_MATCH}' "
        f"when match_weight < {thresholds.auto_match!r} or {needs_a_person_sql(customer_type)} then '{Band.REVIEW}' "
        f"else '{Band.AUTO_MATCH}' end"
    )


def contradicts(customer_type: CustomerType, levels: Mapping[str, int]) -> bool:
    """Whether a level that contradicts has fired; `levels` maps comparison names to level numbers."""
    return any(levels[comparison.name] in _contradicting(comparison) for comparison in COMPARISONS[customer_type])


def needs_a_person(customer_type: CustomerType, levels: Mapping[str, int]) -> bool:
    """Whether a level that only a person may overrule has fired."""
    return any(levels[comparison.name] in _held_back(comparison) for comparison in COMPARISONS[customer_type])


def contradiction_sql(customer_type: CustomerType) -> str:
    """`contradicts` as SQL over the level columns."""
    return _any_level_sql({item.column: _contradicting(item) for item in COMPARISONS[customer_type]})


def needs_a_person_sql(customer_type: CustomerType) -> str:
    """`needs_a_person` as SQL over the level columns."""
    return _any_level_sql({item.column: _held_back(item) for item in COMPARISONS[customer_type]})


def _contradicting(comparison: Comparison) -> frozenset[int]:
    return frozenset(comparison.number_of(level.name) for level in comparison.levels if level.contradicts)


def _held_back(comparison: Comparison) -> frozenset[int]:
    return frozenset(comparison.number_of(level.name) for level in comparison.levels if level.needs_a_person)


def _any_level_sql(numbers: Mapping[str, frozenset[int]]) -> str:
    parts = [
        f"{column} in ({', '.join(str(number) for number in sorted(wanted))})"
        for column, wanted in numbers.items()
        if wanted
    ]
    return f"({' or '.join(parts)})"
