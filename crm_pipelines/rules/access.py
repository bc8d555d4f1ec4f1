"""Who sees which source and which field on the pages, and where it must be said what for."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from crm_pipelines.model.enums import Role
from crm_pipelines.rules.frozen import Frozen

MaskedField: TypeAlias = Literal["name", "birth_date", "phone", "email", "address", "company", "gender", "identifier"]
Shown: TypeAlias = Literal["question", "customer"]


class AccessRules(Frozen):
    """`rules/access.yaml`.

    Attributes:
        sources: source -> the roles that see what it says; everybody sees a source that is not named here.
        masked: role -> the fields that it sees in part: enough to tell two values apart, not enough to use one.
        purpose_required_for: what somebody sees after saying what for, once a sign-in; the audit log says it.
        purposes: what can be said then, in the words of the project.
        second_factor: the roles that show a code beside a password of ours, or get nowhere until they can.
    """

    sources: Mapping[str, tuple[Role, ...]] = {}
    masked: Mapping[Role, tuple[MaskedField, ...]] = {}
    purpose_required_for: tuple[Shown, ...] = ()
    purposes: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(min_length=1)]
    second_factor: tuple[Role, ...] = ()
