from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from crm_pipelines.stores.published_files import files_to_drop

NOW = datetime(2026, 4, 10, 12, 0, tzinfo=UTC)


def written(*ages: timedelta) -> dict[Path, float]:
    """Oldest first, as versions are."""
    return {Path(f"p{n:012d}.duckdb"): (NOW - age).timestamp() for n, age in enumerate(ages, start=1)}


def kept(files: dict[Path, float], current: Path | None = None, now: datetime = NOW) -> list[int]:
    dropped = set(files_to_drop(files, current, now))
    return [int(path.stem[1:]) for path in files if path not in dropped]


def test_the_last_three_stay_however_old() -> None:
    assert kept(written(*[timedelta(days=days) for days in (50, 40, 30, 20, 10)])) == [3, 4, 5]


def test_the_newest_of_each_of_seven_days_stays() -> None:
    ages = [timedelta(days=days, hours=hours) for days in range(9, 0, -1) for hours in (3, 1)]
    today = [timedelta(hours=3), timedelta(hours=2), timedelta(hours=1)]
    files = written(*ages, *today)
    # versions 2, 4, 6 are the last of 9, 8 and 7 days ago: too old
    assert kept(files) == [8, 10, 12, 14, 16, 18, 19, 20, 21]


def test_a_day_ends_where_the_zone_of_now_says() -> None:
    files = written(timedelta(hours=22), timedelta(hours=20), *[timedelta(hours=1)] * 3)  # 14:00 and 16:00 UTC
    assert kept(files) == [2, 3, 4, 5]
    tokyo = timezone(timedelta(hours=9))  # 23:00 and, the day after, 01:00
    assert kept(files, now=NOW.astimezone(tokyo)) == [1, 3, 4, 5]


def test_the_young_stay_for_readers_who_have_just_looked() -> None:
    seconds = (600, 130, 110, 90, 60, 30, 5)
    assert kept(written(*[timedelta(seconds=second) for second in seconds])) == [3, 4, 5, 6, 7]


def test_at_most_twelve_stay_and_the_oldest_of_the_young_go_first() -> None:
    days = [timedelta(days=day) for day in range(6, 0, -1)]
    young = [timedelta(seconds=second) for second in range(100, 0, -5)]
    assert kept(written(*days, *young)) == [1, 2, 3, 4, 5, 6, *range(21, 27)]


def test_the_current_one_never_goes() -> None:
    files = written(*[timedelta(days=days) for days in (50, 40, 30, 20, 10)])
    assert kept(files, current=Path("p000000000001.duckdb")) == [1, 3, 4, 5]
