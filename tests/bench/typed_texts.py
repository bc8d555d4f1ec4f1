"""What people type into the search box: names in every script, as far as they are typed, with slips; numbers, ids."""

from collections.abc import Iterator

import duckdb

_ROWS = """
    select told.name, told.name_kana, told.reading_keys[1] as reading, told.organisation_name, told.email, told.phone,
        homes.golden_id
    from standardised_records as told
    inner join homes on homes.record_id = told.record_id
    where {needed} is not null
    order by md5(told.record_id)
    limit ?"""


def typed_texts(con: duckdb.DuckDBPyConnection, n_each: int) -> dict[str, list[str]]:
    """Kind of text -> texts.

    Args:
        con: a publication.
        n_each: so many customers of each kind.
    """
    kanji = _column(con, "told.name", 0, n_each)
    kana = _column(con, "told.name_kana", 1, n_each)
    romaji = _column(con, "told.reading_keys[1]", 2, n_each)
    company = _column(con, "told.organisation_name", 3, n_each)
    return {
        "name": [part for text in kanji for part in _as_typed(text)],
        "kana": [part for text in kana for part in _as_typed(text)],
        "romaji": [part for text in romaji for part in _as_typed(text)],
        "slip": [_with_slip(text) for text in [*romaji, *kana]],
        "two_characters": [text[:2] for text in kanji],
        "company": [part for text in company for part in _as_typed(text)],
        "email": [part for text in _column(con, "told.email", 4, n_each) for part in _as_typed(text)],
        "phone": [part for text in _column(con, "told.phone", 5, n_each) for part in _as_typed(text)],
        "id": [part for text in _column(con, "homes.golden_id", 6, n_each) for part in _as_typed(text)],
    }


def _column(con: duckdb.DuckDBPyConnection, needed: str, place: int, n_most: int) -> list[str]:
    return [str(row[place]) for row in con.execute(_ROWS.format(needed=needed), [n_most]).fetchall()]


def _as_typed(text: str) -> Iterator[str]:
    """The text when two characters stand there, when half of it does, and whole."""
    for n_characters in sorted({2, len(text) // 2, len(text)}):
        if n_characters >= 2:
            yield text[:n_characters]


def _with_slip(text: str) -> str:
    """Two neighbours in the middle swapped."""
    middle = max(len(text) // 2, 1)
    return text[: middle - 1] + text[middle : middle + 1] + text[middle - 1] + text[middle + 1 :]
