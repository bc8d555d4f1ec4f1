"""What an evaluation found, whatever it was measured against: told as tables, as JSON and as a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm_pipelines.model.errors import Fault

if TYPE_CHECKING:
    import polars as pl

    from crm_pipelines.matching.evaluation_curve import Advice
    from crm_pipelines.matching.model_version import Thresholds

_ENOUGH = 0.25  # bits: a threshold nearer than this to the advised one is right


@dataclass(frozen=True, slots=True)
class Threshold:
    """The curve of one customer type and what it advises.

    Attributes:
        points: see `evaluation_curve.curve`.
        advice: for the wanted precision.
        now: the thresholds in use; None when the model is not known.
    """

    points: "pl.DataFrame"
    advice: "Advice"
    now: "Thresholds | None"


@dataclass(slots=True)
class Report:
    """Everything to be told.

    Attributes:
        version: the publication measured.
        about: sentences on what it was measured against and what is left out.
        figures: rows `customer_type, measure, precision, recall, f1` with `_low` and `_high`, `n_counted`.
        segments: the same with `dimension, segment` and `n_true`.
        thresholds: customer type -> curve and advice.
        blocking: rows of `blocking_recall`, one per rule.
        is_estimate: from answers to some pairs, not from truth.
        comparison: rows of what differs from another partition, and what they are called; see `evaluate_comparison`.
    """

    version: str
    about: list[Fault] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    segments: list[dict[str, Any]] = field(default_factory=list)
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    blocking: list[dict[str, Any]] = field(default_factory=list)
    is_estimate: bool = False


def interval(row: Mapping[str, Any], figure: str) -> str | None:
    """`0.971 (0.958–0.983)`: the figure and its 95 % interval."""
    if row[figure] is None:
        return None
    if row[f"{figure}_low"] is None:
        return f"{row[figure]:.3f}"
    return f"{row[figure]:.3f} ({row[f'{figure}_low']:.3f}–{row[f'{figure}_high']:.3f})"


def advice_fault(customer_type: str, threshold: Threshold) -> Fault:
    """The advice as a sentence."""
    advice, now = threshold.advice, threshold.now
    facts: dict[str, Any] = {"customer_type": f"cli.customer_type.{customer_type}", "wanted_share": advice.wanted}
    if advice.threshold is None:
        best = max(threshold.points["precision"].to_list(), default=None)
        return Fault("evaluate.advice.none", {**facts, "best_share": best})
    facts |= {
        "auto_match": advice.threshold,
        "precision_share": advice.precision,
        "low_share": advice.precision_low,
        "high_share": advice.precision_high,
        "recall_share": advice.recall,
        "now": None if now is None else now.auto_match,
        "sure": "evaluate.advice.sure" if advice.is_sure else "evaluate.advice.unsure",
    }
    if now is None:
        return Fault("evaluate.advice.unknown", facts)
    if abs(now.auto_match - advice.threshold) <= _ENOUGH:
        return Fault("evaluate.advice.right", facts)
    return Fault("evaluate.advice.lower" if advice.threshold < now.auto_match else "evaluate.advice.raise", facts)
