"""What an inspection found, as values: the doors render it as tables, a page or JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from crm_pipelines.inspection.meanings import Meaning
from crm_pipelines.inspection.value_tests import ValueVotes
from crm_pipelines.model.errors import Fault
from crm_pipelines.model.file_shape import FileShape, ForeignLines


@dataclass(frozen=True, slots=True)
class Counted:
    """A value, a pattern or a script, and how often it was found."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: as the connector will deliver it.
        n_rows: of the file.
        n_filled: rows with a value; blanks are none.
        n_distinct: different values; estimated where `is_exact` is false.
        n_repeated: values that occur more than once.
        shortest: characters of the shortest value.
        median: characters of the middle value of the sample.
        longest: characters of the longest.
        frequent: the most frequent values of the whole file.
        examples: values of the sample, for columns without frequent ones.
        n_sampled: sampled rows with a value; patterns, scripts and junk are counted among them.
        patterns: the most frequent shapes.
        n_patterns: how many shapes there are.
        scripts: how many sampled values hold letters of a script; a value may count for several.
        junk: placeholders, the most frequent first.
        n_junk: sampled values that are placeholders.
        n_mojibake: sampled values that were read in a wrong encoding before they came here.
        signs: over the whole file, see `column_counts.SIGNS`.
        votes: what the standardisers say.
        meaning: what the column probably is.
    """

    name: str
    n_rows: int
    n_filled: int
    n_distinct: int
    n_repeated: int
    is_exact: bool
    shortest: int
    median: int
    longest: int
    frequent: tuple[Counted, ...]
    examples: tuple[str, ...]
    n_sampled: int
    patterns: tuple[Counted, ...]
    n_patterns: int
    scripts: tuple[Counted, ...]
    junk: tuple[Counted, ...]
    n_junk: int
    n_mojibake: int
    signs: Mapping[str, int]
    votes: ValueVotes
    meaning: Meaning

    @property
    def fill_rate(self) -> float:
        """Share of the rows with a value, 0..1."""
        return self.n_filled / self.n_rows if self.n_rows else 0.0

    @property
    def repeats(self) -> bool:
        """Whether its frequent values are worth telling: some value stands in one of two hundred rows."""
        return bool(self.frequent) and self.frequent[0].count > max(1, self.n_filled // 200)

    @property
    def is_unique(self) -> bool:
        """Every row has a value and no two have the same, as far as could be counted."""
        return 0 < self.n_filled == self.n_rows and not self.n_repeated and self.n_filled > 1


@dataclass(frozen=True, slots=True)
class Duplicates:
    """How many rows repeat another in one respect.

    Attributes:
        kind: `rows` (every cell the same), `key`, `email`, `phone`, `name_and_postal_code`.
        columns: what was compared.
        n_values: values that stand in more than one row.
        n_rows: rows beyond the first of each such value.
        is_exact: false where the counts are estimates.
    """

    kind: str
    columns: tuple[str, ...]
    n_values: int
    n_rows: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """Something worth knowing: `act` what costs customers if nobody does anything, `look` what somebody should see."""

    level: Literal["act", "look"]
    fault: Fault
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to begin with.

    Attributes:
        source: a name for the source.
        mapping: the content of `mappings/<source>.yaml`; None when no column means anything.
        entry: what to write below `sources` in the project file.
        key: the key columns; empty when none is fit.
        left_out: columns the mapping does not name, each with the code that says why.
    """

    source: str
    mapping: Mapping[str, Any] | None
    entry: Mapping[str, Any]
    key: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """Everything that was found.

    Attributes:
        shape: how the file is written.
        header_line: of the header; None where there is none or the format names its columns itself.
        n_rows: rows below the header that fit its columns.
        n_sampled: rows looked at closely.
        n_blank: blank lines between them.
        misfits: what is wrong with rows that could not be counted -> how many.
        line_ends: `lf`, `crlf`, `cr` -> how many.
        foreign: lines in another encoding.
        region: ISO country that phones and postal codes were read for.
        keys: columns that identify a row, the best first.
    """

    shape: FileShape
    header_line: int | None
    n_rows: int
    n_sampled: int
    n_blank: int
    misfits: Mapping[str, int]
    line_ends: Mapping[str, int]
    foreign: tuple[ForeignLines, ...]
    region: str
    columns: tuple[Column, ...]
    duplicates: tuple[Duplicates, ...]
    keys: tuple[str, ...]
    proposal: Proposal
    advice: tuple[Advice, ...] = field(default=())
