# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Everything a publication and its model say about a pair of records, so that its score can be told again exactly."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, TypeAlias

import duckdb

from crm_pipelines.clustering.partition import Edge
from crm_pipelines.matching.blocking import blocking_keys_sql, features_in_keys
from crm_pipelines.matching.contact_shares import CONTACT_POINTS, Shares, bucket_of, contact_hash_sql, contact_keys
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

RecordIndex: TypeAlias = Callable[[Sequence[str]], dict[str, dict[str, Any]] | None]
"""Record ids -> rows of `standardised_records`; None where it does not know the publication."""


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

    Args:
        con: the publication.
        model: of the scores.
        model_version: its name.
        index: where the publication's records are at hand; None: in the publication alone.

    Attributes:
        model: its thresholds are those that counted in the project.
        model_version: its name.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, model: ModelVersion, model_version: str, index: RecordIndex | None = None
    ) -> None:
        self._con = con
        self._index = index
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
        return cls(con, *scored_with(con, models))

    def record(self, record_id: str) -> dict[str, Any]:
        """A row of `standardised_records`."""
        return self.records([record_id])[record_id]

    def records(self, record_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Rows of `standardised_records` by record id; ids that are not there are left out."""
        asked = sorted(set(record_ids))
        if not asked:
            return {}
        marks = ", ".join("?" * len(asked))  # a list of constants lets the database pass over what cannot hold them
        indexed = None if self._index is None else self._index(asked)
        if indexed is not None:
            return indexed
        found = self._con.execute(
            f"select * from standardised_records where record_id in ({marks}) order by record_id", asked
        )
        columns = [column[0] for column in found.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
        return {row["record_id"]: row for row in rows}

    def shares(self, records: Sequence[Mapping[str, Any]]) -> Shares:
        """How shared the contact points of some records are, counted over the whole publication as matching does."""
        return {point: bucket_of(n_names) for point, n_names in self.name_counts(records).items()}

    def name_counts(self, records: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
        """(kind, contact key) of the contact points of some records -> how many different names stand on it."""
        found: set[tuple[str, str]] = set()
        for record in records:
            kind = CustomerType(record["customer_type"])
            found |= contact_keys(base_features(record, kind), kind)
        points = sorted(found)
        rows = self._con.execute(
            statement("names_on_contacts").replace("/* contact */", contact_hash_sql("kind", "contact_key")),
            {"kinds": [kind for kind, _ in points], "contact_keys": [key for _, key in points]},
        ).fetchall()
        return {(kind, key): int(n_names) for kind, key, n_names in rows}

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
        kind = CustomerType(self.record(left)["customer_type"])
        self._con.execute(
            "create or replace temp table compared_features as select if(r.record_id = $1, 1, 2) as record_key, "
            f"r.customer_type, {base_features_sql(kind, features_in_keys(kind))} "
            f"from {self._database}.main.standardised_records as r where r.record_id in ($1, $2)",
            [left, right],
        )
        keys = blocking_keys_sql("temp.compared_features", kind)
        self._con.execute(f"create or replace temp table blocking_keys as {keys}")
        self._con.execute(
            f"create or replace temp table key_counts as select any_value(customer_type) as customer_type, "
            f"any_value(rule) as rule, key, cast(count(*) as integer) as n_records "
            f"from {self._database}.main.blocking_keys semi join temp.blocking_keys as own using (key) group by key"
        )
        return rule_traces(self._con, 1, 2)

    def best_pair(self, lefts: Sequence[str], rights: Sequence[str]) -> tuple[str, str] | None:
        """The pair that speaks loudest for one customer: the heaviest stored one, else the heaviest of all.

        Returns:
            One record of each side; None when no two records of the sides are of one customer type.
        """
        is_choice = len(lefts) > 1 or len(rights) > 1
        sides = {"lefts": list(lefts), "rights": list(rights)}
        stored = self._con.execute(statement("best_stored_pair"), sides).fetchall() if is_choice else []
        if stored:
            one, other = stored[0]
            return (one, other) if one in lefts and other in rights else (other, one)
        records = self.records({*lefts, *rights})
        if not is_choice:
            types = {record["customer_type"] for record in records.values()}
            return (lefts[0], rights[0]) if len(records) == 2 and len(types) == 1 else None
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
               where record_id_l in (select unnest(cast($members as varchar[])))
                   and record_id_r in (select unnest(cast($members as varchar[]))) and band = $band
               order by record_id_l, record_id_r""",
            {"members": list(members), "band": Band.AUTO_MATCH.value},
        ).fetchall()
        return [Edge(left, right, weight) for left, right, weight in rows]


def scored_with(con: duckdb.DuckDBPyConnection, models: ModelStore) -> tuple[ModelVersion, str]:
    """The model version that scored the pairs of a publication, and its name.

    Raises:
        StoreError: `store.no_model`, `store.damaged_file`.
    """
    found = con.execute("select model_version from scored_pairs limit 1").fetchall()
    version = str(found[0][0]) if found else models.current()
    if version is None:  # no pair was ever stored, and the project uses the version that ships
        return shipped_model(), shipped_model().id
    return ModelVersion.from_files(models.load(version)), version


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
