"""How the work on questions is organised."""

from pydantic import Field

from crm_pipelines.model.enums import QuestionKind
from crm_pipelines.rules.frozen import Frozen


class ReviewRules(Frozen):
    """`rules/review.yaml`.

    Attributes:
        due_hours: within how many hours after it was asked a question wants an answer, by its kind.
        most_together: so many questions at most are answered together.
        two_people_from: so many records must hang on an answer, or on a change of customers, that it needs a second
            person; 0: one person is enough for any.
    """

    due_hours: dict[QuestionKind, float]
    most_together: int = Field(ge=1, le=5000)
    two_people_from: int = Field(ge=0)

    def due_hours_of(self, kind: QuestionKind) -> float:
        """The hours of a kind; three days for one without."""
        return self.due_hours.get(kind, 72.0)

    def needs_two(self, value: float) -> bool:
        """Whether that on which so many records hang needs a second person."""
        return 0 < self.two_people_from <= value
