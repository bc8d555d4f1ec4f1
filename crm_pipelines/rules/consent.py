"""For what and by which channel consent is kept."""

from typing import Annotated

from pydantic import Field

from crm_pipelines.rules.frozen import Frozen

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class ConsentRules(Frozen):
    """`rules/consent.yaml`.

    Attributes:
        purposes: for what consent is given.
        channels: by which way; `any` stands for all of them.
    """

    purposes: Annotated[tuple[Name, ...], Field(min_length=1)]
    channels: Annotated[tuple[Name, ...], Field(min_length=1)]
