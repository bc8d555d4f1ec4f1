"""What the fields of a source mean: `mappings/<source>.yaml`, or the mapping shipped for a connector of fixed shape."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.model.fields import CANONICAL_FIELDS, CONSENT_FIELDS, INTERACTION_FIELDS, RELATIONSHIP_FIELDS
from crm_pipelines.rules.frozen import Frozen, refusal
from crm_pipelines.rules.value_source import ValueSource, as_text, look_up

MAIN_STREAM = "main"
RELATIONSHIP_KINDS = ("employee_of", "contact_of", "household", "branch_of", "subsidiary_of")
RecordTypeName = Literal["person", "organisation", "auto"]


def _one_of(names: tuple[str, ...]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise refusal("configuration.unknown_field", allowed=names)
        return name

    return AfterValidator(check)


def _needs(*required: str) -> AfterValidator:
    def check(fields: Mapping[str, ValueSource]) -> Mapping[str, ValueSource]:
        if missing := [name for name in required if name not in fields]:
            raise refusal("configuration.missing_parts", ", ".join(missing))
        return fields

    return AfterValidator(check)


def _needs_one_of(*alternatives: str) -> AfterValidator:
    def check(fields: Mapping[str, ValueSource]) -> Mapping[str, ValueSource]:
        if fields.keys().isdisjoint(alternatives):
            raise refusal("configuration.missing_parts", " / ".join(alternatives))
        return fields

    return AfterValidator(check)


CanonicalName = Annotated[str, _one_of(CANONICAL_FIELDS)]
InteractionName = Annotated[str, _one_of(INTERACTION_FIELDS)]
RelationshipName = Annotated[str, _one_of(RELATIONSHIP_FIELDS)]
ConsentName = Annotated[str, _one_of(CONSENT_FIELDS)]
InteractionMapping = Annotated[Mapping[InteractionName, ValueSource], _needs("channel", "happened_at")]
RelationshipMapping = Annotated[
    Mapping[RelationshipName, ValueSource], _needs("kind"), _needs_one_of("to_key", "to_corporate_number", "to_name")
]
ConsentMapping = Annotated[Mapping[ConsentName, ValueSource], _needs("purpose", "channel", "granted")]


class RecordTypeRule(Frozen):
    """What a row is about: a constant, or a column whose codes are translated.

    Attributes:
        fixed: the same for every row; `auto` decides per row from its values.
        column: whose codes decide, when `fixed` is None.
        values: code -> record type.
        otherwise: the type of a row whose code is not listed.
    """

    fixed: RecordTypeName | None = None
    column: str | None = Field(default=None, alias="from")
    values: Mapping[str, RecordTypeName] = {}
    otherwise: RecordTypeName = "auto"

    @model_validator(mode="before")
    @classmethod
    def _from_yaml(cls, written: Any) -> Any:
        if isinstance(written, str):
            if written not in {"person", "organisation", "auto"}:
                raise refusal("configuration.wrong_value", "person, organisation, auto")
            return {"fixed": written}
        return written

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.fixed is None) == (self.column is None):
            raise refusal("configuration.wrong_value", "person, organisation, auto, {from: …, values: …}")
        return self

    def of(self, row: Mapping[str, JsonValue]) -> RecordTypeName:
        """The record type of a row."""
        if self.column is None:
            return self.fixed or "auto"
        return self.values.get(as_text(look_up(row, self.column)), self.otherwise)


class SetAsideRule(Frozen):
    """Rows that are no customer's: all conditions must hold.

    Attributes:
        when: column -> the texts that fulfil the condition.
        reason: code of the catalogue that says why (`set_aside.staff`).
    """

    when: Mapping[str, tuple[str, ...]] = Field(min_length=1)
    reason: str = Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)*$")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, written: Any) -> Any:
        if isinstance(written, dict) and isinstance(written.get("when"), dict):
            when = {column: [texts] if isinstance(texts, str) else texts for column, texts in written["when"].items()}
            return {**written, "when": when}
        return written

    def applies(self, row: Mapping[str, JsonValue]) -> bool:
        """Whether the row is to be set aside."""
        return all(as_text(look_up(row, column)) in texts for column, texts in self.when.items())


class Owner(Frozen):
    """Whose activity a row is: the record it belongs to is another row's.

    Attributes:
        key: column with that row's key.
        source: the source of that row; None: the same source.
        prefix: put before the key, for a source that writes one (`user/35436`).
    """

    key: str
    source: str | None = None
    prefix: str = ""


class StreamMapping(Frozen):
    """What one kind of rows of a source means.

    Attributes:
        record_type: what a row is about; of no account when `belongs_to` is set.
        fields: canonical field -> where its values come from.
        interactions: what a row tells of things that happened; each needs `channel` and `happened_at`.
        relationships: to which other row, or organisation by its number or name, a row stands how; each needs `kind`
            and `to_key`, `to_corporate_number` or `to_name`; the first that has a value counts.
        consents: what a row tells of consent; each needs `purpose`, `channel` and `granted`. A row whose `granted` has
            no value says nothing of consent.
        set_aside: rows that are no customer's.
        belongs_to: set for rows that are only activity of another row (tickets, orders).
        prepare: `mail`: rows first go through the mail reader, whose columns the fields name.
    """

    record_type: RecordTypeRule = RecordTypeRule(fixed="auto")
    fields: Mapping[CanonicalName, ValueSource] = {}
    interactions: tuple[InteractionMapping, ...] = ()
    relationships: tuple[RelationshipMapping, ...] = ()
    consents: tuple[ConsentMapping, ...] = ()
    set_aside: tuple[SetAsideRule, ...] = ()
    belongs_to: Owner | None = None
    prepare: Literal["mail", "none"] = "none"

    @model_validator(mode="after")
    def _customer_or_activity(self) -> Self:
        if self.belongs_to is None and not self.fields:
            raise refusal("configuration.missing_parts", "fields")
        if self.belongs_to is not None and self.fields:
            raise refusal("configuration.activity_with_fields")
        return self

    def set_aside_reason(self, row: Mapping[str, JsonValue]) -> str | None:
        """Reason code of the first rule that sets the row aside, or None."""
        return next((rule.reason for rule in self.set_aside if rule.applies(row)), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the mapping reads, sorted."""
        return tuple(sorted(set(self._columns())))

    def missing_columns(self, delivered: frozenset[str]) -> dict[str, str | None]:
        """Columns that no delivered column answers to, each with the most similar delivered one.

        Args:
            delivered: names of the columns of the rows; of a dotted path its first step counts.
        """
        missing = [name for name in self.columns if name not in delivered and name.split(".")[0] not in delivered]
        names = sorted(delivered)
        return {name: next(iter(get_close_matches(name, names, n=1)), None) for name in missing}

    def _columns(self) -> Iterator[str]:
        for group in (self.fields, *self.interactions, *self.relationships, *self.consents):
            for source in group.values():
                yield from source.columns
        if self.record_type.column is not None:
            yield self.record_type.column
        if self.belongs_to is not None:
            yield self.belongs_to.key
        for rule in self.set_aside:
            yield from rule.when


class SourceMapping(Frozen):
    """What all kinds of rows of a source mean: one mapping per stream, `main` when the source has one kind."""

    streams: Mapping[str, StreamMapping] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _from_yaml(cls, written: Any) -> Any:
        if isinstance(written, dict) and "streams" not in written:
            return {"streams": {MAIN_STREAM: written}}
        return written

    @property
    def filled_fields(self) -> frozenset[str]:
        """The canonical fields that some kind of rows fills."""
        return frozenset(field for stream in self.streams.values() for field in stream.fields)

    def stream(self, name: str) -> StreamMapping | None:
        """The mapping of a stream; None: the source's rows of this kind mean nothing to us."""
        return self.streams.get(name)
