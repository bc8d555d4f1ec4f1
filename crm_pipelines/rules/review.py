"""How the work on questions is organised."""

from pydantic import Field

from crm_pipelines.model.enums import QuestionKind
from crm_pipelines.rules.frozen import Frozen


class ReviewRules(Frozen):
    """`rules/review.yaml`.

    Attributes:
        due_hours: within how many hours after it was asked a question wants an answer, by its kind.
        most_together: so many questions at most are answered together.
    """

    due_hours: dict[QuestionKind, float]
    most_together: int = Field(ge=1, le=5000)

    def due_hours_of(self, kind: QuestionKind) -> float:
        """The hours of a kind; three days for one without."""
        return self.due_hours.get(kind, 72.0)
