# ruff: noqa: S608 - the statements are built from constants
"""Learn which values are nobody's: those on more records than any real one could be, whose other fields all differ.

The least number of records is absolute. Beyond it a value must also be far more frequent than a real one:

- a whole name on a thousandth of all persons (the most frequent full names of Japan, Korea, China and the United States
  are borne by one in five thousand at most); a name that could not be read as family and given name needs no share;
- a date of birth on twenty times as many persons as dates have on average;
- a corporate number beside a dozen different names; an organisation's name without a legal form beside a dozen
  different corporate numbers or mail domains.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

MOST_RECORDS = 30
MOST_DIFFERENT = 12
NAME_SHARE = 0.001
DATE_FACTOR = 20

_OTHER = "coalesce(email_keys[1], phone_keys[1], address_key, birth_date_key, corporate_number_key)"
_QUERIES: Mapping[str, str] = {
    "name": f"""
        select name_key, count(*) as n
        from standardised_records
        where customer_type = 'person' and name_key is not null
        group by name_key
        having n >= {MOST_RECORDS} and count(distinct {_OTHER}) >= {MOST_RECORDS}
            and (
                count(*) filter (where family_name_key is not null and given_name_key is not null) * 2 < n
                or n >= {NAME_SHARE} * (select count(name_key) from standardised_records where customer_type = 'person')
            )""",
    "birth_date": f"""
        select birth_date_key, count(*) as n
        from standardised_records
        where birth_date_key is not null
        group by birth_date_key
        having n >= {MOST_RECORDS} and count(distinct name_key) >= {MOST_RECORDS}
            and n >= {DATE_FACTOR} * (
                select count(birth_date_key) / count(distinct birth_date_key) from standardised_records)""",
    "corporate_number": f"""
        select corporate_number_key, count(*) as n
        from standardised_records
        where corporate_number_key is not null
        group by corporate_number_key
        having count(distinct organisation_name_key) >= {MOST_DIFFERENT}""",
    "organisation_name": f"""
        select organisation_name_key, count(*) as n
        from standardised_records
        where customer_type = 'organisation' and organisation_name_key is not null
            and coalesce(legal_form, '') = ''
        group by organisation_name_key
        having n >= {MOST_RECORDS} and greatest(
            count(distinct corporate_number_key), count(distinct email_domain_key)) >= {MOST_DIFFERENT}""",
}


@dataclass(frozen=True, slots=True)
class StopValue:
    """One value that is nobody's.

    Attributes:
        field: canonical field.
        key: its key in the standardised records.
        n_records: records it stands on.
    """

    field: str
    key: str
    n_records: int


def learned_stop_values(con: duckdb.DuckDBPyConnection) -> list[StopValue]:
    """What a connection's `standardised_records` show to be nobody's, by field and falling number of records."""
    return [
        StopValue(field, key, n_records)
        for field, query in _QUERIES.items()
        for key, n_records in con.execute(f"select * from ({query}) order by n desc, 1").fetchall()
    ]
