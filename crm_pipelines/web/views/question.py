"""One question as its page shows it: both sides, field by field, with the evidence beside the value it speaks of."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from crm_pipelines.matching.explanation_waterfall import Step, Waterfall, rarity, waterfall
from crm_pipelines.matching.shown_values import values_shown
from crm_pipelines.model.enums import QuestionKind
from crm_pipelines.model.errors import Fault
from crm_pipelines.model.ids import system_of
from crm_pipelines.standardise.value_differences import Difference, Piece, differences
from crm_pipelines.stores.review_desk import QueuedQuestion
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views.fall import Axis, Bar

# The same place every time; what is not named here follows.
_ORDER = ("name", "organisation_name", "birth_date", "corporate_number", "phone", "email", "address", "company")
_FIXED = frozenset({"birth_date", "corporate_number", "phone"})
_NAMES: Mapping[str, tuple[str, str]] = {
    "name": ("name", "name_kana"),
    "organisation_name": ("organisation_name", "organisation_name_kana"),
}
# Comparison -> canonical fields of its values as the source wrote them; the first that is there stands for the rest.
_RAW: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "name": (("name",), ("family_name", "given_name")),
    "organisation_name": (("organisation_name",),),
    "company": (("organisation_name",),),
    "birth_date": (("birth_date",),),
    "corporate_number": (("corporate_number",),),
    "phone": (("phone",),),
    "email": (("email",),),
    "address": (("postal_code", "address", "building"),),
}
_SPEAKS = 1.0


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two customers.

    Attributes:
        letter: A or B.
        golden_ids: whom its records belong to as published.
        records: (record id as the reader sees it, source) of each.
        shown: the record that is compared, likewise.
    """

    letter: str
    golden_ids: tuple[str, ...]
    records: tuple[tuple[str, str], ...]
    shown: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both sides.

    Attributes:
        field: code of its name.
        left: the value of A in pieces; empty when it says nothing.
        right: of B.
        sentence: the evidence; None where a row only shows values.
        rarity: why it counts much or little, or None.
        weight: what it adds; None where it adds nothing.
        bar: None without a weight.
        stands_at: without a bar, where the sum of the rows above stands.
        is_name: shown larger.
        raw_left: as the source of A wrote it, where that differs from what is shown; else None.
        raw_right: of B.
    """

    field: str
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    sentence: Fault | None
    rarity: Fault | None = None
    weight: float | None = None
    bar: Bar | None = None
    stands_at: float = 0.0
    is_name: bool = False
    raw_left: str | None = None
    raw_right: str | None = None

    @property
    def direction(self) -> str:
        """What the evidence speaks for."""
        if self.weight is None or abs(self.weight) < 0.05:
            return "neutral"
        return "for" if self.weight > 0 else "against"


@dataclass(frozen=True, slots=True)
class QuestionView:
    """All of one question.

    Attributes:
        question: as it stands in the queue.
        sides: A and B.
        rows: the prior first, then the fields.
        match_weight: of the two records that are compared.
        auto_match, review: the thresholds.
        agreeing: codes of fields that speak clearly for one customer, in order of the rows.
        against: the sentence that speaks most clearly against, or None.
        held_by: further sentences for which a person is needed, whatever the weight.
        axis: of the weights.
    """

    question: QueuedQuestion
    sides: tuple[Side, Side]
    rows: tuple[Row, ...]
    match_weight: float
    auto_match: float
    review: float
    agreeing: tuple[str, ...]
    against: Fault | None
    held_by: tuple[Fault, ...]
    axis: Axis

    @property
    def probability(self) -> float:
        """Of being one customer."""
        return 1.0 / (1.0 + math.exp2(-self.match_weight))

    @property
    def auto_match_at(self) -> float:
        """On the axis."""
        return self.axis.place(self.auto_match)

    @property
    def review_at(self) -> float:
        """On the axis."""
        return self.axis.place(self.review)

    @property
    def total_at(self) -> float:
        """On the axis."""
        return self.axis.place(self.match_weight)

    @property
    def zero_at(self) -> float:
        """On the axis."""
        return self.axis.place(0.0)


def question_view(look: Look, question: QueuedQuestion, sight: Sight) -> QuestionView:
    """Work a question out.

    Args:
        look: at the publication.
        question: of its queue.
        sight: what the reader sees of values.
    """
    evidence = look.evidence
    lefts, rights = question.record_ids_left, question.record_ids_right
    left, right = look.best_pair(question) or (lefts[0], rights[0])
    records = evidence.records([left, right])
    pair = records[left], records[right]
    score, names = evidence.score_with_names(*pair)
    fall = waterfall(score, evidence.model)
    steps = _in_order(fall)
    sums = accumulate((score.prior_weight, *(step.weight for step in steps if step.is_compared)))
    axis = Axis.over((*sums, fall.review, fall.auto_match))
    rows = tuple(_rows(fall.steps[0], steps, axis=axis, pair=pair, names=names, sight=sight))
    is_partial = bool(sight.masked) or not all(sight.sees_source(record["source_system"]) for record in pair)
    clear = [row for row in rows if row.weight is not None and row.field != "cli.comparison.prior"]
    lightest = min(clear, key=lambda row: row.weight or 0.0, default=None)
    against = lightest.sentence if lightest is not None and (lightest.weight or 0.0) <= -_SPEAKS else None
    return QuestionView(
        question=question,
        sides=_sides(look, question, (left, right), sight),
        rows=rows,
        match_weight=score.match_weight,
        auto_match=fall.auto_match,
        review=fall.review,
        agreeing=tuple(row.field for row in clear if (row.weight or 0.0) >= _SPEAKS),
        against=against,
        held_by=tuple(_told(step.sentence, is_partial) for step in fall.held_by if step.sentence != against),
        axis=axis,
    )


def title_code(question: QueuedQuestion) -> str:
    """The question as a heading."""
    return f"web.question.{'confirm' if question.kind is QuestionKind.CONFIRM else question.customer_type.value}"


def _sides(look: Look, question: QueuedQuestion, shown: Sequence[str], sight: Sight) -> tuple[Side, Side]:
    both = (question.record_ids_left, question.record_ids_right)
    customers = look.customers_with([*both[0], *both[1]])
    homes = {record: golden_id for golden_id, records in customers.items() for record in records}
    left, right = (
        _side(letter, {record: homes[record] for record in sorted(side) if record in homes}, compared, sight)
        for letter, side, compared in zip("AB", both, shown, strict=True)
    )
    return left, right


def _side(letter: str, homes: Mapping[str, str], shown: str, sight: Sight) -> Side:
    golden_ids = tuple(dict.fromkeys(homes.values()))
    records = tuple((sight.record(record), system_of(record)) for record in homes)
    return Side(letter, golden_ids, records, sight.record(shown))


def _in_order(fall: Waterfall) -> list[Step]:
    """The comparisons of a waterfall as the rows show them."""
    named = {step.comparison: step for step in fall.steps if step.comparison is not None}
    order = sorted(named, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    return [named[name] for name in order]


def _rows(  # noqa: PLR0913 - what a comparison consists of, by name
    prior: Step,
    steps: Sequence[Step],
    *,
    axis: Axis,
    pair: tuple[Mapping[str, Any], Mapping[str, Any]],
    names: Mapping[str, int],
    sight: Sight,
) -> Iterator[Row]:
    """The prior, then every comparison that anything can be shown of, each beginning where the one before it ended."""
    total = prior.weight
    yield Row("cli.comparison.prior", (), (), prior.sentence, None, total, axis.bar(0.0, total))
    for step in steps:
        name = step.comparison or ""
        first, *others = _values(name, pair, sight)
        if not any(first) and not step.is_compared:
            continue
        begin, total = total, total + (step.weight if step.is_compared else 0.0)
        raw_left, raw_right = (
            None if sight.is_partial else _raw(name, record, side) for record, side in zip(pair, first, strict=True)
        )
        is_masked = sight.is_masked(name) or not all(sight.sees_source(record["source_system"]) for record in pair)
        yield Row(
            field=f"cli.comparison.{name}",
            left=first[0],
            right=first[1],
            sentence=_told(step.sentence, is_masked) if step.is_compared else Fault("explain.silent"),
            rarity=rarity(step, names),
            weight=step.weight if step.is_compared else None,
            bar=axis.bar(begin, total) if step.is_compared else None,
            stands_at=axis.place(total),
            is_name=name in _NAMES,
            raw_left=raw_left,
            raw_right=raw_right,
        )
        for reading in others:
            if any(reading):
                yield Row("label.field.name_kana", *reading, None, stands_at=axis.place(total))


def _told(sentence: Fault, is_masked: bool) -> Fault:
    """The evidence; where values are masked, no sentence that quotes them."""
    quotes = any(isinstance(fact, str) for fact in sentence.facts.values())
    return Fault("web.masked.evidence") if is_masked and quotes else sentence


def _values(
    comparison: str, pair: tuple[Mapping[str, Any], Mapping[str, Any]], sight: Sight
) -> list[tuple[tuple[Piece, ...], tuple[Piece, ...]]]:
    """The values of a comparison on both sides; of a name its reading apart."""
    if comparison in _NAMES:
        found = [[str(record.get(column) or "") for record in pair] for column in _NAMES[comparison]]
    else:
        found = [[values_shown(comparison, record) or "" for record in pair]]
    sources = [record.get("source_system") for record in pair]
    return [_compared(comparison, values, sources, sight) for values in found]


def _raw(comparison: str, record: Mapping[str, Any], shown: Sequence[Piece]) -> str | None:
    """The source's own text of a comparison's values; None where it is just what is shown."""
    texts: Mapping[str, object] = json.loads(record.get("raw_values") or "{}")
    for fields in _RAW.get(comparison, ()):
        found = " ".join(str(texts[name]) for name in fields if texts.get(name))
        if found:
            return None if found == "".join(piece.text for piece in shown) else found
    return None


def _compared(
    comparison: str, values: Sequence[str], sources: Sequence[str | None], sight: Sight
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both values in pieces; where a reader sees a part of them, what differs is not marked: it would tell the rest."""
    shown = [sight.value(comparison, value, source) for value, source in zip(values, sources, strict=True)]
    if shown == list(values):
        return differences(shown[0], shown[1], is_fixed=comparison in _FIXED)
    left, right = ((Piece(value, Difference.SAME),) if value else () for value in shown)
    return left, right
