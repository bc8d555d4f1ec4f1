"""In which order a country writes a date that begins with no year: 03/04/1985.

Source: the short date formats of the Unicode Common Locale Data Repository, set by hand for the countries named here.
"""

_MONTH_FIRST = frozenset({"US", "PW", "FM", "MH", "GU", "PR"})
_DAY_FIRST = frozenset(
    (  # noqa: SIM905 - a table: words read better than quotes
        "GB IE FR DE AT CH BE NL LU ES PT IT GR CY MT DK NO FI IS EE LV PL CZ SK SI HR RS BA ME MK BG RO MD UA BY RU "
        "TR IL AU NZ SG MY ID TH VN KH LA MM IN PK BD LK NP HK MO AE SA QA KW BH OM JO LB EG MA TN DZ KE TZ UG NG GH "
        "ET BR MX AR CL CO PE VE EC UY PY BO CR GT PA DO"
    ).split()
)


def is_day_first(country: str) -> bool | None:
    """Whether the day stands before the month; null where the year comes first or both orders are usual.

    Args:
        country: ISO 3166 alpha-2 of the record or its source.
    """
    return True if country in _DAY_FIRST else False if country in _MONTH_FIRST else None
