"""Two records, or two customers, side by side: why they are one, or why not, as `explain` tells it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from crm_pipelines.clustering.partition import Limits
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.matching.explanation import verdict
from crm_pipelines.model.enums import CustomerType, QuestionKind
from crm_pipelines.model.errors import Fault
from crm_pipelines.model.ids import is_golden_id
from crm_pipelines.stores import story_sentences as sentences
from crm_pipelines.stores.pair_stories import Explaining, PairStory
from crm_pipelines.stores.pair_surroundings import Surroundings
from crm_pipelines.stores.review_desk import QueuedQuestion
from crm_pipelines.stores.subjects import Subject, find_subject
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views.customer_records import record_of
from crm_pipelines.web.views.question import QuestionView, question_view
from crm_pipelines.web.views.seen import sentences_seen


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """All of two subjects.

    Attributes:
        story: what `explain` gathers.
        headline: whether they are one customer.
        weighing: what the weights come to.
        reasons: why they are, or are not, one; why they were never compared.
        sides: the comparison as a question shows it; None when no two records can be compared.
    """

    story: PairStory
    headline: Fault | None
    introduction: tuple[Fault, ...]
    weighing: tuple[Fault, ...]
    reasons: tuple[Fault, ...]
    sides: QuestionView | None


def subject_of(look: Look, token: str) -> Subject | None:
    """Whom an address speaks of: a golden id, or a record by what stands for it; None when nobody knows it."""
    golden_id, _, digest = token.partition(".")
    subject = find_subject(look.con, golden_id) if is_golden_id(golden_id) else None
    if subject is None or not digest:
        return subject
    record = record_of(look, token, subject.members)
    return None if record is None else find_subject(look.con, record)


def comparison_view(look: Look, left: Subject, right: Subject, sight: Sight) -> ComparisonView:
    """Work it out, with what people decided up to now."""
    evidence, judged = look.evidence, look.desk.judged
    rules = look.loaded.rules.matching.clustering
    limits = {kind: Limits.of(one.thresholds.review, rules) for kind, one in evidence.model.types.items()}
    around = Surroundings(look.con, verdicts(judged), limits)
    story = Explaining(look.version, look.con, evidence, around, judged).pair(left, right)
    said, compared = sentences.conclusion(story), story.compared
    weighing: list[Fault] = []
    reasons = sentences.together_or_apart(story)
    sides: QuestionView | None = None
    if compared is not None and story.chosen is not None:
        weighing = sentences.weighing(compared, verdict(compared.score, evidence.model), story.model_version)
        reasons = [*reasons, *sentences.why_unstored(compared)]
        sides = question_view(look, _as_asked(story.chosen, CustomerType(compared.left["customer_type"])), sight)
    introduction = [*sentences.introduction("A", left), *sentences.introduction("B", right)]
    return ComparisonView(
        story,
        said[0] if said else None,
        sentences_seen([*introduction, *sentences.which_pair(story)], sight),
        sentences_seen(weighing, sight),
        sentences_seen(reasons, sight),
        sides,
    )


def _as_asked(pair: tuple[str, str], kind: CustomerType) -> QueuedQuestion:
    """Two records as if somebody asked about them; nobody reads when, or how urgent that is."""
    left, right = ((record,) for record in pair)
    asked_at = datetime.fromtimestamp(0, UTC)
    return QueuedQuestion("", QuestionKind.PAIR, left, right, "", None, 0.0, 0.0, kind, asked_at)
