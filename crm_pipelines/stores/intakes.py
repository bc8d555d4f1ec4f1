"""What came in since readers last got something new: the measure of the quarantine budget.

A gate that was held stays held until the rows are mended, a budget is raised or the source is set right: so rows count
from the last publication on, not from the last run, and a row that left the quarantine counts no more.
Rows that say what they said before count neither as good nor as bad: a table that is read whole is judged by its news,
as a source that delivers nothing but news. When a source is read anew (another mapping, a new suppression), rows held
back long ago are held back once more: what was read anew is held against all its rows, what was delivered meanwhile
against the news.
"""

from collections import Counter
from collections.abc import Mapping

from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Warehouse


def has_news(warehouse: Warehouse, run_id: str) -> bool:
    """Whether a run brought, changed or removed rows of any source."""
    found = warehouse.connection.execute(
        """select coalesce(sum(new + restored + changed + released + deleted + erased + newly_suppressed), 0)
           from accounts where run_id = ?""",
        [run_id],
    ).fetchall()
    return int(found[0][0]) > 0


def since_last_publication(warehouse: Warehouse) -> list[tuple[str, int, int, Mapping[str, int]]]:
    """Per source: (source, rows with news or read anew, rows still in quarantine among them, reason code -> rows).

    Of a source with both, the worse share counts: many old rows hide no bad batch.
    """
    found = []
    for source, n_readable, held, n_all, all_held in warehouse.connection.execute(statement("intakes")).fetchall():
        delivered = _intake(source, n_readable, held)
        anew = _intake(source, n_all - sum(_counts(all_held).values()), all_held)
        found.append(max(delivered, anew, key=lambda intake: intake[2] / intake[1] if intake[1] else 0.0))
    return found


def _intake(source: str, n_readable: int, held: list[str] | None) -> tuple[str, int, int, Mapping[str, int]]:
    reasons = _counts(held)
    n_held = sum(reasons.values())
    return source, n_readable + n_held, n_held, reasons


def _counts(reasons: list[str] | None) -> dict[str, int]:
    return dict(sorted(Counter(reasons or ()).items()))
