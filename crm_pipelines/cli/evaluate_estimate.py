"""Without truth: draw a clerical sample, and estimate from the answers of people how good the publication is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from crm_pipelines.cli.clerical_sample import Design, design_path, read_answers, read_design, write_sample
from crm_pipelines.cli.evaluation_report import Report, Threshold
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.ledger_answers import ledger_answers
from crm_pipelines.cli.model_thresholds import model_version_of, thresholds_of
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.matching.evaluation_curve import advised, curve
from crm_pipelines.matching.evaluation_estimate import Answered, Estimate, Known, estimated
from crm_pipelines.matching.evaluation_strata import drawn_sample, with_stratum
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.stores.evaluated import compared_values, evaluated_pairs

Answers = Mapping[tuple[str, str], bool]
_STRATUM = ("customer_type", "from_weight", "is_scored")


def draw_sample(  # noqa: PLR0913, PLR0917 - what a sample is drawn by
    call: Invocation, version: str, con: duckdb.DuckDBPyConnection, file: Path, size: int, seed: int
) -> None:
    """Draw a sample from a publication, write the file to fill in and say what to do with it."""
    pairs = evaluated_pairs(con)
    if pairs.is_empty():
        raise RefusedInputError("evaluate.no_pairs", version=version)
    drawn, strata = drawn_sample(pairs, size, seed)
    drawn = drawn.join(
        pairs.select("record_id_l", "record_id_r", "may_merge"),
        on=["record_id_l", "record_id_r"],
        maintain_order="left",
    )
    names = ("record_id_l", "record_id_r", "stratum", "match_weight", "may_merge")
    records = sorted({*drawn["record_id_l"], *drawn["record_id_r"]})
    design = Design(version, model_version_of(con), seed, strata, drawn.select(names))
    write_sample(file, design, compared_values(con, records))
    call.output.value("sample", {"file": str(file), "n_pairs": drawn.height, "seed": seed})
    call.output.value("strata", [asdict(stratum) for stratum in strata])
    facts: dict[str, Fact] = {
        "file": str(file),
        "design": design_path(file).name,
        "n_drawn": drawn.height,
        "n_pairs": pairs.height,
    }
    call.output.line("evaluate.drawn", **facts, version=version)
    call.output.line("evaluate.drawn_next", file=str(file))


def estimated_by_sample(call: Invocation, file: Path, wanted: float) -> Report:
    """What the answers to a sample come to; those in the file go before those of the ledger."""
    design = read_design(file)
    pairs = [(left, right) for left, right, *_ in design.pairs.iter_rows()]
    answers = {**ledger_answers(call, pairs), **read_answers(file)}
    known = design.pairs.with_columns(
        is_same=pl.Series([answers.get(pair) for pair in pairs], dtype=pl.Boolean),
        customer_type=pl.Series([design.strata[number].customer_type for number in design.pairs["stratum"]]),
    )
    given = known.filter(pl.col("is_same").is_not_null())
    _refuse_nothing(given.height)
    facts: dict[str, Fact] = {
        "version": design.publication,
        "file": file.name,
        "n_answers": given.height,
        "n_drawn": known.height,
    }
    report = Report(design.publication, [Fault("evaluate.by_sample", facts)], is_estimate=True)
    counts = {
        row["stratum"]: row
        for row in given.group_by("stratum").agg(n=pl.len(), n_same=pl.col("is_same").sum()).to_dicts()
    }
    strata = [(one.customer_type, _answered(one, counts.get(number))) for number, one in enumerate(design.strata)]
    _tell(report, strata, {})
    report.thresholds = _thresholds(call, design, given, counts, wanted)
    return report


def _answered(stratum: Any, counted: Mapping[str, int] | None) -> Answered:
    n_together = stratum.n_pairs if stratum.is_together else 0
    n_same = counted["n_same"] if counted else 0
    n_different = counted["n"] - n_same if counted else 0
    return Answered(n_together, stratum.n_pairs - n_together, n_same, n_different)


def _thresholds(
    call: Invocation, design: Design, given: pl.DataFrame, counts: Mapping[int, Mapping[str, int]], wanted: float
) -> dict[str, Threshold]:
    """Curves of the answered pairs, each standing for the pairs of its stratum."""
    weights = [design.strata[number].n_pairs / counts[number]["n"] for number in given["stratum"]]
    weighted = given.with_columns(weight=pl.Series(weights, dtype=pl.Float64))
    in_use = thresholds_of(call, design.model_version)
    found = {}
    for kind in CustomerType:
        part = weighted.filter(pl.col("customer_type") == kind.value)
        points = curve(part, float(part.filter("is_same")["weight"].sum()))
        if points.height:
            found[kind.value] = Threshold(points, advised(points, wanted), in_use.get(kind))
    return found


def estimated_by_answers(call: Invocation, version: str, con: duckdb.DuckDBPyConnection) -> Report:
    """What the decisions in the ledger come to. They were asked by the machine, not drawn, so they give no curve."""
    pairs = with_stratum(evaluated_pairs(con))
    ids = list(zip(pairs["record_id_l"], pairs["record_id_r"], strict=True))
    answers = ledger_answers(call, ids)
    _refuse_nothing(len(answers))
    judged = pairs.with_columns(is_same=pl.Series([answers.get(pair) for pair in ids], dtype=pl.Boolean))
    facts: dict[str, Fact] = {"version": version, "n_answers": len(answers), "n_pairs": pairs.height}
    report = Report(version, [Fault("evaluate.by_answers", facts)], is_estimate=True)
    is_known = pl.col("is_same").is_not_null()
    counted = (
        judged.group_by(_STRATUM)
        .agg(
            n_together=(~is_known & pl.col("is_together")).sum(),
            n_apart=(~is_known & ~pl.col("is_together")).sum(),
            n_same=(pl.col("is_same") == True).sum(),  # noqa: E712 - a column
            n_different=(pl.col("is_same") == False).sum(),  # noqa: E712
        )
        .sort(_STRATUM)
    )
    names = ("n_together", "n_apart", "n_same", "n_different")
    strata = [(row["customer_type"], Answered(*(row[name] for name in names))) for row in counted.to_dicts()]
    decided = judged.filter(is_known)
    known = {kind.value: _known(decided.filter(pl.col("customer_type") == kind.value)) for kind in CustomerType}
    _tell(report, strata, known)
    return report


def _known(decided: pl.DataFrame) -> Known:
    counts = {
        (row["is_together"], row["is_same"]): row["n"]
        for row in decided.group_by("is_together", "is_same").len("n").to_dicts()
    }
    return Known(counts.get((True, True), 0), counts.get((True, False), 0), counts.get((False, True), 0))


def _tell(report: Report, strata: Sequence[tuple[str, Answered]], known: Mapping[str, Known]) -> None:
    """Put the figures of all and of each customer type into the report, and what they leave out."""
    total = Known(
        *(
            sum(getattr(one, name) for one in known.values())
            for name in ("n_together_same", "n_together_different", "n_apart_same")
        )
    )
    whole = estimated([answered for _, answered in strata], total)
    report.figures.append(_figures("all", whole))
    for kind in CustomerType:
        own = [answered for customer_type, answered in strata if customer_type == kind.value]
        if own:
            report.figures.append(_figures(kind.value, estimated(own, known.get(kind.value))))
    facts = {name: getattr(whole, name) for name in ("n_together", "n_together_covered", "n_apart", "n_apart_covered")}
    if whole.n_together_covered < whole.n_together or whole.n_apart_covered < whole.n_apart:
        report.about.append(Fault("evaluate.uncovered", facts))
    report.about.append(Fault("evaluate.recall_of_compared", {}))


def _figures(customer_type: str, found: Estimate) -> dict[str, Any]:
    row: dict[str, Any] = {"customer_type": customer_type, "measure": "pairwise"}
    for name in ("precision", "recall", "f1"):
        low, high = getattr(found, f"{name}_bounds")
        row |= {name: getattr(found, name), f"{name}_low": low, f"{name}_high": high}
    return row | {"n_counted": found.n_answers, "interval": "posterior"}


def _refuse_nothing(n_answers: int) -> None:
    if not n_answers:
        raise RefusedInputError("evaluate.no_answers")
