"""What defects cost, held against worlds in which the truth is known: the same fields blanked for real."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b

import duckdb
import polars as pl
import pytest

from crm_pipelines.clustering.partition import Edge, Limits, partition
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.matching.ablation import ABLATED_FIELDS
from crm_pipelines.matching.incremental import build_pairs
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.tables import create_tables_sql
from crm_pipelines.model.enums import Band, CustomerType
from crm_pipelines.model.quality_tables import DEFECT_COSTS
from crm_pipelines.stores.defect_costs import Measuring, fates, measure_costs
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.worlds import published_world

SOURCES = ("erp", "mail", "support", "web_form")


@dataclass
class Base:
    """Records matched from nothing, in memory, in the tables that a publication has.

    Attributes:
        customers: record -> the records of its customer.
    """

    con: duckdb.DuckDBPyConnection
    model: ModelVersion
    customers: dict[str, frozenset[str]]

    def measuring(self, size: int, *fields: str) -> Measuring:
        limits = {kind: Limits(self.model.types[kind].thresholds.review) for kind in CustomerType}
        expected = frozenset((source, field) for source in SOURCES for field in fields)
        return Measuring(self.con, "p1", self.model, Verdicts(), limits, expected, size)


def matched(records: pl.DataFrame, model: ModelVersion) -> Base:
    """Match records anew with a model and its priors."""
    con = duckdb.connect()
    con.register("given", records.to_arrow())
    con.execute(
        "create table standardised_records as select cast(row_number() over (order by record_id) as integer) "
        "as record_key, * from given order by record_id"
    )
    con.unregister("given")
    con.execute(create_tables_sql())
    model = build_pairs(con, model, {kind: one.prior_log2_odds for kind, one in model.types.items()}).model
    customers: dict[str, frozenset[str]] = {}
    for kind in CustomerType:
        own = con.execute("select record_id from standardised_records where customer_type = ?", [kind.value]).fetchall()
        edges = [
            Edge(left, right, weight, bool(contradicts), Band(band))
            for left, right, weight, contradicts, band in con.execute(
                "select record_id_l, record_id_r, match_weight, is_contradiction, band from scored_pairs "
                "where customer_type = ?", [kind.value],
            ).fetchall()
        ]  # fmt: skip
        limits = Limits(model.types[kind].thresholds.review)
        for cluster in partition([record for (record,) in own], edges, Verdicts(), limits).clusters:
            customers |= dict.fromkeys(cluster, frozenset(cluster))
    con.register(
        "homes", pl.DataFrame([(r, min(of)) for r, of in customers.items()], ["record_id", "golden_id"], orient="row")
    )
    con.execute("create table crosswalk as select *, cast(null as timestamptz) as valid_to from homes")
    con.unregister("homes")
    con.execute("alter table standardised_records drop column record_key")
    return Base(con, model, customers)


def blanked(records: pl.DataFrame, field: str, chosen: set[str]) -> pl.DataFrame:
    """The records, some of them without a field."""
    columns = {
        column for fields in ABLATED_FIELDS.values() for one in fields if one.name == field for column in one.columns
    }
    is_chosen = pl.col("record_id").is_in(sorted(chosen))
    return records.with_columns(
        pl.when(is_chosen).then(None).otherwise(pl.col(column)).alias(column) for column in sorted(columns)
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[pl.DataFrame, ModelVersion]]:
    paths = ProjectPaths(published_world(tmp_path_factory).root)
    with Publications(paths).connect_current() as con:
        model = PairEvidence.of(con, ModelStore(paths.models)).model
        yield con.sql("select * from standardised_records order by record_id").pl(), model


@pytest.fixture(scope="module")
def whole(published: tuple[pl.DataFrame, ModelVersion]) -> Base:
    return matched(*published)


def with_email(records: pl.DataFrame) -> list[str]:
    own = records.filter(pl.col("observation").is_null() & (pl.col("email_keys").list.len() > 0))
    return own["record_id"].to_list()


def test_a_field_blanked_for_real_costs_what_ablation_says(
    published: tuple[pl.DataFrame, ModelVersion], whole: Base
) -> None:
    """One record of each customer loses its address for real, all at once: none is in the way of another."""
    records, _ = published
    chosen: dict[frozenset[str], str] = {}
    for record in with_email(records):
        if len(whole.customers[record]) > 1:
            chosen.setdefault(whole.customers[record], record)
    asked = sorted(chosen.values())
    types = dict(records.select("record_id", "customer_type").iter_rows())
    wishes = pl.DataFrame(
        [(record, types[record], "email") for record in asked], ["record_id", "customer_type", "field"], orient="row"
    ).with_row_index("wish")
    told = fates(whole.measuring(10, "email"), wishes)
    after = matched(blanked(records, "email", set(asked)), whole.model)
    lost = {record: after.customers[record].isdisjoint(whole.customers[record] - {record}) for record in asked}
    assert len(asked) >= 30
    assert 3 <= sum(lost.values()) < len(asked)
    assert {record: told[wish].fate.is_lost for wish, record in enumerate(asked)} == lost


def test_the_count_of_records_that_could_not_match_holds_the_true_one(
    published: tuple[pl.DataFrame, ModelVersion], whole: Base
) -> None:
    """One in five records loses its address, by chance; from the spoilt world alone the loss is told."""
    records, _ = published
    spoilt_ones = {record for record in with_email(records) if blake2b(record.encode()).digest()[0] % 5 == 0}
    spoilt = matched(blanked(records, "email", spoilt_ones), whole.model)
    truly = sum(
        len(whole.customers[record]) > 1 and spoilt.customers[record].isdisjoint(whole.customers[record] - {record})
        for record in spoilt_ones
    )
    costs = measure_costs(spoilt.measuring(1_000, "email"), records["delivered_at"][0])
    low, count, high = (float(costs[name].sum()) for name in ("n_unmatched_low", "n_unmatched", "n_unmatched_high"))
    assert truly >= 5
    assert low <= truly <= high
    assert count == pytest.approx(truly, rel=0.5)
    assert high < len(spoilt_ones)


def test_costs_have_the_columns_of_their_table_and_leave_nothing_behind(whole: Base) -> None:
    before = whole.con.execute("select table_name from duckdb_tables() order by 1").fetchall()
    measuring = replace(whole.measuring(10, "email", "phone"), expected=frozenset({("erp", "email"), ("erp", "phone")}))
    costs = measure_costs(
        measuring, whole.con.execute("select max(delivered_at) from standardised_records").fetchall()[0][0]
    )
    assert costs.columns == [name for name in DEFECT_COSTS if name != "run_id"]
    assert costs.select("source_system", "field").unique().sort("field").rows() == [("erp", "email"), ("erp", "phone")]
    assert whole.con.execute("select table_name from duckdb_tables() order by 1").fetchall() == before
