"""What the API is asked, field by field; a field it does not know is refused, so that none is passed over unseen."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model, model_validator

from crm_pipelines.model.fields import CANONICAL_FIELDS

MOST_BODY_BYTES = 256 * 1024
_MOST_RECORDS = 500
_MOST_LOOKED_UP = 100
_LONGEST_VALUE = 2000
_LONGEST_ID = 600


def _visible(text: str) -> str:
    """Refuse what no database keeps and no screen shows."""
    if any(ord(character) < 32 and character not in "\t\n\r" for character in text):
        raise ValueError("control characters")
    return text


Text: TypeAlias = Annotated[str, Field(max_length=_LONGEST_VALUE), AfterValidator(_visible)]
Id: TypeAlias = Annotated[str, Field(min_length=1, max_length=_LONGEST_ID), AfterValidator(_visible)]
DecisionId: TypeAlias = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_visible)]


class Asked(BaseModel):
    """Base of everything the API is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceRecordKey(Asked):
    """A row of a source: the source's name in the project file, and the row's key as the source writes it."""

    source: Id
    source_id: Id


class SourceRecordsRequest(Asked):
    """Rows whose customers are wanted. Keys may be personal, so they stand in the body and never in an address."""

    records: list[SourceRecordKey] = Field(min_length=1, max_length=_MOST_LOOKED_UP)


class SearchRequest(Asked):
    """What one record of the customer must have, all of it; at least one field."""

    email: Text | None = None
    phone: Text | None = None
    name: Text | None = Field(default=None, description="Of a person, whole; spelling variants of one key are found.")
    company: Text | None = Field(default=None, description="Name of an organisation, its own or a person's.")
    limit: int = Field(default=20, ge=1, le=100)

    @model_validator(mode="after")
    def _says_something(self) -> "SearchRequest":
        if not any(text and text.strip() for text in (self.email, self.phone, self.name, self.company)):
            raise ValueError("nothing to search for")
        return self


_Values: TypeAlias = Text | Annotated[list[Text], Field(max_length=20)] | None
_FIELDS: dict[str, Any] = {name: (_Values, None) for name in CANONICAL_FIELDS}
MatchRecord: type[Asked] = create_model(
    "MatchRecord",
    __base__=Asked,
    __doc__="A record in canonical fields, as its source would write it; several values of a field as a list.",
    **_FIELDS,
)


class MatchRequest(Asked):
    """A record that is about to be created."""

    record: MatchRecord  # type: ignore[valid-type] # made from the list of fields
    customer_type: Literal["person", "organisation", "auto"] = Field(
        default="auto", description="What the record is about; `auto` decides from its values."
    )
    limit: int = Field(default=5, ge=1, le=20)


class _Decided(Asked):
    reason: Annotated[str, Field(max_length=_LONGEST_VALUE), AfterValidator(_visible)] | None = None
    replacing: list[DecisionId] = Field(
        default=[], max_length=20, description="Ids of decisions in force that shall give way."
    )


class QuestionDecision(_Decided):
    """An answer to a question of the review queue."""

    kind: Literal["question"]
    question_id: DecisionId
    answer: Literal["same", "different", "unsure"]


class RecordsDecision(_Decided):
    """A judgement of two sets of live records, though nobody asked."""

    kind: Literal["records"]
    record_ids_left: list[Id] = Field(min_length=1, max_length=_MOST_RECORDS)
    record_ids_right: list[Id] = Field(min_length=1, max_length=_MOST_RECORDS)
    answer: Literal["same", "different", "unsure"]


class UndoDecision(Asked):
    """A decision taken back: what it had replaced counts again."""

    kind: Literal["undo"]
    decision_id: DecisionId
    reason: Annotated[str, Field(max_length=_LONGEST_VALUE), AfterValidator(_visible)] | None = None


DecisionRequest: TypeAlias = Annotated[QuestionDecision | RecordsDecision | UndoDecision, Field(discriminator="kind")]
