"""A pair on the screen: both records side by side, what differs marked; never a score, a band or a reason.

On a terminal a line is read after each pair. Without one, or with `--json`, the answers are read from standard input,
one a line, and nothing is drawn.
"""

import sys
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

import duckdb

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.matching.labelling import PickedPair, PickPlan, pick_pairs
from crm_pipelines.messages.catalogue import render
from crm_pipelines.stores.labels import ShownPair
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.project_paths import ProjectPaths

# What a reader sees of a record, in this order; a field that neither record has is left out.
_FIELDS = (
    "name", "name_kana", "former_name", "gender", "birth_date", "organisation_name", "organisation_name_kana",
    "corporate_number", "department", "job_title", "email_values", "phone_values", "fax", "website", "postal_code",
    "address", "building", "country", "language", "external_ids", "source_system",
)  # fmt: skip
_NOT_COMPARED = frozenset({"source_system", "language"})  # say nothing of whether two records are one customer
_SAME, _DIFFERENT, _ONE_SIDE = "=", "≠", "·"


class LabelScreen:
    """Shows pairs of one publication and reads answers."""

    def __init__(self, call: Invocation, con: duckdb.DuckDBPyConnection, evidence: PairEvidence, version: str) -> None:
        self._call = call
        self._con = con
        self._evidence = evidence
        self._version = version
        self._is_drawn = not call.output.as_json and sys.stdin.isatty()

    @classmethod
    def of(cls, call: Invocation, con: duckdb.DuckDBPyConnection, paths: ProjectPaths, version: str) -> "LabelScreen":
        """The screen over a publication."""
        return cls(call, con, PairEvidence.of(con, ModelStore(paths.models)), version)

    def pick(self, answered: Iterable[tuple[str, str]], plan: PickPlan) -> list[PickedPair]:
        """The pairs to ask about."""
        return pick_pairs(self._con, self._evidence.model, answered, plan)

    def show(self, pair: PickedPair, number: int, n_pairs: int) -> ShownPair:
        """Draw a pair, and say as what it was shown."""
        if self._is_drawn:
            records = self._evidence.records(pair.record_ids)
            self._draw(*(records[one] for one in pair.record_ids), number=number, n_pairs=n_pairs)
        return ShownPair(
            customer_type=pair.customer_type.value,
            record_ids=pair.record_ids,
            content_hashes=pair.content_hashes,
            drawn=pair.drawn,
            n_population=pair.n_population,
            publication=self._version,
            model_version=self._evidence.model_version,
        )

    def read(self) -> str | None:
        """What was typed, in small letters; None at the end of the input."""
        if self._is_drawn:
            sys.stdout.write(self._say("label.prompt") + " ")
            sys.stdout.flush()
        line = sys.stdin.readline()
        return line.strip().lower() if line else None

    def _say(self, code: str, **facts: object) -> str:
        return render(code, facts, self._call.language)

    def _draw(self, left: Mapping[str, Any], right: Mapping[str, Any], *, number: int, n_pairs: int) -> None:
        from rich.box import SIMPLE  # noqa: PLC0415 - JSON does without
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415

        table = Table(title=self._say("label.title", n_pair=number, n_pairs=n_pairs), box=SIMPLE, title_justify="left")
        for heading in (self._say("cli.column.canonical_field"), "", "A", "B"):
            table.add_column(heading, overflow="fold")
        for field, one, other in compared_fields(left, right):
            name = self._say(f"label.field.{field}")
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


def _text(value: Any) -> str:  # noqa: ANN401 - a cell
    """A cell as a reader sees it."""
    values = value if isinstance(value, list) else [value]
    return " / ".join(dict.fromkeys(str(one) for one in values if one is not None and one != ""))
