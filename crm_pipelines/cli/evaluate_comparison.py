"""Two publications, or a publication and what another model would make of it: what differs between their customers."""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.matching.evaluation_comparison import Comparison, compare
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published_versions import open_version, published_versions

SHIPPED = "shipped"
_MOST_LISTED = 20
_CROSSWALK = "select record_id, golden_id as cluster from crosswalk where valid_to is null order by record_id"
_WEIGHTS = "select record_id_l, record_id_r, match_weight, band from scored_pairs"


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between another partition (old) and the publication measured (new).

    Attributes:
        other: the publication or model version.
        is_model: it is a model version, whose customers were made in memory; they stand on the new side then.
        found: what differs.
        changed: rows `change` (gained, lost), `record_a`, `record_b`, `match_weight`, `band`, `is_right` (null without
            truth), the heaviest first; all of them.
        moved: rows `record_id, from_id, to_id`; all of them.
    """

    other: str
    is_model: bool
    found: Comparison
    changed: list[dict[str, Any]]
    moved: list[dict[str, Any]]

    @property
    def counts(self) -> dict[str, int | None]:
        """Every count, as facts; those by truth are null without one."""
        judged = [(row["change"], row["is_right"]) for row in self.changed]
        is_judged = any(is_right is not None for _, is_right in judged)
        by_truth = {
            f"n_{change}_{word}": judged.count((change, is_right)) if is_judged else None
            for change in ("gained", "lost")
            for word, is_right in (("right", True), ("wrong", False))
        }
        return {
            "n_records": self.found.n_records,
            "n_only_old": self.found.n_only_old,
            "n_only_new": self.found.n_only_new,
            "n_kept": self.found.n_kept,
            "n_gained": self.found.gained.height,
            "n_lost": self.found.lost.height,
            "n_unchanged": self.found.n_unchanged,
            "n_split": self.found.n_split,
            "n_merged": self.found.n_merged,
            "n_moved": self.found.moved.height,
            **by_truth,
        }

    def sentences(self, version: str) -> list[Fault]:
        """What differs, in words."""
        counts = self.counts
        about = Fault(
            "evaluate.against.model" if self.is_model else "evaluate.against.publication",
            {"version": version, "other": self.other, **counts},
        )
        told = [about, Fault("evaluate.against.pairs", counts), Fault("evaluate.against.clusters", counts)]
        if counts["n_gained_right"] is not None:
            told.append(Fault("evaluate.against.right", counts))
        return told


def compared(call: Invocation, con: duckdb.DuckDBPyConnection, other: str, truth: pl.DataFrame | None) -> Compared:
    """Compare a publication with another version or with what a model version makes of its records.

    Args:
        call: whose project it is.
        con: the publication.
        other: a kept version, a saved model version, or `shipped`.
        truth: `record_id, entity_id`: says which of the changes are right; None: nobody knows.

    Raises:
        RefusedInputError: there is no such version.
    """
    paths = ProjectPaths(call.root)
    this = con.sql(_CROSSWALK).pl()
    weights = con.sql(_WEIGHTS).pl()
    if other in published_versions(paths):
        _, opened = open_version(paths, other)
        with opened:
            before = opened.sql(_CROSSWALK).pl()
            weights = pl.concat([weights, opened.sql(_WEIGHTS).pl()]).unique(
                ["record_id_l", "record_id_r"], keep="first", maintain_order=True
            )
        found, is_model = compare(before, this, ids_last=True), False
    else:
        found, is_model = compare(this, _clusters(call, con, other)), True
    return Compared(other, is_model, found, _changed(found, weights, truth), _moved(found))


def _clusters(call: Invocation, con: duckdb.DuckDBPyConnection, other: str) -> pl.DataFrame:
    from crm_pipelines.cli.model_clusters import clusters_of_model  # noqa: PLC0415 - only models need it
    from crm_pipelines.matching.model_version import ModelVersion  # noqa: PLC0415
    from crm_pipelines.matching.shipped import shipped_model  # noqa: PLC0415

    paths = ProjectPaths(call.root)
    models = ModelStore(paths.models)
    if other == SHIPPED:
        return clusters_of_model(call, con, shipped_model())
    if other not in models.versions():
        known = ", ".join([*published_versions(paths), *models.versions(), SHIPPED])
        raise RefusedInputError("evaluate.no_such_version", version=other, known=known)
    return clusters_of_model(call, con, ModelVersion.from_files(models.load(other)))


def _changed(found: Comparison, weights: pl.DataFrame, truth: pl.DataFrame | None) -> list[dict[str, Any]]:
    pairs = pl.concat(
        [part.with_columns(change=pl.lit(name)) for name, part in (("gained", found.gained), ("lost", found.lost))]
    ).join(weights, on=["record_id_l", "record_id_r"], how="left")
    if truth is None:
        pairs = pairs.with_columns(is_right=pl.lit(None, pl.Boolean))
    else:
        entity = truth.select("record_id", "entity_id")
        pairs = (
            pairs.join(entity, left_on="record_id_l", right_on="record_id", how="left")
            .join(entity, left_on="record_id_r", right_on="record_id", how="left", suffix="_r")
            .with_columns(is_right=(pl.col("entity_id") == pl.col("entity_id_r")) == (pl.col("change") == "gained"))
            .drop("entity_id", "entity_id_r")
        )
    ordered = pairs.sort(
        "change", "match_weight", "record_id_l", "record_id_r", descending=[False, True, False, False], nulls_last=True
    )
    return list(ordered.rename({"record_id_l": "record_a", "record_id_r": "record_b"}).iter_rows(named=True))


def _moved(found: Comparison) -> list[dict[str, Any]]:
    return list(found.moved.rename({"old": "from_id", "new": "to_id"}).iter_rows(named=True))


def tell(call: Invocation, version: str, compared: Compared) -> None:
    """Print the comparison; in JSON all of it."""
    output = call.output
    output.value("comparison", {"other": compared.other, "is_model": compared.is_model, **compared.counts})
    for fault in compared.sentences(version):
        output.line(fault.code, **fault.facts)
    for name, columns, rows in (
        ("changed_pairs", ("change", "record_a", "record_b", "match_weight", "band", "is_right"), compared.changed),
        ("moved_records", ("record_id", "from_id", "to_id"), compared.moved),
    ):
        shown = rows if output.as_json else rows[:_MOST_LISTED]
        if rows:
            output.table(name, columns, shown)
        if len(rows) > len(shown):
            output.line("evaluate.more_rows", n_more=len(rows) - len(shown))
