"""A model version: everything that was learned, frozen, with an id that is the hash of its content.

The weight of a level is log2(m / u): how much likelier the level is among pairs of one customer (m) than among pairs of
two (u). A level with a term frequency replaces u by the frequency of the value the two records share, so that a rare
name weighs more than a common one; a value the frozen tables lack counts as frequent as the table's floor.
Only the ratio of m and u enters a weight; both are scaled per comparison.
"""

import gzip
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from crm_pipelines.matching.blocking import RULES
from crm_pipelines.matching.contact_shares import MOST_NAMES
from crm_pipelines.matching.features import FEATURES
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import ContractError

_FREQUENCIES_FILE = "frequencies.tsv.gz"
_STOP_VALUES_FILE = "stop_values.json"
_ORIGIN_FILE = "origin.json"
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class LevelProbabilities:
    """How likely a level is among pairs of one customer (`m`) and of two (`u`)."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """log2(m / u)."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Match weights (log2 odds, prior included) at which the bands begin and what is kept.

    Attributes:
        auto_match: from here on AUTO_MATCH.
        review: from here on REVIEW; below NON_MATCH.
        floor: pairs below are not stored.
        contradiction_floor: contradicting pairs are stored from here on.
    """

    auto_match: float
    review: float
    floor: float
    contradiction_floor: float


@dataclass(frozen=True, slots=True)
class TypeModel:
    """What was learned for one customer type.

    Attributes:
        prior_log2_odds: of two records taken at random being one customer. A project estimates its own from its
            records (`prior_estimate.py`), beginning at the shipped one.
        levels: comparison name -> level name -> probabilities; every declared level is there.
        frequency_floors: term-frequency table -> the frequency of a value it lacks.
    """

    prior_log2_odds: float
    thresholds: Thresholds
    levels: Mapping[str, Mapping[str, LevelProbabilities]]
    frequency_floors: Mapping[str, float]

    @property
    def prior_probability(self) -> float:
        """The prior as a probability."""
        return 1.0 / (1.0 + math.exp2(-self.prior_log2_odds))


@dataclass(frozen=True)
class ModelVersion:
    """What was learned of both customer types.

    Attributes:
        types: their models.
        frequencies: term-frequency table -> value -> frequency.
        stop_values: canonical field -> keys that are nobody's.
        origin: how it was trained, on what (a hash) and from which version, as JSON; empty for one that was not.
    """

    types: Mapping[CustomerType, TypeModel]
    frequencies: Mapping[str, Mapping[str, float]]
    stop_values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    origin: str = ""

    @cached_property
    def id(self) -> str:
        """16 hex digits of the hash of the content and of the rules it was learned for."""
        digest = hashlib.sha256(_declared_rules().encode())
        for name, content in sorted(self._plain_files().items()):
            digest.update(name.encode() + b"\x00" + content + b"\x00")
        return digest.hexdigest()[:_ID_LENGTH]

    def frequency(self, customer_type: CustomerType, table: str, value: str) -> float:
        """The frozen frequency of a value, at least the floor."""
        floor = self.types[customer_type].frequency_floors[table]
        return max(floor, self.frequencies.get(table, {}).get(value, floor))

    def to_files(self) -> dict[str, bytes]:
        """File name -> content; the same version always gives the same bytes."""
        files = self._plain_files()
        plain = files.pop(_FREQUENCIES_FILE)
        return files | {_FREQUENCIES_FILE: gzip.compress(plain, mtime=0)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "ModelVersion":
        """Read what `to_files` wrote.

        Raises:
            ContractError: a file is missing, or a declared level has no probabilities.
        """
        try:
            types = {kind: _read_type(json.loads(files[f"{kind.value}.json"])) for kind in CustomerType}
            frequencies = _read_frequencies(gzip.decompress(files[_FREQUENCIES_FILE]).decode())
        except KeyError as missing:
            raise ContractError("model.incomplete", missing=str(missing)) from missing
        for kind, model in types.items():
            _check_levels(kind, model)
        stop_values = json.loads(files.get(_STOP_VALUES_FILE, b"{}"))
        origin = files.get(_ORIGIN_FILE, b"").decode()
        return cls(types, frequencies, {name: frozenset(keys) for name, keys in stop_values.items()}, origin)

    def _plain_files(self) -> dict[str, bytes]:
        files = {f"{kind.value}.json": _write_type(model) for kind, model in self.types.items()}
        lines = [
            f"{table}\t{value}\t{frequency!r}\n"
            for table, values in sorted(self.frequencies.items())
            for value, frequency in sorted(values.items())
        ]
        files[_FREQUENCIES_FILE] = "".join(lines).encode()
        if self.stop_values:
            sorted_values = {name: sorted(keys) for name, keys in sorted(self.stop_values.items())}
            files[_STOP_VALUES_FILE] = (json.dumps(sorted_values, indent=1, ensure_ascii=False) + "\n").encode()
        if self.origin:
            files[_ORIGIN_FILE] = self.origin.encode()
        return files


def with_thresholds(
    model: ModelVersion, customer_type: CustomerType, auto_match: float | None, review: float | None
) -> ModelVersion:
    """The same model with a project's own thresholds for one type (None keeps the model's): another version and id."""
    old = model.types[customer_type]
    thresholds = replace(
        old.thresholds,
        auto_match=old.thresholds.auto_match if auto_match is None else auto_match,
        review=old.thresholds.review if review is None else review,
    )
    return replace(model, types={**model.types, customer_type: replace(old, thresholds=thresholds)})


def with_priors(model: ModelVersion, priors: Mapping[CustomerType, float]) -> ModelVersion:
    """The same model with other priors (log2 odds); a type that is not named keeps its own."""
    types = {
        kind: replace(old, prior_log2_odds=priors.get(kind, old.prior_log2_odds)) for kind, old in model.types.items()
    }
    return replace(model, types=types)


def priors_of(model: ModelVersion) -> dict[str, float]:
    """Customer type -> its prior (log2 odds)."""
    return {kind.value: one.prior_log2_odds for kind, one in model.types.items()}


def with_stop_values(model: ModelVersion, learned: Mapping[str, Iterable[str]]) -> ModelVersion:
    """The same model with more stop values; those it has stay, for their keys show in no record any more."""
    fields = sorted({*model.stop_values, *learned})
    stop_values = {name: model.stop_values.get(name, frozenset()) | frozenset(learned.get(name, ())) for name in fields}
    return replace(model, stop_values={name: keys for name, keys in stop_values.items() if keys})


def _declared_rules() -> str:
    """The declarations in the code that a model was learned for; a change of one makes another version."""
    features = [(feature.name, feature.sql) for features in FEATURES.values() for feature in features]
    return repr((COMPARISONS, RULES, MOST_NAMES, features))


def _write_type(model: TypeModel) -> bytes:
    return (json.dumps(asdict(model), indent=1, ensure_ascii=False) + "\n").encode()


def _read_type(content: Mapping[str, Any]) -> TypeModel:
    levels = {
        comparison: {name: LevelProbabilities(**values) for name, values in named.items()}
        for comparison, named in content["levels"].items()
    }
    return TypeModel(
        content["prior_log2_odds"],
        Thresholds(**content["thresholds"]),
        levels,
        content["frequency_floors"],
    )


def _read_frequencies(text: str) -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        table, value, frequency = line.split("\t")
        tables.setdefault(table, {})[value] = float(frequency)
    return tables


def _check_levels(kind: CustomerType, model: TypeModel) -> None:
    for comparison in COMPARISONS[kind]:
        for level in comparison.levels:
            if level.name not in model.levels.get(comparison.name, {}):
                raise ContractError("model.untrained_level", comparison=comparison.name, level=level.name)
