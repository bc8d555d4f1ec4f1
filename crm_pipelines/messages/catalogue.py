"""Render a message code and its facts as a sentence.

The catalogues are gettext files whose message ids are the codes. A sentence holds its facts as `{fact}`; how a fact is
written follows from its name (house rule): `n_...` a number with separators, `..._at` a time, `..._on` a date,
`..._share`, `..._rate` and `threshold` (of a check, 0..1) a percentage, everything else as it is, so that ids, lines
and ports are left alone. A fact whose value is itself a code is rendered first. A sentence with a plural form takes its
first `n_...` fact as the count.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from crm_pipelines.messages.language import DEFAULT_LANGUAGE, known_language
from crm_pipelines.model.errors import CrmPipelinesError, Fault

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")  # a terminal would obey them
_CODE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")


@dataclass(frozen=True, slots=True)
class Message:
    """The sentence of a code in one language: one form, or singular and plural."""

    forms: tuple[str, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        """Names of the facts it needs."""
        return frozenset(name for form in self.forms for name in _PLACEHOLDER.findall(form))

    @property
    def count_fact(self) -> str | None:
        """The fact that chooses the form."""
        return next((name for name in _PLACEHOLDER.findall(self.forms[-1]) if name.startswith("n_")), None)


@cache
def catalogue(language: str) -> Mapping[str, Message]:
    """All messages of a language, by code; read once."""
    path = resources.files("crm_pipelines.messages").joinpath("locale", language, "LC_MESSAGES", "messages.po")
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    messages = {}
    for entry in entries:
        code = entry.id if isinstance(entry.id, str) else entry.id[0]
        if code:
            messages[code] = Message((entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ()))
    return messages


def has_message(code: str) -> bool:
    """Whether the catalogue knows the code."""
    return code in catalogue(DEFAULT_LANGUAGE)


def render(code: str, facts: Mapping[str, object], language: str) -> str:
    """The sentence of a code with its facts.

    Never raises: an unknown code, an unknown language or a missing fact still gives the reader what there is.
    """
    language = known_language(language) or DEFAULT_LANGUAGE
    message = catalogue(language).get(code)
    if message is None:
        shown = ", ".join(f"{name}={value}" for name, value in facts.items() if value is not None)
        return f"{code} ({shown})" if shown else code
    text = _form(message, facts, language)
    return _PLACEHOLDER.sub(lambda match: _written(match.group(1), facts, language), text)


def render_fault(fault: Fault, language: str) -> str:
    """The sentence of a stored fault; one that stands in a file begins with the file and the line."""
    place = ":".join(str(fault.facts[name]) for name in ("file", "line") if fault.facts.get(name) is not None)
    text = render(fault.code, fault.facts, language)
    return f"{place}: {text}" if place and "line" in fault.facts else text


def render_error(error: CrmPipelinesError, language: str) -> str:
    """The sentence of an error; the faults of a `ConfigurationError` are rendered one by one by the door."""
    return render(error.code, error.facts, language)


def _form(message: Message, facts: Mapping[str, object], language: str) -> str:
    count = facts.get(message.count_fact or "")
    if len(message.forms) == 1 or not isinstance(count, int):
        return message.forms[-1]
    return message.forms[0] if Locale.parse(language).plural_form(count) == "one" else message.forms[-1]


def _written(name: str, facts: Mapping[str, object], language: str) -> str:
    if name not in facts:
        return "…"
    value = facts[name]
    if value is None:
        return "–"
    if isinstance(value, str) and _CODE.fullmatch(value) and has_message(value):
        return render(value, facts, language)
    return format_fact(name, value, language)


def format_fact(name: str, value: object, language: str) -> str:
    """A fact as its name asks for, in the language's way of writing numbers and times."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if name.endswith(("_share", "_rate")) or name == "threshold":
            return format_percent(value, format="#,##0.#%", locale=language)
        is_counted = name.startswith("n_") or isinstance(value, float)
        return format_decimal(value, locale=language).replace("-", "−") if is_counted else f"{value}"
    if name.endswith(("_at", "_on")) and (moment := _moment(value)) is not None:
        if isinstance(moment, datetime):
            return format_datetime(moment, "medium", locale=language)
        return format_date(moment, "medium", locale=language)
    return str(value).translate(_CONTROLS)


def _moment(value: object) -> date | None:
    """A time or a date, given as such or in ISO 8601."""
    if isinstance(value, date):
        return value
    try:
        text = str(value)
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else datetime.fromisoformat(text)
    except ValueError:
        return None
