"""An explanation as tables and sentences for the terminal, and as one JSON document."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from crm_pipelines.cli import explain_rows as rows
from crm_pipelines.cli.explain_bars import AGAINST, ASKED, FOR, MERGED
from crm_pipelines.cli.output import Output
from crm_pipelines.matching.explanation import verdict
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores import story_sentences as sentences
from crm_pipelines.stores.pair_stories import ClusterStory, Compared, PairStory
from crm_pipelines.stores.relatives import Relative
from crm_pipelines.stores.subjects import Subject

_RULES_SHOWN = 5
_CHAIN = ("record_a", "record_b", "match_weight", "decision_id")
_STORED = ("record_a", "record_b", "match_weight", "band")
_RELATIONSHIPS = ("customer_from", "relationship", "customer_to", "told_by", "in_common", "records")
_HISTORY = ("happened_at", "event", "reason", "n_records", "other_id")


class ExplanationReport:
    """Prints stories.

    Args:
        output: where to.
        model: the version the pairs were scored with.
        zone: of the times in it.
    """

    def __init__(self, output: Output, model: ModelVersion, zone: ZoneInfo) -> None:
        self._output = output
        self._model = model
        self._zone = zone

    def pair(self, story: PairStory) -> None:
        """Tell of two subjects, from the whole to the details of the pair that was compared."""
        self._output.value("publication", story.publication)
        for place, subject in (("A", story.left), ("B", story.right)):
            self._subject(place, subject)
        if story.is_one is None:
            return
        self._output.value("is_one_customer", story.is_one)
        self._say(sentences.conclusion(story))
        self._say(sentences.which_pair(story))
        if story.compared is not None:
            self._compared(story.compared, story.model_version)
        together = sentences.together_or_apart(story)
        self._output.value("why", _plain(together))
        self._say(together)
        self._pair_tables(story)

    def cluster(self, story: ClusterStory) -> None:
        """Tell how a customer grew."""
        self._output.value("publication", story.publication)
        self._subject("A", story.subject)
        said = sentences.growing(story)
        self._output.value("why", _plain(said))
        self._say(said)
        if story.growth is None:
            return
        grown = rows.growth_rows(story)
        if grown:
            columns = ("step", "record_a", "record_b", "by", "match_weight", "n_left", "n_right", "n_records", "bar")
            self._output.table("growth", columns, grown)
        refused = rows.refused_rows(story.refused, story.growth, story.subject.members)
        if refused:
            self._output.table("refused_unions", ("record_a", "n_records", "match_weight", "sentence"), refused)
        members = rows.member_rows(story.records)
        self._output.table("members", ("record", "name", "email", "phone"), members)
        self._relationships(story.relationships)
        self._output.table("history", _HISTORY, rows.history_rows(story.history, self._zone))

    def _subject(self, place: str, subject: Subject) -> None:
        self._output.value(place, {"id": subject.name, "golden_ids": subject.golden_ids, "records": subject.records})
        self._say(sentences.introduction(place, subject))

    def _compared(self, compared: Compared, model_version: str) -> None:
        self._output.value("score", _score(compared, model_version))
        stored = compared.stored
        self._output.value("stored_match_weight", None if stored is None else stored.match_weight)
        self._not_stored(compared)
        self._waterfall(compared)
        said = sentences.weighing(compared, verdict(compared.score, self._model), model_version)
        self._output.value("weighing", _plain(said))
        self._say(said)
        decided = rows.decision_rows(compared.ruling)
        if decided:
            self._output.table("decisions", ("decision_id", "judgement", "effect", "contradicts"), decided)

    def _waterfall(self, compared: Compared) -> None:
        if self._output.as_json:
            self._output.table("evidence", (), rows.evidence_rows(compared))
            return
        self._output.table("evidence", ("comparison", "sentence", "value_a", "value_b"), rows.value_rows(compared))
        columns = ("comparison", "level_weight", "frequency_adjustment", "rarity", "running_total", "bar")
        self._output.table("waterfall", columns, rows.waterfall_rows(compared))
        fall = compared.fall
        self._output.line(
            "explain.bar_legend",
            mark_for=FOR,
            mark_against=AGAINST,
            mark_asked=ASKED,
            mark_merged=MERGED,
            review=fall.review,
            auto_match=fall.auto_match,
        )

    def _not_stored(self, compared: Compared) -> None:
        if compared.stored is not None:
            return
        said = sentences.why_unstored(compared)
        nearest = compared.rules[0].trace.rule if compared.rules else None
        self._output.value("not_compared", {"code": said[0].code, **said[0].facts, "rule": nearest})
        self._output.value("nearest", _plain(said[1:]))
        self._say(said)
        shown = rows.rule_rows(compared.rules, _RULES_SHOWN)
        for row, rule in zip(shown, compared.rules, strict=False):
            parts = [rows.part_fault(part) for part in rule.parts]
            if self._output.as_json:
                row["parts"] = _plain(parts)  # type: ignore[assignment] # a document may hold lists
            else:
                row["parts"] = " · ".join(self._output.words("part", part) for part in parts)
        if shown:
            self._output.table("blocking_rules", ("rule", "outcome", "parts"), shown)
        if compared.path:
            self._output.table("path", _STORED, rows.path_rows(compared.left["record_id"], compared.path))
        near = rows.neighbour_rows(compared)
        if near:
            self._output.table("neighbours", _STORED, near)

    def _pair_tables(self, story: PairStory) -> None:
        if story.is_one:
            if story.chain:
                self._output.table("chain", _CHAIN, rows.chain_rows(story.chain))
            self._output.table("history", _HISTORY, rows.history_rows(story.history, self._zone))
            return
        if story.questions:
            columns = ("question_id", "kind", "reason", "match_weight")
            self._output.table("questions_between", columns, rows.question_rows(story.questions))
        self._relationships(story.relationships)

    def _relationships(self, found: Sequence[Relative]) -> None:
        if found:
            self._output.table("relationships", _RELATIONSHIPS, rows.relationship_rows(found))

    def _say(self, said: Iterable[Fault]) -> None:
        for fault in said:
            self._output.line(fault.code, **fault.facts)


def _score(compared: Compared, model_version: str) -> dict[str, object]:
    score, fall = compared.score, compared.fall
    return {
        "match_weight": score.match_weight,
        "match_probability": score.match_probability,
        "band": score.band.value,
        "is_contradiction": score.is_contradiction,
        "needs_a_person": [step.comparison for step in fall.held_by],
        "levels": score.levels,
        "auto_match": fall.auto_match,
        "review": fall.review,
        "model_version": model_version,
    }


def _plain(said: Iterable[Fault]) -> list[dict[str, object]]:
    return [{"code": fault.code, "facts": dict(fault.facts)} for fault in said]
