"""Turn what pydantic says of a configuration into faults that name file, line, field, found and expected."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.yaml_text import Document, Path

_SECRET_WORDS = ("password", "secret", "token", "_key", "url", "credential")
_SHOWN_LENGTH = 60
_CODE = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")  # a validator of a connector may say a code of the catalogue
_KIND_CODES = {
    "bool": "configuration.expected.boolean",
    "int": "configuration.expected.integer",
    "float": "configuration.expected.number",
    "decimal": "configuration.expected.number",
    "string": "configuration.expected.text",
    "list": "configuration.expected.list",
    "tuple": "configuration.expected.list",
    "dict": "configuration.expected.mapping",
    "model": "configuration.expected.mapping",
    "url": "configuration.expected.url",
    "date": "configuration.expected.date",
    "datetime": "configuration.expected.date",
    "too": "configuration.expected.not_empty",  # too_short: every lower limit of ours is one
}


def validation_faults(
    error: ValidationError, model: type[BaseModel], document: Document, prefix: Path = ()
) -> list[Fault]:
    """One fault per complaint.

    Args:
        error: what pydantic raised for the data at `prefix` of the document.
        model: the model that refused it; its field names are what an unknown name is compared with.
        document: where the data came from; values shown come from its text, so a substituted secret never is.
        prefix: where in the document the data stood.
    """
    return [_fault(detail, model, document, prefix) for detail in error.errors(include_url=False)]


def _fault(detail: ErrorDetails, model: type[BaseModel], document: Document, prefix: Path) -> Fault:
    kind, context = detail["type"], detail.get("ctx", {})
    path, rest = _known_path(detail["loc"], document, prefix)
    if kind == "missing":
        return document.fault("configuration.missing_field", (*path, *rest[-1:]))
    if kind == "extra_forbidden":
        allowed = sorted(_field_names(model, detail["loc"][:-1]))
        return unknown_name(document, path, allowed, "configuration.unknown_field")
    if kind.startswith("configuration."):
        allowed = str(context.get("allowed", "")).split(", ") if context.get("allowed") else []
        if allowed:
            key = None if "[key]" in detail["loc"] else shown(document.at(path), path)
            return unknown_name(document, path, allowed, kind, key)
        return document.fault(kind, path, shown(document.at(path), path), context.get("expected"))
    found = str(path[-1]) if "[key]" in detail["loc"] else shown(document.at(path), path)
    if kind == "value_error" and _CODE.fullmatch(reason := str(context.get("error", ""))):
        return document.fault("configuration.refused", path, found, reason)
    return document.fault("configuration.wrong_value", path, found, _expected(kind, context, detail["msg"]))


def unknown_name(document: Document, path: Path, allowed: Iterable[str], code: str, value: str | None = None) -> Fault:
    """A name that is none of the allowed ones; `expected` is the nearest of them, or all.

    Args:
        document: where it stands.
        path: of the name; it is the last step of it, unless `value` says that it is what stands there.
        allowed: the names that may stand there.
        code: of the fault.
        value: the name, where it is a value and no key.
    """
    names = list(allowed)
    found = value or (str(path[-1]) if path else None)
    near = get_close_matches(found or "", names, n=1, cutoff=0.6)
    if not near and code == "configuration.unknown_field":
        return document.fault("configuration.unknown_field_of_several", path, found, ", ".join(names))
    return document.fault(code, path, found, near[0] if near else ", ".join(names))


def shown(node: Any, path: Path) -> str:
    """What a reader may see of a node: its text, shortened, or its kind; nothing of what may be a secret."""
    if isinstance(node, dict):
        return "configuration.expected.mapping"
    if isinstance(node, list):
        return "configuration.expected.list"
    if node is None:
        return "configuration.found.nothing"
    last = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if any(word in last.lower() for word in _SECRET_WORDS) and "${" not in str(node):
        return "configuration.found.hidden"
    text = str(node)
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"


def _expected(kind: str, context: dict[str, Any], message: str) -> str:
    if kind in {"literal_error", "enum"}:
        return str(context["expected"]).replace("'", "").replace(" or ", ", ")
    limits = {"greater_than_equal": ("≥", "ge"), "greater_than": (">", "gt"), "less_than_equal": ("≤", "le")}
    limits["less_than"] = ("<", "lt")
    if kind in limits:
        sign, name = limits[kind]
        return f"{sign} {context[name]}"
    if kind == "string_pattern_mismatch":
        return str(context["pattern"])
    if kind == "value_error":
        return str(context.get("error", message))
    stem = kind.split("_", maxsplit=1)[0]
    return _KIND_CODES.get(stem, message)


def _known_path(location: tuple[str | int, ...], document: Document, prefix: Path) -> tuple[Path, Path]:
    """Split a location into the part that stands in the document and what is left of it after that.

    Pydantic's locations also hold steps of its own (`[key]`, the branch of a union); they are in no file.
    """
    path, rest = prefix, list[str | int]()
    node: Any = document.at(prefix)
    for step in location:
        inside = (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        )
        if inside:
            node, path, rest = node[step], (*path, step), []
        elif step != "[key]":
            rest.append(step)
    return path, tuple(rest)


def _field_names(model: type[BaseModel], location: tuple[str | int, ...]) -> set[str]:
    models = {model}
    for step in location:
        inner = {
            found
            for one in models
            if step in one.model_fields
            for found in _models_in(one.model_fields[str(step)].annotation)
        }
        models = inner or models
    return {name for one in models for name in one.model_fields}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
