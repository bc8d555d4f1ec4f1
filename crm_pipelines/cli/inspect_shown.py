"""An inspection in a reader's language: words and figures for tables and the page alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from crm_pipelines.inspection.report import Column, Counted, FileReport
from crm_pipelines.messages.catalogue import format_fact, has_message, render
from crm_pipelines.model.errors import Fault

_LISTED_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A report and how it is to be told.

    Attributes:
        report: what was found.
        language: of the words.
        has_examples: whether values of the file may be shown.
    """

    report: FileReport
    language: str
    has_examples: bool

    def say(self, code: str, **facts: object) -> str:
        """The sentence or word of a code."""
        return render(code, facts, self.language)

    def fault(self, fault: Fault) -> str:
        """The sentence of a code with facts."""
        return render(fault.code, fault.facts, self.language)

    def number(self, count: int) -> str:
        """A count, with separators."""
        return format_fact("n_counted", count, self.language)

    def percent(self, share: float) -> str:
        """A share of one; never rounded to nothing or to all."""
        if 0 < share < 0.001:
            return self.say("inspect.word.less_than", value=format_fact("a_share", 0.001, self.language))
        return format_fact("a_share", min(share, 0.999) if share < 1 else 1.0, self.language)

    def meaning(self, column: Column) -> str:
        """What a column probably is."""
        return self.say(f"inspect.meaning.{column.meaning.name or 'unknown'}")

    def confidence(self, column: Column) -> str:
        """How surely, as a word; nothing for a column without a meaning."""
        return self.say(f"inspect.confidence.{column.meaning.level}") if column.meaning.name else ""

    def distinct(self, column: Column) -> str:
        """How many different values there are, and whether that is an estimate."""
        count = self.number(column.n_distinct)
        return count if column.is_exact else self.say("inspect.word.about", value=count)

    def may_show(self, column: Column) -> bool:
        """Whether values of the column may be shown: of individual numbers never."""
        return self.has_examples and column.meaning.name != "individual_number"

    def values(self, column: Column) -> list[Counted]:
        """The most frequent values, or some of the sample with a count of 0."""
        if not self.may_show(column):
            return []
        return list(column.frequent) if column.repeats else [Counted(text, 0) for text in column.examples]

    def encoding(self) -> str:
        """As people call it."""
        shape = self.report.shape
        name = shape.encoding or "–"
        code = f"inspect.encoding.{name.replace('-', '_')}"
        shown = self.say(code) if has_message(code) else name.upper()
        return self.say("inspect.word.with_mark", value=shown) if shape.has_mark else shown

    def format(self) -> str:
        """The kind of file."""
        return self.say(f"inspect.format.{self.report.shape.format}")

    def delimiter(self) -> str | None:
        """As a word; None for formats without."""
        mark = self.report.shape.delimiter
        names = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
        if mark is None:
            return None
        return self.say(f"inspect.delimiter.{names[mark]}") if mark in names else f"“{mark}”"

    def line_ends(self) -> str | None:
        """As a word, several where they are mixed; None for formats without lines."""
        ends = sorted(((count, end) for end, count in self.report.line_ends.items() if end), reverse=True)
        return " + ".join(self.say(f"inspect.line_end.{end}") for _, end in ends) or None

    def header(self) -> str:
        """Where the names of the columns stand."""
        if not self.report.shape.has_header_line:
            return self.say("inspect.header.own")
        line = self.report.header_line
        return self.say("inspect.header.none") if line is None else self.say("inspect.header.line", line=line)

    def mapping_text(self) -> str | None:
        """`mappings/<source>.yaml` as it can be saved; None when nothing could be proposed."""
        proposal = self.report.proposal
        if proposal.mapping is None:
            return None
        head = self.say("inspect.mapping.head", file=self.report.shape.name)
        left_out = [(name, self.say(code)) for name, code in proposal.left_out]
        tail = [self.say("inspect.mapping.left_out"), *(f"{name}: {why}" for name, why in left_out[:_LISTED_COLUMNS])]
        return _comment([head]) + _yaml(proposal.mapping) + (_comment(tail) if left_out else "")

    def entry_text(self) -> str:
        """What to write below `sources` in the project file."""
        proposal = self.report.proposal
        return _yaml({"sources": {proposal.source: dict(proposal.entry)}})


class _Indented(yaml.SafeDumper):
    """Lists stand deeper than the field they belong to."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """As PyYAML asks for it."""
        del indentless
        super().increase_indent(flow, False)


def _yaml(data: object) -> str:
    return yaml.dump(data, Dumper=_Indented, allow_unicode=True, sort_keys=False, width=1_000, default_flow_style=False)


def _comment(lines: Sequence[str]) -> str:
    """Comment lines; a name may hold anything but must stay on its line."""
    return "".join(f"# {' '.join(''.join(c if c.isprintable() else ' ' for c in line).split())}\n" for line in lines)
