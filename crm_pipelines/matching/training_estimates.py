# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""What the records themselves say of m and u, and how much they say.

- u: the levels of random pairs, of which hardly one is of one customer.
- m: expectation maximisation by Splink in two passes, each over the pairs that agree on one thing; a pass says nothing
  of the comparison it is blocked on, so that each comparison is judged by pairs that something else found. It begins at
  the weights of the model at hand.

A level is also counted: how many pairs of one customer and of two were expected on it. Shrinkage goes by that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.model_version import LevelProbabilities, ModelVersion, TypeModel
from crm_pipelines.matching.splink_scorer import trainable_linker
from crm_pipelines.matching.sql import unpacked
from crm_pipelines.matching.training_scores import counts_by_level
from crm_pipelines.matching.training_shrinkage import DIFFERENT_PAIRS, blended
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import ContractError


def _smallest(contacts: str) -> str:
    return f"list_min({unpacked('{side}' + contacts)})"


# What the pairs of a pass agree on; of several contact points the smallest, for their order is nobody's. The first
# `N_PASSES` on which enough pairs agree are taken: not every base has mail addresses.
PASSES: Mapping[CustomerType, tuple[str, ...]] = {
    CustomerType.PERSON: (
        "{side}full_name_key",
        _smallest("email_own"),
        _smallest("phone_own"),
        "{side}birth_date_key",
        "{side}address_own",
    ),
    CustomerType.ORGANISATION: ("{side}core_key", _smallest("phone_own"), "{side}address_own"),
}
N_PASSES = 2
# Fewer pairs in a pass teach nothing that the shipped weights do not know better.
LEAST_PAIRS = 200
MOST_PAIRS = 2_000_000  # of a pass; of more Splink takes a sample
_START = 0.3  # share of pairs of one customer in a pass, where EM begins


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Expected pairs on a level: of one customer among the candidates, of two among the random pairs."""

    same: float
    different: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was seen of one customer type.

    Attributes:
        levels: comparison -> level -> m and u as estimated; a level nobody saw has its starting probability.
        counts: comparison -> level -> pairs seen on it.
    """

    levels: Mapping[str, Mapping[str, LevelProbabilities]]
    counts: Mapping[str, Mapping[str, LevelCount]]


def pairs_by_pass(con: duckdb.DuckDBPyConnection, kind: CustomerType) -> dict[str, int]:
    """What the pairs of a pass agree on, `{side}` for the side -> pairs in it; fewer than `N_PASSES` teach nothing."""
    found: dict[str, int] = {}
    for template in PASSES[kind]:
        agreed = template.format(side="")
        sql = (
            f"select coalesce(sum(n * (n - 1) // 2), 0) from (select count(*) as n from match_input_{kind} "
            f"where {agreed} is not null group by {agreed})"
        )
        n_pairs = int(con.execute(sql).fetchall()[0][0])
        if n_pairs >= LEAST_PAIRS and len(found) < N_PASSES:
            found[template] = n_pairs
    return found


def estimate(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, model: ModelVersion, passes: Mapping[str, int]
) -> Estimate:
    """Estimate one customer type from the staged training data.

    Args:
        con: holds the staged data.
        kind: whose comparisons.
        model: where to begin.
        passes: as of `pairs_by_pass`.

    Raises:
        ContractError: `model.untrained_level`: a level has neither a weight to begin with nor an observation.
    """
    _require_weights(kind, model.types[kind])
    seen = counts_by_level(con, kind, model, f"random_pairs_{kind}", "sum(1 - match_probability)")
    start = _start(kind, model.types[kind], seen)
    settings = _trained_by_splink(con, kind, replace(model, types={**model.types, kind: start}), passes)
    levels = _trained_levels(kind, settings, start)
    # The probabilities that count the pairs are the old model's: it knows of what contradicts.
    same = counts_by_level(con, kind, model, f"candidates_{kind}", "sum(match_probability)")
    counts = {
        comparison.name: {
            level.name: LevelCount(
                same.get((comparison.name, level.name), 0.0), seen.get((comparison.name, level.name), 0.0)
            )
            for level in comparison.levels
        }
        for comparison in COMPARISONS[kind]
    }
    return Estimate(levels, counts)


def _trained_by_splink(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, start: ModelVersion, passes: Mapping[str, int]
) -> dict[str, Any]:
    """Splink's settings after all passes."""
    linker = trainable_linker(con, kind, start, f"match_input_{kind}", _START)
    for template, n_pairs in passes.items():
        linker.training.estimate_parameters_using_expectation_maximisation(
            f"{template.format(side='l.')} = {template.format(side='r.')}",
            estimate_without_term_frequencies=True,
            max_pairs=MOST_PAIRS if n_pairs > MOST_PAIRS else None,
        )
    settings: dict[str, Any] = linker.misc.save_model_to_json()
    return settings


def _start(kind: CustomerType, old: TypeModel, seen: Mapping[tuple[str, str], float]) -> TypeModel:
    """Where EM begins: m as it was, u of the random pairs, both summing up to 1 in each comparison."""
    levels = {}
    for comparison in COMPARISONS[kind]:
        known = {level.name: old.levels[comparison.name][level.name] for level in comparison.levels}
        m = _normalised({name: item.m for name, item in known.items()})
        u = _normalised({name: item.u for name, item in known.items()})
        u = blended(u, {name: seen.get((comparison.name, name), 0.0) for name in known}, DIFFERENT_PAIRS)
        levels[comparison.name] = {name: LevelProbabilities(m[name], u[name]) for name in known}
    return replace(old, levels=levels)


def _require_weights(kind: CustomerType, old: TypeModel) -> None:
    for comparison in COMPARISONS[kind]:
        for level in comparison.levels:
            if level.name not in old.levels.get(comparison.name, {}):
                raise ContractError("model.untrained_level", comparison=comparison.name, level=level.name)


def _normalised(values: Mapping[str, float]) -> dict[str, float]:
    total = sum(values.values())
    return {name: value / total for name, value in values.items()}


def _trained_levels(
    kind: CustomerType, settings: Mapping[str, Any], start: TypeModel
) -> dict[str, dict[str, LevelProbabilities]]:
    """The m that Splink trained with the u it was given; Splink has the null level first and the same order."""
    found: dict[str, dict[str, LevelProbabilities]] = {}
    for comparison, trained in zip(COMPARISONS[kind], settings["comparisons"], strict=True):
        found[comparison.name] = {}
        for level, written in zip(comparison.levels, trained["comparison_levels"][1:], strict=True):
            old = start.levels[comparison.name][level.name]
            m = written.get("m_probability")
            is_seen = isinstance(m, float) and m > 0  # a level that no pair of the passes is on has none
            found[comparison.name][level.name] = LevelProbabilities(m if is_seen else old.m, old.u)
    return found
