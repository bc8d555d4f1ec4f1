"""Days of rows of a few sources, with the rhythm of a week, a year and chance, as the warehouse has them after a run.

Rows are made in SQL from hashes of (seed, source, day, row, column): the same seed gives the same days. What a day has
in common (how many rows, how many with an e-mail address, what is ordered) wavers from day to day beyond what chance
alone would make of it: nothing in life is as steady as a coin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import pi, sin
from random import Random

import duckdb

from crm_pipelines.demo.japanese_names import given_names, surnames
from crm_pipelines.model.warehouse_tables import WAREHOUSE_TABLES, create_table_sql

FIRST_DAY = date(2025, 4, 1)
RUN = "run"
PERSON_COLUMNS = frozenset({"family_name", "given_name", "kana", "email", "phone"})
_TABLES = ("deliveries", "accounts", "crosswalk", "identity_log")
_PREFECTURES = [
    "東京都", "神奈川県", "大阪府", "愛知県", "埼玉県", "千葉県", "兵庫県", "北海道", "福岡県", "静岡県",
    "茨城県", "広島県", "京都府", "宮城県", "新潟県", "長野県", "岐阜県", "群馬県", "栃木県", "岡山県",
    "福島県", "三重県", "熊本県", "鹿児島県",
    "沖縄県", "滋賀県", "山口県", "愛媛県", "長崎県", "奈良県", "青森県", "岩手県", "大分県", "石川県",
]  # fmt: skip
_TOWNS = [
    "中央区銀座", "港区芝公園", "新宿区西新宿", "横浜市西区みなとみらい", "大阪市北区梅田", "名古屋市中村区名駅",
    "さいたま市大宮区桜木町", "千葉市美浜区中瀬", "神戸市中央区三宮町", "札幌市中央区北一条西", "福岡市博多区博多駅前",
    "静岡市葵区追手町", "水戸市三の丸", "広島市中区基町", "京都市下京区烏丸通七条下る東塩小路町", "仙台市青葉区一番町",
]  # fmt: skip
_DOMAINS = ["mail.example.jp", "post.example.jp", "k.example.jp", "office.example.jp", "home.example.jp"]


@dataclass(frozen=True, slots=True)
class Habits:
    """What a source is like.

    Attributes:
        name: of the source.
        n_rows: of a usual working day.
        weekend: share of that on a Saturday; on a Sunday somewhat less.
        filled: share of its rows with an e-mail address.
        matched: share of its new rows whose customer is known.
        amount: usual order, as the logarithm.
    """

    name: str
    n_rows: int
    weekend: float
    filled: float
    matched: float
    amount: float


SOURCES = (
    Habits("shop", 4_000, 1.25, 0.97, 0.42, 8.4),
    Habits("erp", 3_000, 0.12, 0.71, 0.55, 10.1),
    Habits("form", 2_600, 0.55, 0.93, 0.31, 7.9),
)


@dataclass(frozen=True, slots=True)
class DayOfSource:
    """What decides the rows of a source on a day; a fault is another value of one of these.

    Attributes:
        repeated: share of rows that repeat the row before.
        columns: SQL in place of what a column usually is.
    """

    n_rows: int
    filled: float
    matched: float
    amount: float
    web: float
    garbled: float = 0.0002
    repeated: float = 0.01
    held: float = 0.01
    columns: dict[str, str] = field(default_factory=dict)


class World:
    """All days of one seed."""

    def __init__(self, seed: int, scale: float = 1.0, sources: Sequence[Habits] = SOURCES) -> None:
        self.con = duckdb.connect(config={"threads": 1})
        self.con.execute("set timezone = 'UTC'")
        self.sources = tuple(replace(one, n_rows=round(one.n_rows * scale)) for one in sources)
        self._seed = seed
        self._rng = Random(seed)
        for table in _TABLES:
            self.con.execute(create_table_sql(table, WAREHOUSE_TABLES[table]))
        # a hash of a hash: `hash(a, b)` alone makes the draws of one row functions of one another
        self.con.execute("create macro h(seed, place, what) as hash(xor(hash(seed || what), hash(place)))")
        self.con.execute("create macro u(seed, place, what) as h(seed, place, what) / 18446744073709551616.0")
        self._lists()

    def day(self, number: int) -> dict[str, DayOfSource]:
        """A clean day: source -> what decides its rows. Called once a day, in order."""
        return {one.name: self._day_of(one, number) for one in self.sources}

    def lay_down(self, number: int, decided: dict[str, DayOfSource]) -> date:
        """Put the rows of a day in place of those of the day before; return the day."""
        day = FIRST_DAY + timedelta(days=number)
        for table in _TABLES:
            self.con.execute(f"delete from {table}")
        n_rows = 0
        for name, one in decided.items():
            self._lay_down_source(name, number, day, one)
            n_rows += one.n_rows
        n_merges = self._counted(n_rows * 0.02 * self._rng.lognormvariate(0, 0.1))
        self.con.execute(
            """insert into identity_log by name
               select 'retired' as event, 'g' as to_golden_id, ? as run_id from range(?)""",
            [RUN, n_merges],
        )
        return day

    def _day_of(self, habits: Habits, number: int) -> DayOfSource:
        day, rng = FIRST_DAY + timedelta(days=number), self._rng
        year = sin(2 * pi * number / 365)
        rhythm = {5: habits.weekend, 6: habits.weekend * 0.8, 0: 1.15}.get(day.weekday(), 1.0)
        usual = habits.n_rows * rhythm * (1 + 0.15 * year) * rng.lognormvariate(0, 0.05)
        weekend = 0.06 if day.weekday() >= 5 else 0.0
        return DayOfSource(
            n_rows=self._counted(usual),
            filled=habits.filled + rng.gauss(0, 0.004) - weekend / 3,
            matched=habits.matched + rng.gauss(0, 0.003) + 0.01 * year,
            amount=habits.amount + rng.gauss(0, 0.02) + 0.05 * year + weekend,
            web=0.5 + weekend + rng.gauss(0, 0.01),
        )

    def _counted(self, usual: float) -> int:
        return max(0, round(self._rng.gauss(usual, usual**0.5)))

    def _lists(self) -> None:
        families = surnames()[0][:150]
        givens = [*given_names("male", 1980)[:45], *given_names("female", 1980)[:45]]
        for table, texts in (
            ("families", [one.kanji for one in families]),
            ("kana", [one.kana for one in families]),
            ("wrecked", [one.kanji.encode().decode("latin-1") for one in families]),
            ("givens", [one.kanji for one in givens]),
            ("prefectures", _PREFECTURES), ("towns", _TOWNS), ("domains", _DOMAINS),
        ):  # fmt: skip
            self.con.execute(f"set variable {table} = ?", [list(texts)])

    def _lay_down_source(self, name: str, number: int, day: date, one: DayOfSource) -> None:
        fields = ", ".join(f'"{column}": {sql}' for column, sql in (COLUMNS | one.columns).items())
        parameters = {
            "seed": f"{self._seed}/{name}/{number}", "n_rows": one.n_rows, "day": day, "source": name, "run_id": RUN,
            "filled": one.filled, "amount": one.amount, "web": one.web, "garbled": one.garbled,
            "repeated": one.repeated, "held": one.held,
        }  # fmt: skip
        text = _ROWS.replace("/* fields */", fields)
        self.con.execute(text, {key: value for key, value in parameters.items() if f"${key}" in text})
        self.con.execute(
            """insert into accounts by name
               select $run_id as run_id, $source as source_system, count(*) as received,
                   count(*) filter (where disposition = 'new') as new,
                   count(*) filter (where disposition = 'changed') as changed,
                   cast(count(*) * 0.01 as bigint) as deleted,
                   count(*) filter (where disposition = 'quarantined') as quarantined
               from deliveries where source_system = $source""",
            {"run_id": RUN, "source": name},
        )
        self.con.execute(
            """insert into crosswalk by name
               with fresh as (
                   select source_record_id, u($seed, row_number, 'matched') < $matched as is_matched
                   from deliveries where source_system = $source and disposition = 'new'
               )
               select source_record_id as record_id, 'g-' || source_record_id as golden_id from fresh
               union all
               select 'old:' || source_record_id, 'g-' || source_record_id from fresh where is_matched""",
            {"seed": parameters["seed"], "source": name, "matched": one.matched},
        )


def _of(list_name: str, what: str, skew: float, row: str = "person") -> str:
    """One of a list, the first ones more often."""
    chosen = f"u($seed, {row}, '{what}')"
    return (
        f"getvariable('{list_name}')[1 + cast(floor(len(getvariable('{list_name}')) * {chosen} ** {skew}) as integer)]"
    )


FAMILY, GIVEN = _of("families", "family", 2.2), _of("givens", "given", 1.5)
EMAIL = (
    "case when u($seed, person, 'has email') < $filled "
    "then 'u' || cast(h($seed, person, 'mailbox') % 900000 as varchar) || '@' || "
    + _of("domains", "domain", 1.6)
    + " end"
)
PHONE = (
    "case when u($seed, person, 'has phone') < 0.8 then '0' || (7 + h($seed, person, 'kind') % 3) || '0-' || "
    "lpad(cast(h($seed, person, 'a') % 10000 as varchar), 4, '0') || '-' || "
    "lpad(cast(h($seed, person, 'b') % 10000 as varchar), 4, '0') end"
)
PREFECTURE = _of("prefectures", "prefecture", 2.0)
_NUMBERS = " || '-' || ".join(
    f"(1 + h($seed, person, '{part}') % {size})" for part, size in (("x", 9), ("y", 40), ("z", 30))
)
ADDRESS = f"case when u($seed, person, 'has address') < 0.9 then {_of('towns', 'town', 1.3)} || {_NUMBERS} end"
_NORMAL = "(u($seed, i, 'n1') + u($seed, i, 'n2') + u($seed, i, 'n3') + u($seed, i, 'n4') - 2) * 1.73"
AMOUNT = f"cast(round(exp($amount + 0.8 * {_NORMAL}), -1) as bigint)"
ORDERED = "$day - cast(floor(4 * u($seed, i, 'ago') ** 2) as integer)"
PLAN = "['basic', 'plus', 'family', 'office', 'trial'][1 + cast(floor(5 * u($seed, i, 'plan') ** 1.8) as integer)]"
CHANNEL = (
    "case when u($seed, i, 'channel') < $web then 'web' when u($seed, i, 'channel') < 0.9 then 'store' else 'phone' end"
)

COLUMNS = {
    "no": "$seed || '/' || i",
    "family_name": f"case when u($seed, i, 'slip') < $garbled then {_of('wrecked', 'family', 2.2)} else {FAMILY} end",
    "given_name": GIVEN,
    "kana": _of("kana", "family", 2.2),
    "email": EMAIL,
    "phone": PHONE,
    "prefecture": PREFECTURE,
    "address": ADDRESS,
    "plan": PLAN,
    "channel": CHANNEL,
    "amount": AMOUNT,
    "ordered_on": ORDERED,
}
_ROWS = """
insert into deliveries by name
with numbered as (
    select i, case when u($seed, i, 'repeats') < $repeated then i - 1 else i end as person from range($n_rows) as t(i)
)
select
    1 as batch, i as row_number, $source || ':' || $seed || '/' || i as source_record_id, $source as source_system,
    $seed || '/' || i as source_id, 'main' as stream, cast(to_json({/* fields */}) as varchar) as payload,
    false as is_deleted, false as is_absence, $run_id as run_id,
    case when u($seed, i, 'held') < $held then 'quarantined'
        when u($seed, i, 'news') < 0.8 then 'new' else 'changed' end as disposition
from numbered
"""
