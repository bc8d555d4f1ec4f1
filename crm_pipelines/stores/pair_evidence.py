# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Everything a publication and its model say about a pair of records, so that its score can be told again exactly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

import duckdb

from crm_pipelines.clustering.partition import Edge
from crm_pipelines.matching.contact_shares import CONTACT_POINTS, NAMED_FEATURES, Shares, bucket_of, contact_names_sql
from crm_pipelines.matching.direct import PairScore, score_pair
from crm_pipelines.matching.explanation import RuleTrace, rule_traces
from crm_pipelines.matching.features import base_features, base_features_sql
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import Band, CustomerType
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.statements import statement

# Of two large customers without a stored pair between them so many pairs are scored at most to find the best.
_MOST_PAIRS_TRIED = 400


@dataclass(frozen=True, slots=True)
class StoredPair:
    """A row of `scored_pairs`; `levels` maps comparison names to level numbers."""

    match_weight: float
    match_probability: float
    band: str
    model_version: str
    levels: Mapping[str, int]

    def agrees_with(self, score: PairScore, within: float = 1e-9) -> bool:
        """Whether a score is the stored one."""
        return self.levels == score.levels and abs(self.match_weight - score.match_weight) <= within


class PairEvidence:
    """A publication and the model version its pairs were scored with.

    Attributes:
        model: its thresholds are those that counted in the project.
        model_version: its name.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, model: ModelVersion, model_version: str) -> None:
        self._con = con
        self._database = str(con.execute("select current_database()").fetchall()[0][0])
        self.model = model
        self.model_version = model_version

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, models: ModelStore) -> "PairEvidence":
        """The evidence in a publication, with the very version its pairs were scored with.

        Args:
            con: the publication, open for reading; temporary tables are made on it.
            models: the project's model versions.

        Raises:
            StoreError: `store.no_model`, `store.damaged_file`.
        """
        found = con.execute("select model_version from scored_pairs limit 1").fetchall()
        version = str(found[0][0]) if found else models.current()
        if version is None:  # no pair was ever stored, and the project uses the version that ships
            return cls(con, shipped_model(), shipped_model().id)
        return cls(con, ModelVersion.from_files(models.load(version)), version)

    def record(self, record_id: str) -> dict[str, Any]:
        """A row of `standardised_records`."""
        return self.records([record_id])[record_id]

    def records(self, record_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Rows of `standardised_records` by record id; ids that are not there are left out."""
        found = self._con.execute(
            "select * from standardised_records where record_id in (select unnest(cast(? as varchar[]))) "
            "order by record_id",
            [list(record_ids)],
        )
        columns = [column[0] for column in found.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
        return {row["record_id"]: row for row in rows}

    def shares(self, records: Sequence[Mapping[str, Any]]) -> Shares:
        """How shared the contact points of some records are, counted over the whole publication as matching does."""
        return {point: bucket_of(n_names) for point, n_names in self.name_counts(records).items()}

    def name_counts(self, records: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
        """(kind, contact key) of the contact points of some records -> how many different names stand on it."""
        found: dict[tuple[str, str], int] = {}
        for kind in CustomerType:
            features = [base_features(record, kind) for record in records if record["customer_type"] == kind]
            keys = {
                "emails": sorted({key for each in features for key in each["emails"] or ()}),
                "phones": sorted({key for each in features for key in each["phones"] or ()}),
                "addresses": sorted({each["address_key"] for each in features if each["address_key"] is not None}),
                "names": sorted({each["bare_name"] for each in features if each.get("bare_name") is not None}),
            }
            if any(keys.values()):
                found |= self._counts_of_type(kind, keys)
        return found

    def _counts_of_type(self, kind: CustomerType, keys: Mapping[str, list[str]]) -> dict[tuple[str, str], int]:
        sharers = statement("contact_point_sharers")
        self._con.execute(
            f"create or replace temp table sharers as "
            f"select r.record_key, r.customer_type, {base_features_sql(kind, NAMED_FEATURES)} "
            f"from ({sharers}) as r",
            {"customer_type": kind.value, **keys},
        )
        rows = self._con.execute(
            f"select kind, contact_key, count(distinct name_hash) from ({contact_names_sql('temp.sharers')}) "
            "group by all order by all"
        ).fetchall()
        return {(point, key): int(n_names) for point, key, n_names in rows}

    def score(self, left: Mapping[str, Any], right: Mapping[str, Any]) -> PairScore:
        """Score two records of one customer type anew."""
        return score_pair(left, right, self.model, self.shares([left, right]))

    def names_shared(self, left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, int]:
        """Comparison -> how many different names stand on the contact point two records share; the least shared counts.

        Only what both have is there: `email`, `phone`, `address`.
        """
        return _shared(left, right, self.name_counts([left, right]))

    def score_with_names(self, left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[PairScore, dict[str, int]]:
        """`score` and `names_shared` at once: what both count in the whole publication is counted once."""
        counts = self.name_counts([left, right])
        shares = {point: bucket_of(n_names) for point, n_names in counts.items()}
        return score_pair(left, right, self.model, shares), _shared(left, right, counts)

    def stored(self, left: str, right: str) -> StoredPair | None:
        """The stored pair of two records; None when it was not compared, or found too unlike to be kept."""
        found = self._con.execute(
            "select * from scored_pairs where record_id_l = ? and record_id_r = ?", sorted((left, right))
        )
        columns = [column[0] for column in found.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
        if not rows:
            return None
        row = rows[0]
        levels = {item.name: row[item.column] for item in COMPARISONS[CustomerType(row["customer_type"])]}
        return StoredPair(row["match_weight"], row["match_probability"], row["band"], row["model_version"], levels)

    def traces(self, left: str, right: str) -> tuple[RuleTrace, ...]:
        """What each blocking rule made of two records, the nearest first."""
        keys = f"{self._database}.main.blocking_keys"
        self._con.execute(
            f"create or replace temp table blocking_keys as select if(record_id = $1, 1, 2) as record_key, "
            f"customer_type, rule, key from {keys} where record_id in ($1, $2)",
            [left, right],
        )
        self._con.execute(
            f"create or replace temp table key_counts as select customer_type, rule, key, "
            f"cast(count(*) as integer) as n_records from {keys} "
            "semi join temp.blocking_keys as own using (customer_type, rule, key) group by all"
        )
        return rule_traces(self._con, 1, 2)

    def best_pair(self, lefts: Sequence[str], rights: Sequence[str]) -> tuple[str, str] | None:
        """The pair that speaks loudest for one customer: the heaviest stored one, else the heaviest of all.

        Returns:
            One record of each side; None when no two records of the sides are of one customer type.
        """
        sides = {"lefts": list(lefts), "rights": list(rights)}
        stored = self._con.execute(statement("best_stored_pair"), sides).fetchall()
        if stored:
            one, other = stored[0]
            return (one, other) if one in lefts and other in rights else (other, one)
        records = self.records({*lefts, *rights})
        shares = self.shares(list(records.values()))
        scored = (
            (-score_pair(records[left], records[right], self.model, shares).match_weight, left, right)
            for left, right in islice(product(sorted(lefts), sorted(rights)), _MOST_PAIRS_TRIED)
            if left != right and records[left]["customer_type"] == records[right]["customer_type"]
        )
        best = min(scored, default=None)
        return None if best is None else best[1:]

    def contradictions(self, lefts: Sequence[str], rights: Sequence[str]) -> list[tuple[str, str]]:
        """The stored pairs between two sets of records that speak against one customer, the strongest first."""
        sides = {"lefts": list(lefts), "rights": list(rights)}
        rows = self._con.execute(statement("contradicting_pairs"), sides).fetchall()
        return [(left, right) for left, right, _ in rows]

    def joining_edges(self, members: Sequence[str]) -> list[Edge]:
        """The pairs among some records that join on their own."""
        rows = self._con.execute(
            """select record_id_l, record_id_r, match_weight from scored_pairs
               where list_contains($members, record_id_l) and list_contains($members, record_id_r) and band = $band
               order by record_id_l, record_id_r""",
            {"members": list(members), "band": Band.AUTO_MATCH.value},
        ).fetchall()
        return [Edge(left, right, weight) for left, right, weight in rows]


def _shared(left: Mapping[str, Any], right: Mapping[str, Any], counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    kind = CustomerType(left["customer_type"])
    sides = [base_features(record, kind) for record in (left, right)]
    found: dict[str, int] = {}
    for (point, key), n_names in counts.items():
        name = point.removeprefix(f"{kind.value}_")
        both = [_holds(features, CONTACT_POINTS[name], key) for features in sides]
        if all(both) and name not in ("room", "name"):
            found[name] = min(found.get(name, n_names), n_names)
    return found


def _holds(features: Mapping[str, Any], feature: str, key: str) -> bool:
    value = features[feature]
    return key in value if isinstance(value, list) else value == key
