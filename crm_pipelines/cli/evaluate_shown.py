"""An evaluation as tables and sentences of the terminal, or as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm_pipelines.cli.evaluation_report import Report, advice_fault, interval
from crm_pipelines.cli.output import Output
from crm_pipelines.cli.truth import PAIR_SIGN
from crm_pipelines.messages.catalogue import has_message, render
from crm_pipelines.model.errors import Fault

BLOCKING_COLUMNS = ("customer_type", "blocking_rule", "n_pairs", "n_same", "n_same_alone", "n_same_capped")
_FIGURES = ("precision", "recall", "f1")
_MOST_SEGMENTS = 12
_STEPS_SHOWN = 4  # bits between two thresholds of the table; JSON has all


def tell_report(output: Output, report: Report) -> None:
    """Print the figures, the parts, the thresholds."""
    output.value("publication", report.version)
    output.value("is_estimate", report.is_estimate)
    for fault in report.about:
        output.line(fault.code, **fault.facts)
    columns = ("customer_type", "measure", *(f"{name}_interval" for name in _FIGURES), "n_counted")
    output.table("estimated_figures" if report.is_estimate else "figures", columns, _with_intervals(report.figures))
    if report.segments:
        _tell_segments(output, report.segments)
    if report.blocking:
        _tell_blocking(output, report.blocking)
    for customer_type, threshold in report.thresholds.items():
        rows = [{"customer_type": customer_type, **row} for row in threshold.points.iter_rows(named=True)]
        shown = rows if output.as_json else [row for row in rows if row["threshold"] % _STEPS_SHOWN == 0]
        names = ("customer_type", "from_weight", "precision_interval", "recall_share", "n_counted")
        output.table(
            f"thresholds_of_{customer_type}" if output.as_json else "thresholds",
            names,
            [
                {
                    **row,
                    "precision_interval": interval(row, "precision"),
                    "from_weight": row["threshold"],
                    "recall_share": row["recall"],
                    "n_counted": row["n"],
                }
                for row in shown
            ],
        )
        fault = advice_fault(customer_type, threshold)
        output.line(fault.code, **fault.facts)
    if output.as_json:
        output.value("advice", [_plain(kind, one) for kind, one in report.thresholds.items()])


def _tell_blocking(output: Output, rules: Sequence[Mapping[str, Any]]) -> None:
    """In JSON all rules; for people those that have a say."""
    output.table("blocking", BLOCKING_COLUMNS, rules if output.as_json else rules_with_a_say(rules))


def rules_with_a_say(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rules that bring any pair of one customer together or keep one apart, by their names."""
    shown = [row for row in rules if row["n_same"] or row["n_same_capped"]]
    return [{**row, "blocking_rule": Fault(f"blocking.{row['blocking_rule']}", {})} for row in shown]


def _plain(customer_type: str, threshold: Any) -> dict[str, Any]:
    advice = threshold.advice
    return {
        "customer_type": customer_type,
        "wanted_precision": advice.wanted,
        "auto_match": advice.threshold,
        "precision": advice.precision,
        "precision_low": advice.precision_low,
        "precision_high": advice.precision_high,
        "recall": advice.recall,
        "auto_match_now": None if threshold.now is None else threshold.now.auto_match,
    }


def _tell_segments(output: Output, segments: Sequence[Mapping[str, Any]]) -> None:
    """In JSON all rows; for people the pairwise figures, of each dimension the parts with the lowest F1."""
    columns = ("dimension", "segment", "customer_type", *(f"{name}_interval" for name in _FIGURES), "n_counted")
    if output.as_json:
        output.table("figures_by_segment", columns, _with_intervals(segments))
        return
    shown, n_more = lowest_first(segments)
    named = [{**row, "segment": segment_words(row, output.language)} for row in shown]
    output.table("figures_by_segment", columns, _with_intervals(named))
    if n_more:
        output.line("evaluate.more_rows", n_more=n_more)
    output.line("evaluate.segments")


def lowest_first(
    segments: Sequence[Mapping[str, Any]], most: int = _MOST_SEGMENTS
) -> tuple[list[Mapping[str, Any]], int]:
    """The pairwise rows, of each dimension and customer type the lowest F1 first; and how many were left out."""
    pairwise = [row for row in segments if row["measure"] == "pairwise" and row["f1"] is not None]
    pairwise.sort(key=lambda row: (row["dimension"], row["customer_type"], row["f1"], row["segment"]))
    kept: list[Mapping[str, Any]] = []
    counts: dict[tuple[str, str], int] = {}
    for row in pairwise:
        key = row["dimension"], row["customer_type"]
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= most:
            kept.append(row)
    return kept, len(pairwise) - len(kept)


def segment_words(row: Mapping[str, Any], language: str) -> str:
    """The segment as a person reads it: scripts have words, everything else is the user's own name."""
    if row["dimension"] != "script_pair":
        return str(row["segment"])
    codes = (f"evaluate.script.{name}" for name in str(row["segment"]).split(PAIR_SIGN))
    return PAIR_SIGN.join(render(code, {}, language) if has_message(code) else code for code in codes)


def _with_intervals(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, **{f"{name}_interval": interval(row, name) for name in _FIGURES}} for row in rows]
