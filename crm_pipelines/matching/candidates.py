# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Find the candidate pairs that a delta can reach: those that share a key which is not above its cap."""

import duckdb

from crm_pipelines.matching.blocking import BITS
from crm_pipelines.model.enums import CustomerType

# A key of a record of the delta proposes a pair with every other record on it; of two records of the delta only one
# side proposes, so that a full build does the work once.
_PROPOSING_KEYS = """
select k.key, c.bit from key_counts k join temp.blocking_caps c on c.rule = k.rule
where k.n_records between 2 and c.cap"""

_DELTA_KEYS = f"""
create or replace temp table delta_keys as
select b.record_key, k.key, k.bit
from blocking_keys b join ({_PROPOSING_KEYS}) k on k.key = b.key
semi join temp.pair_delta d on d.record_key = b.record_key"""

_PARTNER_KEYS = """
create or replace temp table partner_keys as
select b.record_key, b.key, d.record_key is not null as is_in_delta
from blocking_keys b
semi join (select distinct key from temp.delta_keys) k on k.key = b.key
left join temp.pair_delta d on d.record_key = b.record_key"""

_CANDIDATES = """
create or replace temp table candidates_found as
select least(k.record_key, p.record_key) as record_key_l, greatest(k.record_key, p.record_key) as record_key_r,
  bit_or(k.bit) as rules
from temp.delta_keys k join temp.partner_keys p on p.key = k.key
where k.record_key < p.record_key or (k.record_key > p.record_key and not p.is_in_delta)
group by all"""


_ALL_KEYS = f"""
create or replace temp table delta_keys as
select b.record_key, k.key, k.bit from blocking_keys b join ({_PROPOSING_KEYS}) k on k.key = b.key"""

_ALL_CANDIDATES = """
create or replace temp table candidates_found as
select k.record_key as record_key_l, p.record_key as record_key_r, bit_or(k.bit) as rules
from temp.delta_keys k join temp.delta_keys p on p.key = k.key and k.record_key < p.record_key
group by all"""


def find_candidates(con: duckdb.DuckDBPyConnection, *, is_whole: bool = False) -> dict[str, int]:
    """Make `candidates_<customer type>(record_key_l, record_key_r, place)` for the records of `pair_delta`.

    Reads the temporary tables `pair_delta` and `blocking_caps`; the smaller key stands left.

    Args:
        con: holds `blocking_keys` and `key_counts` in their new state.
        is_whole: all records are in the delta.

    Returns:
        Blocking rule -> distinct pairs it proposed, only rules that proposed any.
    """
    for sql in (_ALL_KEYS, _ALL_CANDIDATES) if is_whole else (_DELTA_KEYS, _PARTNER_KEYS, _CANDIDATES):
        con.execute(sql).fetchall()
    for kind in CustomerType:
        bits = sum(bit for rule, bit in BITS.items() if rule.startswith(kind.value[0]))
        con.execute(
            f"create or replace temp table candidates_{kind} as "
            "select record_key_l, record_key_r, row_number() over () - 1 as place "
            f"from temp.candidates_found where (rules & {bits}) <> 0"
        ).fetchall()
    counts = ", ".join(f"count(*) filter ((rules & {bit}) <> 0)" for bit in BITS.values())
    found = con.execute(f"select {counts} from temp.candidates_found").fetchall()[0]
    for table in ("delta_keys", "partner_keys", "candidates_found"):
        con.execute(f"drop table if exists temp.{table}").fetchall()
    return {rule: int(n_pairs) for rule, n_pairs in zip(BITS, found, strict=True) if n_pairs}
