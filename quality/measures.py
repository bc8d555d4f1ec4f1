"""The figures of a run, source by source, from the rows as they were delivered and from what became of them.

Columns are those of the source, mapped or not: a swap, another unit or a cut shows where it happened. Rows that say
what they said before are news of nothing and are not looked at; of very many a sample is. What is kept of values are
counts in bins (lengths, kinds of characters, orders of magnitude, hashes), never a value.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from crm_pipelines.model.measures import ALL_SOURCES, Measure, Metric
from crm_pipelines.rules.conditions import literal
from crm_pipelines.rules.row_conditions import MOJIBAKE

_COUNTS = (Metric.RECEIVED, Metric.NEW, Metric.CHANGED, Metric.DELETED)
_TEMPORARY = ("measured_rows", "measured_cells", "measured_values")
_MOST_CATEGORIES = 40
_MOST_COLUMNS = 100
_MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class MeasuredSource:
    """What is known of a source beside its rows.

    Attributes:
        name: of the source.
        person_columns: columns that say who a person is; rows that agree in all of them repeat one another.
        known_columns: columns it had on the days before: one that is gone has no value in any row.
    """

    name: str
    person_columns: frozenset[str] = frozenset()
    known_columns: frozenset[str] = frozenset()


def measured(
    con: duckdb.DuckDBPyConnection, run_id: str, sources: Sequence[MeasuredSource], day: date
) -> list[Measure]:
    """The figures of a run.

    Args:
        con: of the warehouse; temporary tables are made and dropped.
        run_id: the run, whose rows are accounted for.
        sources: those that were read in it.
        day: of the run, which ages are counted to.

    Returns:
        In the order of source, metric, column.
    """
    names = [source.name for source in sources]
    try:
        _lay_out(con, run_id, sources)
        found = [
            *_counts(con, run_id, names),
            *_merges(con, run_id),
            *_shares(con, Metric.MATCHED, _MATCHED, {"run_id": run_id, "sources": names}),
            *_shares(con, Metric.REPEATED, _REPEATED, {}),
            *_columns(con, Metric.FILLED, _FILLED),
            *_columns(con, Metric.GARBLED, _GARBLED),
            *_spreads(con, day),
        ]
    finally:
        for table in (*_TEMPORARY, "person_columns", "known_columns"):
            con.execute(f"drop table if exists temp.{table}")
    return sorted(found, key=lambda one: one.series)


def _lay_out(con: duckdb.DuckDBPyConnection, run_id: str, sources: Sequence[MeasuredSource]) -> None:
    for table in ("person_columns", "known_columns"):
        con.execute(f"create temporary table {table} (source_system varchar, column_name varchar)")
        pairs = [[one.name, column] for one in sources for column in sorted(getattr(one, table))]
        if pairs:
            con.executemany(f"insert into temp.{table} values (?, ?)", pairs)  # noqa: S608 - constant names
    con.execute(_ROWS, {"run_id": run_id, "sources": [source.name for source in sources]})
    con.execute(_CELLS)
    con.execute(_VALUES)


def _counts(con: duckdb.DuckDBPyConnection, run_id: str, sources: Sequence[str]) -> Iterator[Measure]:
    rows = con.execute(
        """select source_system, received, new, changed, deleted, quarantined from accounts
           where run_id = ? and list_contains(?, source_system) order by source_system""",
        [run_id, list(sources)],
    ).fetchall()
    for source, *counts, n_held in rows:
        for metric, number in zip(_COUNTS, counts, strict=True):
            yield Measure(source, metric, "", int(number))
        if counts[0]:
            yield Measure(source, Metric.HELD, "", int(n_held), int(counts[0]))


def _merges(con: duckdb.DuckDBPyConnection, run_id: str) -> Iterator[Measure]:
    found = con.execute(
        "select count(*) from identity_log where run_id = ? and event = 'retired' and to_golden_id is not null",
        [run_id],
    ).fetchall()
    yield Measure(ALL_SOURCES, Metric.MERGES, "", int(found[0][0]))


def _shares(
    con: duckdb.DuckDBPyConnection, metric: Metric, query: str, parameters: Mapping[str, object]
) -> Iterator[Measure]:
    """The share of each source, and of several together where they make one: what is in no source alone shows there."""
    rows = [(str(source), int(n), int(n_of)) for source, n, n_of in con.execute(query, dict(parameters)).fetchall()]
    yield from (Measure(source, metric, "", n, n_of) for source, n, n_of in rows if n_of)
    if metric is Metric.MATCHED and len(rows) > 1:
        yield Measure(ALL_SOURCES, metric, "", sum(n for _, n, _ in rows), sum(n_of for *_, n_of in rows))


def _columns(con: duckdb.DuckDBPyConnection, metric: Metric, query: str) -> Iterator[Measure]:
    for source, column, n_seen, n_of in con.execute(query).fetchall():
        if n_of:
            yield Measure(str(source), metric, str(column), int(n_seen), int(n_of))


def _spreads(con: duckdb.DuckDBPyConnection, day: date) -> Iterator[Measure]:
    bins: dict[tuple[str, str, str], dict[str, int]] = {}
    rows: Iterable[tuple[str, str, str, str, int]] = con.execute(_SPREADS, {"day": day}).fetchall()
    for source, metric, column, name, n_values in rows:
        bins.setdefault((source, metric, column), {})[name] = int(n_values)
    for (source, metric, column), found in bins.items():
        yield Measure(source, Metric(metric), column, sum(found.values()), None, found)


_ROWS = """
create temporary table measured_rows as
select
    row_number() over () as row_id,
    source_system,
    case when stream in ('', 'main') then '' else stream || '/' end as stream,
    source_id,
    payload,
    count(*) over (partition by source_system) >= 2 * /* most */ as is_sampled
