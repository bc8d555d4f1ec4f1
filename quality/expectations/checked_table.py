"""What the checks must know of a table before any rule is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """One table as the checks see it.

    Attributes:
        name: of the table.
        key: columns that name a row in a report; ids, never a customer's values.
        scope: column of a table of changed keys (`golden_id`, `record_id`) to the columns here that hold such a key;
            empty: the table is always checked as a whole.
        open_row: SQL that is true of a row whose period is open; None: the table has no periods.
        queries: name to SQL that selects the key of every row that breaks a rule; `{rows}` stands for the rows under
            check, other tables are named as they are.
    """

    name: str
    key: tuple[str, ...] = ()
    scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_row: str | None = None
    queries: Mapping[str, str] = field(default_factory=dict)
