"""What the options of every source have in common."""

from pydantic import BaseModel, ConfigDict


class SourceOptions(BaseModel):
    """Base of all options: unknown names are refused, and a refusal never repeats the value (it may be a secret)."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
