"""What a training learned, as tables."""

from collections.abc import Iterator

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.output import Cell
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.training import Training, TypeTraining
from crm_pipelines.model.enums import CustomerType

_TYPE_COLUMNS = (
    "customer_type", "is_refined", "n_training_pairs", "n_labels", "n_joined_before", "n_joined", "n_asked_before",
    "n_asked", "n_conflicts_before", "n_conflicts",
)  # fmt: skip
_WEIGHT_COLUMNS = ("customer_type", "comparison", "level_name", "weight_shipped", "weight", "n_same", "n_different")
_LEAST_SHOWN = 0.05  # bits; people see what moved, programs see everything


def print_training(call: Invocation, training: Training) -> None:
    """Print what each customer type learned and what the model would do, then the weights that moved."""
    call.output.value("data_hash", training.data_hash)
    call.output.table("training", _TYPE_COLUMNS, (_type_row(*item) for item in training.types.items()))
    rows = [row for kind in training.types for row in _weights(training, kind)]
    if not call.output.as_json:
        rows = [row for row in rows if _has_moved(row)]
    if training.is_new:
        call.output.table("trained_weights", _WEIGHT_COLUMNS, rows)


def _type_row(kind: CustomerType, one: TypeTraining) -> dict[str, Cell]:
    return {
        "customer_type": kind.value,
        "is_refined": one.estimate is not None,
        "n_training_pairs": sum(one.n_pairs_by_pass.values()),
        "n_labels": one.n_labels,
        "n_joined_before": one.before.n_joined,
        "n_joined": one.after.n_joined,
        "n_asked_before": one.before.n_asked,
        "n_asked": one.after.n_asked,
        "n_conflicts_before": one.before.n_conflicts,
        "n_conflicts": one.after.n_conflicts,
    }


def _weights(training: Training, kind: CustomerType) -> Iterator[dict[str, Cell]]:
    """One row per level, the prior first."""
    old, new = training.start.types[kind], training.model.types[kind]
    prior = {"comparison": "prior", "level_name": None, "weight_shipped": round(old.prior_log2_odds, 2)}
    yield {"customer_type": kind.value, **prior, "weight": round(new.prior_log2_odds, 2)}
    estimate = training.types[kind].estimate
    for comparison in COMPARISONS[kind]:
        for level in comparison.levels:
            count = None if estimate is None else estimate.counts[comparison.name][level.name]
            yield {
                "customer_type": kind.value,
                "comparison": comparison.name,
                "level_name": level.name,
                "weight_shipped": round(old.levels[comparison.name][level.name].weight, 2),
                "weight": round(new.levels[comparison.name][level.name].weight, 2),
                "n_same": None if count is None else round(count.same),
                "n_different": None if count is None else round(count.different),
            }


def _has_moved(row: dict[str, Cell]) -> bool:
    old, new = row["weight_shipped"], row["weight"]
    return isinstance(old, float) and isinstance(new, float) and abs(new - old) >= _LEAST_SHOWN
