"""Two records next to each other, what differs marked; for whoever has to say whether they are one customer."""

import sys
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Any

# What a reader sees of a record, in this order; a field that neither record has is left out.
_FIELDS = (
    "name", "name_kana", "former_name", "gender", "birth_date", "organisation_name", "organisation_name_kana",
    "corporate_number", "department", "job_title", "email_values", "phone_values", "fax", "website", "postal_code",
    "address", "building", "country", "language", "external_ids", "source_system",
)  # fmt: skip
_NOT_COMPARED = frozenset({"source_system", "language"})  # say nothing of whether two records are one customer
_SAME, _DIFFERENT, _ONE_SIDE = "=", "≠", "·"
Words = Callable[[str], str]


def draw_side_by_side(title: str, left: Mapping[str, Any], right: Mapping[str, Any], words: Words) -> None:
    """Draw two records on the terminal.

    Args:
        title: above the table.
        left: columns of `standardised_records`.
        right: likewise.
        words: renders a code without facts.
    """
    from rich.box import SIMPLE  # noqa: PLC0415 - JSON does without
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title, box=SIMPLE, title_justify="left")
    for heading in (words("cli.column.canonical_field"), "", "A", "B"):
        table.add_column(heading, overflow="fold")
    for field, one, other in compared_fields(left, right):
        name = words(f"label.field.{field}")
        if field in _NOT_COMPARED:
            table.add_row(name, "", one, other)
        else:
            mark = _SAME if one == other else _DIFFERENT if one and other else _ONE_SIDE
            table.add_row(name, mark, *marked(one, other))
    Console(file=sys.stdout, highlight=False, markup=False).print(table)


def compared_fields(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Field, text of the one and of the other record; fields that neither has are left out."""
    found = []
    for field in _FIELDS:
        one, other = _text(left.get(field)), _text(right.get(field))
        if one or other:
            found.append((field, one, other))
    return found


def marked(one: str, other: str) -> tuple[Any, Any]:
    """Both texts with what differs underlined and bold; all of it where the other side says nothing."""
    from rich.text import Text  # noqa: PLC0415 - JSON does without

    texts = Text(one), Text(other)
    if one and other:
        for operation, begin, end, other_begin, other_end in SequenceMatcher(None, one, other, False).get_opcodes():
            if operation != "equal":
                texts[0].stylize("bold underline red", begin, end)
                texts[1].stylize("bold underline red", other_begin, other_end)
    return texts


def _text(value: Any) -> str:  # a cell
    """A cell as a reader sees it."""
    values = value if isinstance(value, list) else [value]
    return " / ".join(dict.fromkeys(str(one) for one in values if one is not None and one != ""))
