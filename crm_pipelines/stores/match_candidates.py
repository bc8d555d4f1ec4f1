"""Records of a publication that a new record would be compared with, were it delivered: those on its blocking keys."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from crm_pipelines.matching.blocking import blocking_texts
from crm_pipelines.matching.direct import PairScore, pair_features, score_features
from crm_pipelines.matching.features import base_features
from crm_pipelines.matching.key_hashing import hashed
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.standardise.interpretation import Interpretation
from crm_pipelines.stores.customer_file import names_of
from crm_pipelines.stores.foresight import CustomersWith
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.statements import statement

MOST_COMPARED = 300
"""Of a record with very many candidates those are compared that share most keys with it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A customer that a new record may belong to, by its record that speaks loudest for it."""

    golden_id: str
    record_id: str
    display_name: str | None
    score: PairScore


def best_customers(
    con: duckdb.DuckDBPyConnection,
    evidence: PairEvidence,
    customers_with: CustomersWith,
    reading: Interpretation,
    most: int,
) -> tuple[list[Scored], int]:
    """The customers a new record may belong to, the most probable first, and how many records were compared.

    What matching would not even keep (below the floor) is left out. How shared contact points are is counted over the
    publication, without the new record.

    Args:
        con: the publication.
        evidence: of the same publication.
        customers_with: likewise, some records -> golden id -> the live records of the customers that hold them.
        reading: of one row, with one observation or more; the row's own is matched.
        most: so many customers at most.
    """
    record, model = reading.records[0], evidence.model
    kind = CustomerType(record["customer_type"])
    records = evidence.records(_candidates(con, record, kind))
    shares = evidence.shares([record, *records.values()])
    homes = {name: golden_id for golden_id, names in customers_with(list(records)).items() for name in names}
    asked = pair_features(record, kind, model, shares)
    best: dict[str, Scored] = {}
    for name, other in records.items():
        score = score_features(asked, pair_features(other, kind, model, shares), kind, model)
        golden_id = homes.get(name)
        if golden_id is None or score.match_weight < model.types[kind].thresholds.floor:
            continue
        before = best.get(golden_id)
        if before is None or _order(before) > (-score.match_weight, name):
            best[golden_id] = Scored(golden_id, name, None, score)
    found = sorted(best.values(), key=_order)[:most]
    names = names_of(con, [one.golden_id for one in found])
    return [replace(one, display_name=names.get(one.golden_id)) for one in found], len(records)


def _order(scored: Scored) -> tuple[float, str]:
    return -scored.score.match_weight, scored.record_id


def _candidates(con: duckdb.DuckDBPyConnection, record: Mapping[str, Any], kind: CustomerType) -> list[str]:
    texts = blocking_texts(base_features(record, kind), kind)
    if not texts:
        return []
    rows = con.execute(
        statement("records_on_keys").replace("/* key */", hashed("text")),
        {"texts": list(texts), "caps": [rule.cap for rule in texts.values()], "n_most": MOST_COMPARED},
    ).fetchall()
    return [name for (name,) in rows]
