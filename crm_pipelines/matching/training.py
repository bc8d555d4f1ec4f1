# ruff: noqa: S608 - the statements are built from constant names; values are bound
"""Train a model version on a project's own records, beginning at the one at hand, and say what became of it.

Nothing here puts a model to use: it is frozen whole (weights, prior, term frequencies, thresholds and stop values as
they were) with the hash of what it was trained on, and whoever asked decides.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from crm_pipelines.matching.levels import COMPARISONS, NULL_LEVEL
from crm_pipelines.matching.match_input import create_match_inputs
from crm_pipelines.matching.model_version import LevelProbabilities, ModelVersion, TypeModel
from crm_pipelines.matching.training_data import drop_training_data, stage_training_data
from crm_pipelines.matching.training_estimates import N_PASSES, Estimate, estimate, pairs_by_pass
from crm_pipelines.matching.training_frequencies import learned_frequencies
from crm_pipelines.matching.training_guard import Behaviour, behaviour, objections
from crm_pipelines.matching.training_labels import LabelledPair, are_enough, refined_by_labels
from crm_pipelines.matching.training_scores import scores_of
from crm_pipelines.matching.training_shrinkage import limited, shrunk
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import Fault

_DECIMALS = 4  # of a weight in bits
_DIGITS = 6  # of a probability


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of two records whose content is still what was shown.

    Attributes:
        record_ids: the two, in any order.
        is_same: same or different.
        is_control: drawn to measure with; such a pair teaches nothing, so that it can judge.
    """

    record_ids: tuple[str, str]
    is_same: bool
    is_control: bool


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What a training begins with.

    Attributes:
        start: whose weights are refined: the shipped ones, so that training again and again moves nothing further.
        in_use: the model that a trained one would replace.
        answers: of people.
        seed: of the random pairs.
        n_random_pairs: most random pairs of each customer type.
    """

    start: ModelVersion
    in_use: ModelVersion
    answers: Sequence[Answer] = ()
    seed: int = 1
    n_random_pairs: int = 1_000_000


@dataclass(frozen=True, slots=True)
class TypeTraining:
    """What became of one customer type.

    Attributes:
        n_pairs_by_pass: what the pairs of a pass agree on -> pairs in it.
        estimate: None where there was too little to learn from; the type then keeps its weights.
        n_labels: answers that refined the weights; 0 where there were not enough.
        before: what the model in use does with the candidates.
        after: what the trained one does.
        objections: what speaks against using it.
    """

    n_pairs_by_pass: Mapping[str, int]
    estimate: Estimate | None
    n_labels: int
    before: Behaviour
    after: Behaviour
    objections: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Training:
    """A trained model and how it came about; `model` is `start` when no type had enough to learn from."""

    model: ModelVersion
    start: ModelVersion
    types: Mapping[CustomerType, TypeTraining]
    data_hash: str

    @property
    def is_new(self) -> bool:
        """Whether anything was learned."""
        return any(one.estimate is not None or one.n_labels for one in self.types.values())


def train(con: duckdb.DuckDBPyConnection, plan: TrainingPlan) -> Training:
    """Train on the records of a publication.

    Args:
        con: the publication; temporary tables are made on it and dropped again.
        plan: what to begin with.

    Raises:
        ContractError: `model.untrained_level`.
    """
    try:
        return _train(con, plan)
    finally:
        drop_training_data(con)


def _train(con: duckdb.DuckDBPyConnection, plan: TrainingPlan) -> Training:
    start = plan.start
    data = stage_training_data(con, start, seed=plan.seed, n_random_pairs=plan.n_random_pairs)
    keys = dict(con.execute("select record_id, record_key from temp.standardised_records").fetchall())
    passes = {kind: pairs_by_pass(con, kind) for kind in CustomerType}
    estimates = {
        kind: estimate(con, kind, start, passes[kind]) if len(passes[kind]) == N_PASSES else None
        for kind in CustomerType
    }
    before = _behaviours(con, plan.in_use, plan, keys)
    model = _refined(start, estimates)
    if model is not start:
        customers = f"(select record_id, golden_id from {_database(con)}.main.crosswalk where valid_to is null)"
        model = replace(model, frequencies=learned_frequencies(con, start, customers))
    create_match_inputs(con, "temp.match_records", model)
    model, n_labels = _with_answers(con, model, plan, keys)
    after = _behaviours(con, model, plan, keys)
    types = {
        kind: TypeTraining(
            n_pairs_by_pass=passes[kind],
            estimate=estimates[kind],
            n_labels=n_labels[kind],
            before=before[kind],
            after=after[kind],
            objections=objections(kind, before[kind], after[kind]),
        )
        for kind in CustomerType
    }
    training = Training(model, start, types, data.data_hash)
    return replace(training, model=replace(model, origin=_origin(plan, training))) if training.is_new else training


def refined(kind: CustomerType, old: TypeModel, found: Estimate) -> TypeModel:
    """The weights of a type, moved as far as the estimate carries."""
    levels: dict[str, dict[str, LevelProbabilities]] = {}
    for comparison in COMPARISONS[kind]:
        levels[comparison.name] = {}
        for level in comparison.levels:
            known = old.levels[comparison.name][level.name]
            estimated = found.levels[comparison.name][level.name]
            count = found.counts[comparison.name][level.name]
            move = shrunk(known.weight, estimated.weight, count.same, count.different)
            # Rounded, for sums over several threads differ in their last digits, and with them the version's id.
            weight = round(limited(level, known.weight, move), _DECIMALS) if move else known.weight
            m = float(f"{estimated.m:.{_DIGITS}g}")
            levels[comparison.name][level.name] = LevelProbabilities(m, m / 2.0**weight)
    return replace(old, levels=levels)


def _refined(start: ModelVersion, estimates: Mapping[CustomerType, Estimate | None]) -> ModelVersion:
    types = dict(start.types)
    for kind, found in estimates.items():
        if found is not None:
            types[kind] = refined(kind, types[kind], found)
    return start if types == dict(start.types) else replace(start, types=types)


def _with_answers(
    con: duckdb.DuckDBPyConnection, model: ModelVersion, plan: TrainingPlan, keys: Mapping[str, int]
) -> tuple[ModelVersion, dict[CustomerType, int]]:
    """The model refined by the answers that are not for control, and how many did so by type."""
    answers = {_pair(one, keys): one.is_same for one in plan.answers if not one.is_control and _is_known(one, keys)}
    counts = dict.fromkeys(CustomerType, 0)
    for kind in CustomerType:
        pairs = _labelled(con, kind, model, answers) if answers else []
        if are_enough(pairs):
            counts[kind] = len(pairs)
            model = replace(model, types={**model.types, kind: refined_by_labels(kind, model.types[kind], pairs)})
    return model, counts


def _labelled(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, model: ModelVersion, answers: Mapping[tuple[int, int], bool]
) -> list[LabelledPair]:
    con.execute(
        f"create or replace temp table answered_{kind} as select l as record_key_l, r as record_key_r, "
        "row_number() over () - 1 as place from (select unnest(?) as l, unnest(?) as r) a "
        f"semi join match_input_{kind} m on m.record_key = a.l",
        [[left for left, _ in answers], [right for _, right in answers]],
    ).fetchall()
    columns = ", ".join(comparison.column for comparison in COMPARISONS[kind])
    with scores_of(con, kind, model, f"answered_{kind}") as scores:
        rows = con.execute(
            f"select record_key_l, record_key_r, match_weight, {columns} from {scores} order by all"
        ).fetchall()
    con.execute(f"drop table temp.answered_{kind}").fetchall()
    return [
        LabelledPair(_levels(kind, numbers), weight, answers[left, right]) for left, right, weight, *numbers in rows
    ]


def _levels(kind: CustomerType, numbers: Sequence[int]) -> dict[str, str]:
    found = {}
    for comparison, number in zip(COMPARISONS[kind], numbers, strict=True):
        level = comparison.level_of(number)
        if number != NULL_LEVEL and level is not None:
            found[comparison.name] = level.name
    return found


def _behaviours(
    con: duckdb.DuckDBPyConnection, model: ModelVersion, plan: TrainingPlan, keys: Mapping[str, int]
) -> dict[CustomerType, Behaviour]:
    create_match_inputs(con, "temp.match_records", model)
    return {kind: behaviour(con, kind, model, _controls(plan, keys)) for kind in CustomerType}


def _controls(plan: TrainingPlan, keys: Mapping[str, int]) -> dict[tuple[int, int], bool]:
    return {_pair(one, keys): one.is_same for one in plan.answers if one.is_control and _is_known(one, keys)}


def _is_known(answer: Answer, keys: Mapping[str, int]) -> bool:
    return all(record_id in keys for record_id in answer.record_ids)


def _pair(answer: Answer, keys: Mapping[str, int]) -> tuple[int, int]:
    left, right = sorted(keys[record_id] for record_id in answer.record_ids)
    return left, right


def _database(con: duckdb.DuckDBPyConnection) -> str:
    return str(con.execute("select current_database()").fetchall()[0][0])


def _origin(plan: TrainingPlan, training: Training) -> str:
    """How the model was made, as JSON; the same records, answers and start always give the same text."""
    types = {
        kind.value: {
            "n_pairs_by_pass": {what.format(side=""): n for what, n in one.n_pairs_by_pass.items()},
            "is_refined": one.estimate is not None,
            "n_labels": one.n_labels,
        }
        for kind, one in training.types.items()
    }
    content = {
        "started_from": plan.start.id,
        "data_hash": training.data_hash,
        "n_answers": len(plan.answers),
        "seed": plan.seed,
        "n_random_pairs": plan.n_random_pairs,
        "types": types,
    }
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
