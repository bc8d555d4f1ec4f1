"""An explanation in a reader's language, for the page: the words of the terminal's tables and a few of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from crm_pipelines.cli.output import Cell, Output
from crm_pipelines.cli.page.frame import table
from crm_pipelines.cli.page.markup import Content, Markup, data_text, join, tag
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.messages.catalogue import render, render_fault
from crm_pipelines.model.errors import Fault

_IDS = frozenset({"record_a", "record_b", "record", "decision_id", "question_id", "other_id", "contradicts"})
_NUMBERS = frozenset(
    {"match_weight", "frequency_adjustment", "n_left", "n_right", "n_records", "level_weight", "running_total"}
)


@dataclass(frozen=True, slots=True)
class Words:
    """What every part of the page needs to speak.

    Attributes:
        language: of the words.
        model: its thresholds are told.
        zone: of times.
    """

    language: str
    model: ModelVersion
    zone: ZoneInfo

    def say(self, code: str, **facts: object) -> str:
        """The sentence of a code."""
        return render(code, facts, self.language)

    def fault(self, fault: Fault) -> str:
        """The sentence of a code with facts."""
        return render_fault(fault, self.language)

    def cell(self, name: str, value: Cell) -> str:
        """A cell as a person reads it."""
        return Output(self.language).words(name, value)

    def weight(self, weight: float) -> str:
        """A match weight, signed, to two places."""
        return f"{weight:+.2f}".replace("-", "−")

    def sentences(self, said: Iterable[Fault]) -> Markup | None:
        """A list of sentences; nothing for none."""
        items = [tag("li", self.fault(fault)) for fault in said]
        return tag("ul", *items, class_="in sentences") if items else None

    def table(self, columns: Sequence[str], rows: Sequence[Mapping[str, Cell | Markup]]) -> Markup:
        """A table whose headings and words come from the catalogue."""
        heads = {name: self.say(f"cli.column.{name}") for name in columns}
        shown = [{name: self._shown(name, row.get(name)) for name in columns} for row in rows]
        return table(heads, shown, [name for name in columns if name in _NUMBERS])

    def _shown(self, name: str, value: Cell | Markup) -> Content:
        if isinstance(value, Markup):
            return value
        if name in _IDS and value is not None:
            return data_text(str(value), class_="mono")
        if isinstance(value, float):
            return self.weight(value)
        return data_text(self.cell(name, value)) if isinstance(value, str) else self.cell(name, value)

    def block(self, code: str, content: Content) -> Markup | None:
        """Content under a small heading; nothing without content."""
        return tag("section", tag("h3", self.say(code), class_="in"), content) if content else None

    def joined(self, pieces: Iterable[Content]) -> Markup:
        """Pieces one below the other."""
        return join(*(tag("div", piece) for piece in pieces))
