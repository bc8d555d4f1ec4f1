"""The page of the connectors: their options from the models that read them, what they mean from the docstrings."""

import inspect
import re
import sys
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from connectors.registry import CONNECTORS

_HEAD = """# Connectors

What a source's entry in `crm_pipelines.yaml` may say. Every entry also takes `connector`, `schedule` (a cron pattern),
`timezone` (of times that name no zone), `complete_shrink_limit` (share of the live rows, 0.2 unless said otherwise, by
which a complete read may shrink before it is held), `schema_contract`, `read_budget_minutes` and `watch`
([sources that live](sources.md)), `expected_every` and `reconcile`
([late sources, sums](data-engineer.md#late-sources)), and `inbox` where it takes posts
([the inbox](sources-inbox.md)). Paths hang from the
project folder. Secrets belong into `.env` and are named as `${NAME}`.
"""


def connectors_page() -> str:
    """The whole page."""
    return _HEAD + "".join(_section(name, connector) for name, connector in sorted(CONNECTORS.items()))


def _section(name: str, connector: Any) -> str:  # a class that follows the protocol of connectors
    about = " ".join((inspect.getdoc(sys.modules[connector.__module__]) or "").split("\n\n")[0].split())
    mapping = (
        f"It ships a mapping (`{connector.default_mapping}`); yours replaces it."
        if connector.default_mapping
        else ("It needs a mapping: `mappings/<source>.yaml`.")
    )
    return f"\n## `{name}`\n\n{about} {mapping}\n\n{_options(connector.options)}"


def _options(model: type[BaseModel]) -> str:
    meanings = _meanings(model)
    rows = "".join(
        f"| `{name}` | {_default(field.default)} | {meanings.get(name, '')} |\n"
        for name, field in model.model_fields.items()
    )
    return f"| option | default | meaning |\n|---|---|---|\n{rows}"


def _default(value: Any) -> str:  # any option's default
    if value is PydanticUndefined:
        return "required"
    return (
        ""
        if value is None or value == () or isinstance(value, SecretStr)
        else f"`{value}`".replace("True", "true").replace("False", "false")
    )


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """What the `Attributes:` of the model and of those it extends say."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        text = (inspect.getdoc(kind) or "").partition("Attributes:")[2] if issubclass(kind, BaseModel) else ""
        for names, meaning in re.findall(r"^ {4}(\w+(?:, \w+)*): ((?:.|\n {8})+)", text, re.MULTILINE):
            shown = " ".join(meaning.split()).replace("|", "\\|").replace("None ", "absent ")
            found |= dict.fromkeys(names.split(", "), shown)
    return found
