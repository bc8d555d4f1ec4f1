"""Results as tables for people, or as one JSON document for programs.

Words come from the catalogue: the table `checks` has the title `cli.table.checks`, its column `state` the heading
`cli.column.state`. In JSON the names stay as they are, whatever the language.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from crm_pipelines.messages.catalogue import format_fact, has_message, render, render_fault
from crm_pipelines.model.errors import ConfigurationError, CrmPipelinesError, Fault

Cell: TypeAlias = str | int | float | bool | Fault | None
_WIDTH_WITHOUT_TERMINAL = 160
_NO_CODES = frozenset({"column", "table", "word"})  # their messages are headings, titles and words, never a cell's


@dataclass
class Output:
    """Where one call of a command prints.

    Attributes:
        language: of titles, headings and sentences.
        as_json: one JSON document on standard output at the end, instead of tables and sentences as they come.
    """

    language: str
    as_json: bool = False
    document: dict[str, Any] = field(default_factory=dict)

    def line(self, code: str, **facts: Cell) -> None:
        """Say a sentence; in JSON mode on standard error, so that standard output stays one document."""
        self._print(render(code, facts, self.language), to_error=self.as_json)

    def text(self, block: str) -> None:
        """Print a text that is no sentence (a file to save) as it is; nothing in JSON mode, where `value` holds it."""
        if not self.as_json:
            self._print(block)

    def value(self, name: str, value: object) -> None:
        """Put a value into the JSON document; nothing for people."""
        self.document[name] = value

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> None:
        """Print rows under headings. A `Fault` in a cell is shown as its sentence, a code as its words."""
        shown = list(rows)
        if self.as_json:
            self.document[name] = [{key: self._plain(value) for key, value in row.items()} for row in shown]
            return
        from rich.box import SIMPLE  # noqa: PLC0415 - help and JSON do without
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = Table(title=render(f"cli.table.{name}", {}, self.language), box=SIMPLE, title_justify="left")
        for column in columns:
            table.add_column(render(f"cli.column.{column}", {}, self.language), overflow="fold")
        for row in shown:
            table.add_row(*(Text(self.words(column, row.get(column))) for column in columns))
        self._console().print(table)

    def words(self, name: str, value: Cell) -> str:
        """A cell as a person reads it."""
        if value is None:
            return "–"
        if isinstance(value, Fault):
            return render_fault(value, self.language)
        if isinstance(value, bool):
            return render("cli.word.yes" if value else "cli.word.no", {}, self.language)
        code = f"cli.{name}.{value}"
        is_code = name not in _NO_CODES and has_message(code)
        return render(code, {}, self.language) if is_code else format_fact(name, value, self.language)

    def error(self, error: CrmPipelinesError) -> None:
        """Say what went wrong: on standard error, or in the JSON document under `error`."""
        faults = error.faults if isinstance(error, ConfigurationError) else ()
        if self.as_json:
            self.document["error"] = self._plain(error.fault) | {"faults": [self._plain(fault) for fault in faults]}
            return
        self._print(render(error.code, error.facts, self.language), to_error=True)
        for fault in faults:
            self._print(f"  {render_fault(fault, self.language)}", to_error=True)

    def close(self) -> None:
        """Print the JSON document, when there is to be one; help has none."""
        if self.as_json and self.document:
            self._print(json.dumps(self.document, ensure_ascii=False, indent=2, default=str))

    def _plain(self, value: Cell) -> Any:
        if isinstance(value, Fault):
            return {"code": value.code, "facts": dict(value.facts), "message": render_fault(value, self.language)}
        return value

    def _print(self, text: str, *, to_error: bool = False) -> None:
        stream = sys.stderr if to_error else sys.stdout
        stream.write(f"{text}\n")

    def _console(self) -> Any:
        from rich.console import Console  # noqa: PLC0415 - help and JSON do without

        width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
        return Console(file=sys.stdout, width=width, highlight=False, markup=False)
