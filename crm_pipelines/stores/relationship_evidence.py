# ruff: noqa: S608 - the statements are built from constant names
"""By which keys records may be related: `residents` and `organisation_keys`, kept up with the records that changed.

Both stand on record ids, so that they outlive every merge and split. A record that changes brings the whole of its old
and new keys with it, because it may crowd them or make them telling again; whoever shares such a key is looked at anew.
"""

from dataclasses import dataclass

from crm_pipelines.activity.households import residents_sql
from crm_pipelines.activity.organisations import crowded_keys_sql, organisation_keys_sql
from crm_pipelines.stores.warehouse import Step

NAME = "relationship_evidence"
_RULES = "1"  # another number has every record read anew
_CHANGED = "(select record_key from evidence_changed)"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of evidence: the columns of the key that people or organisations share, and which rows count."""

    name: str
    key: str
    counts: str


_RESIDENTS = _Table("residents", "home", "makes_household")
_ORGANISATION_KEYS = _Table("organisation_keys", "sign, key", "not is_crowded")


def replace_evidence(step: Step) -> int:
    """Bring both tables up to date; return how many records changed."""
    everything = "select record_key from standardised_records"
    changed = f"select cast(key as integer) as record_key from {step.changed('records')}"
    is_anew = step.warehouse.fact(step.name, "rules") != _RULES
    step.note("rules", _RULES)
    step.temporary(
        "evidence_changed", f"{changed} union {everything}" if is_anew else f"select distinct * from ({changed})"
    )
    _replace_residents(step)
    _replace_organisation_keys(step)
    return step.count("evidence_changed")


def _replace_residents(step: Step) -> None:
    step.temporary(
        "touched_addresses",
        f"""select address_key from residents where record_key in {_CHANGED}
            union
            select address_key from standardised_records
            where record_key in {_CHANGED} and address_key is not null""",
    )
    at_them = "address_key in (select address_key from touched_addresses)"
    _replace(step, _RESIDENTS, at_them, residents_sql())


def _replace_organisation_keys(step: Step) -> None:
    step.temporary(
        "fresh_keys",
        f"select * from ({organisation_keys_sql()}) where record_key in {_CHANGED}",
    )
    step.temporary(
        "touched_keys",
        f"""select sign, key from organisation_keys where record_key in {_CHANGED}
            union
            select sign, key from fresh_keys""",
    )
    step.temporary(
        "keys_at_hand",
        f"""select * exclude (is_crowded) from organisation_keys semi join touched_keys using (sign, key)
            where record_key not in {_CHANGED}
            union all
            select * from fresh_keys""",
    )
    step.temporary("crowded_keys", crowded_keys_sql("keys_at_hand"))
    judged = """select keys_at_hand.*, crowded_keys.key is not null as is_crowded
                from keys_at_hand left join crowded_keys using (sign, key)
                order by record_id, sign, key"""
    _replace(step, _ORGANISATION_KEYS, "(sign, key) in (select (sign, key) from touched_keys)", judged)
    step.mark(
        "activity",
        """select record_id_from from observed_relationships
           inner join moved_keys on moved_keys.sign = to_sign and moved_keys.key = to_value""",
    )


def _replace(step: Step, table: _Table, touched: str, query: str) -> None:
    """Replace the touched rows; mark the records that share a key with a row that came, went or changed."""
    is_first = step.count(table.name) == 0
    step.temporary("old_rows", f"select * from {table.name} where {touched}")
    step.temporary("new_rows", query)
    step.con.execute(f"delete from {table.name} where {touched}")
    step.con.execute(f"insert into {table.name} by name select * from new_rows")
    step.temporary(
        "moved_keys",
        f"""select distinct {table.key} from (
                (select * from old_rows except select * from new_rows)
                union all
                (select * from new_rows except select * from old_rows)
            ) where {table.counts}""",
    )
    if is_first:  # every row is of a record that is new itself
        return
    step.mark(
        "activity",
        f"""select record_id from (select * from old_rows union all select * from new_rows) as both_rows
            semi join moved_keys using ({table.key}) where {table.counts}""",
    )
