"""Lay a project's overrides over the shipped defaults, key by key, and remember where each value came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crm_pipelines.rules.yaml_text import Document, Path, Text, dotted


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """One value of the merged rules.

    Attributes:
        key: dotted path, the file's name without ending first (`quality.quarantine_share.threshold`).
        value: as text; a list as its items.
        origin: `default`, or the project's file and line (`rules/quality.yaml:12`).
    """

    key: str
    value: str | tuple[str, ...] | None
    origin: str


def merged(default: Text, override: Text) -> Text:
    """The default with the override's values in it: mappings are merged, lists and texts replaced.

    A key that is there without a value (its lines are commented out) says nothing.
    """
    if override is None:
        return default
    if not isinstance(default, dict) or not isinstance(override, dict):
        return override
    names = [*default, *(name for name in override if name not in default)]
    return {name: merged(default.get(name), override.get(name)) for name in names}


def effective_values(name: str, values: Text, override: Document | None) -> tuple[EffectiveValue, ...]:
    """Every value of a merged rules file with its origin, in the order of the file."""
    return tuple(
        EffectiveValue(f"{name}.{dotted(path)}", value, _origin(path, override)) for path, value in _leaves(values, ())
    )


def _leaves(node: Text, path: Path) -> Iterator[tuple[Path, str | tuple[str, ...] | None]]:
    if isinstance(node, dict) and node:
        for name, inner in node.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(node, list):
        yield path, tuple(str(item) for item in node)
    else:
        yield path, node if isinstance(node, str) else None


def _origin(path: Path, override: Document | None) -> str:
    if override is None or override.at(path) is None:
        return "default"
    return f"{override.file}:{override.line(path)}"


def without_empty(values: Text) -> Text:
    """The same without keys that have no value, so that a schema's defaults apply."""
    if isinstance(values, Mapping):
        return {name: without_empty(value) for name, value in values.items() if value is not None}
    return values
