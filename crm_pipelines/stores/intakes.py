"""What came in since readers last got something new: the measure of the quarantine budget.

A gate that was held stays held until the rows are mended, a budget is raised or the source is set right: so rows count
from the last publication on, not from the last run, and a row that left the quarantine counts no more.
Rows that say what they said before count neither as good nor as bad: a table that is read whole is judged by its news,
as a source that delivers nothing but news. When a source is read anew (another mapping, a new suppression), rows held
back long ago are held back once more; then all its rows count, not the few that were delivered meanwhile.
"""

from collections.abc import Mapping

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
    """Per source: (source, rows with news or read anew, rows still in quarantine among them, reason code -> rows)."""
    con = warehouse.connection
    runs = """select run_id from run_log where started_at > coalesce(
        (select max(started_at) from run_log where outcome in ('succeeded', 'source_failed')),
        timestamptz '1970-01-01 00:00:00+00')"""
    readable = con.execute(
        f"""select source_system, sum(received - unchanged - quarantined) from accounts where run_id in ({runs})
            group by source_system order by source_system"""  # noqa: S608 - our own text
    ).fetchall()
    held: dict[str, dict[str, int]] = {}
    for source, reason, n_rows in con.execute(
        f"""select source_system, reason_code, count(*) from quarantine where run_id in ({runs})
            group by source_system, reason_code order by source_system, reason_code"""  # noqa: S608 - our own text
    ).fetchall():
        held.setdefault(source, {})[reason] = n_rows
    read_anew = dict(
        con.execute(
            f"""select source_system, count(*) from source_records
                where not is_deleted and source_system in (
                    select held.source_system from quarantine as held
                    inner join source_records as known on known.source_record_id = held.source_record_id
                    where held.run_id in ({runs}) and known.run_id not in ({runs}))
                group by source_system order by source_system"""  # noqa: S608 - our own text
        ).fetchall()
    )
    found = []
    for source, n_readable in readable:
        reasons = held.get(source, {})
        n_held = sum(reasons.values())
        found.append((source, max(int(n_readable) + n_held, read_anew.get(source, 0)), n_held, reasons))
    return found