from deliveries
where run_id = $run_id and list_contains($sources, source_system)
    and not is_absence and not is_deleted and fault_code is null
    and payload is not null and json_valid(payload)
    and disposition is distinct from 'unchanged'
qualify md5_number_lower(source_record_id) % greatest(count(*) over (partition by source_system) // /* most */, 1) = 0
""".replace("/* most */", str(_MOST_ROWS))
# what stands in a column that names its rows tells nothing of the day: a number that goes on, a new name every time
_CELLS = f"""
create temporary table measured_cells as
with cells as (
    select
        row_id, source_system, stream, source_id,
        unnest(json_keys(payload)) as name,
        unnest(json_extract_string(payload, '$.*')) as text
    from temp.measured_rows
)
select
    row_id, source_system, stream, stream || name as column_name, source_id = text as is_key,
    nullif(left(trim(text), 200), '') as value
from cells
qualify dense_rank() over (partition by source_system order by stream || name) <= {_MOST_COLUMNS}
"""  # noqa: S608 - a constant number
_VALUES = """
create temporary table measured_values as
select source_system, column_name, value, coalesce(bool_and(is_key), false) as is_key, count(*) as n_values
from temp.measured_cells
where value is not null
group by source_system, column_name, value
"""
_FILLED = """
with streams as (
    select source_system, stream, count(*) as n_rows from temp.measured_rows group by source_system, stream
),

named as (
    select distinct source_system, column_name from temp.measured_cells
    union
    select source_system, column_name from temp.known_columns
),

filled as (
    select source_system, column_name, sum(n_values) as n_values from temp.measured_values group by all
)

select
    named.source_system, named.column_name, cast(coalesce(filled.n_values, 0) as bigint), streams.n_rows
from named
inner join streams on streams.source_system = named.source_system
    and streams.stream = case
        when contains(named.column_name, '/') and named.source_system || split_part(named.column_name, '/', 1) || '/'
            in (select source_system || stream from streams) then split_part(named.column_name, '/', 1) || '/'
        else '' end
left join filled on filled.source_system = named.source_system and filled.column_name = named.column_name
order by all
"""
_GARBLED = f"""
select
    source_system, column_name,
    cast(coalesce(sum(n_values) filter (where regexp_matches(value, {literal(MOJIBAKE)})), 0) as bigint),
    cast(sum(n_values) as bigint)
from temp.measured_values
where not is_key
group by source_system, column_name
having bool_or(regexp_matches(value, '[^\\x00-\\x7F]'))
order by all
"""  # noqa: S608 - our own text
_REPEATED = """
with persons as (
    select cells.source_system, cells.row_id, string_agg(value, chr(31) order by cells.column_name) as person
    from temp.measured_cells as cells
    inner join temp.person_columns as named
        on named.source_system = cells.source_system and named.column_name = cells.column_name
    where value is not null
        -- in a sample of rows few meet the one that they repeat
        and cells.source_system not in (select source_system from temp.measured_rows where is_sampled)
    group by cells.source_system, cells.row_id
)

select source_system, count(*) - count(distinct person), count(*)
from persons
group by source_system
order by source_system
"""
_MATCHED = """
with fresh as (
    select distinct source_system, source_record_id
    from deliveries
    where run_id = $run_id and list_contains($sources, source_system) and disposition = 'new'
),

homes as (
    select fresh.source_system, crosswalk.golden_id
    from fresh
    inner join crosswalk on crosswalk.record_id = fresh.source_record_id and crosswalk.valid_to is null
),

sizes as (
    select golden_id, count(*) as n_records
    from crosswalk
    where valid_to is null and golden_id in (select golden_id from homes)
    group by golden_id
)

select source_system, count(*) filter (where n_records > 1), count(*)
from homes
inner join sizes on sizes.golden_id = homes.golden_id
group by source_system
order by source_system
"""
_KINDS = (
    ("漢", "[一-鿿㐀-䶿々〆]"), ("ひ", "[ぁ-ゟ]"), ("カ", "[ァ-ヿ]"), ("ｶ", "[ｦ-ﾟ]"), ("a", "[a-z]"),
    ("A", "[A-Z]"), ("9", "[0-9]"), ("Ｗ", "[０-９Ａ-Ｚａ-ｚ]"), ("_", "[ 　]"), ("@", "@"),
    ("-", r"[-_./:,()+]"), ("?", r"[\x00-\x1F\x{80}-\x{FF}\x{FFFD}]"),
)  # fmt: skip
_SHAPE = " || ".join(
    f"case when regexp_matches(value, {literal(pattern)}) then {literal(sign)} else '' end" for sign, pattern in _KINDS
)
_SPREADS = f"""
with plain as (
    select
        source_system, column_name, bool_and(is_key) as is_key,
        count(*) <= {_MOST_CATEGORIES} and sum(n_values) >= 5 * count(*) as has_few
    from temp.measured_values
    group by source_system, column_name
),

read as (
    select
        source_system, column_name, n_values, plain.is_key, has_few,
        cast(least(length(value), 64) as varchar) as lengths,
        {_SHAPE} as shapes,
        cast(md5_number_lower(value) % 32 as varchar) as spread,
        case when has_few then left(md5(value), 12) end as categories,
        try_cast(replace(value, ',', '') as double) as number,
        date_diff('day', cast(try_cast(replace(value, '/', '-') as timestamptz) as date), $day) as age
    from temp.measured_values
    inner join plain using (source_system, column_name)
),

bins as (
    select *,
        case
            when number = 0 then '0'
            when isfinite(number)
                then if(number < 0, 'n', '') || cast(cast(floor(2 * log10(abs(number))) as integer) as varchar)
        end as sizes,
        case
            when age is null then null
            when age < -31 then '-32' when age < -7 then '-8' when age < 0 then '-1'
            when age <= 7 then cast(age as varchar)
            when age <= 14 then '8' when age <= 31 then '15' when age <= 62 then '32' when age <= 183 then '63'
            when age <= 366 then '184' when age <= 1096 then '367' when age <= 3653 then '1097' else '3654'
        end as ages
    from read
)

select source_system, metric, column_name, bin, cast(sum(n_values) as bigint)
from (unpivot bins on lengths, shapes, spread, categories, sizes, ages into name metric value bin)
where not (is_key and metric in ('lengths', 'sizes', 'categories'))
    -- a date is a new value every day
    and not (age is not null and metric in ('spread', 'categories'))
group by all
order by all
"""  # noqa: S608 - our own text
