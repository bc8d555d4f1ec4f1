"""Dates with the month as a word, in English and the other European languages a customer file holds."""

import re

from crm_pipelines.standardise.date_eras import number_or_none

# English, French, German, Spanish, Portuguese, Italian, Dutch, Scandinavian, Russian, Polish, with shortened forms.
# A word that means different months in different languages (listopad) is left out.
_NAMES = (
    "jan january janvier janv januar jänner jaenner enero ene janeiro gennaio gen januari января "
    "январь янв stycznia styczeń",
    "feb february février fevrier févr fevr fév februar febrero fevereiro fev febbraio februari "
    "февраля февраль фев lutego luty",
    "mar march mars märz maerz marz mär marzo março marco maart mrt марта март мар marca marzec",
    "apr april avril avr abril abr aprile апреля апрель апр kwietnia kwiecień",
    "may mai mayo maio maggio mag mei maj мая май maja",
    "jun june juin juni junio junho giugno giu июня июнь июн czerwca czerwiec",
    "jul july juillet juil juli julio julho luglio lug июля июль июл lipca lipiec",
    "aug august août aout agosto ago augustus augusti августа август авг sierpnia sierpień",
    "sep sept september septembre septiembre setiembre setembro set settembre sett сентября сентябрь "
    "сен сент września wrzesień",
    "oct october octobre oktober okt octubre outubro out ottobre ott октября октябрь окт "
    "października październik",
    "nov november novembre noviembre novembro ноября ноябрь ноя нояб",
    "dec december décembre decembre déc dezember dez diciembre dic dezembro dicembre desember "
    "декабря декабрь дек grudnia grudzień",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_WORD = r"([^\W\d_]+)\.?"
_PART = r"(?: de | del | of |\. |, |[ /.-])"
_MONTH_FIRST = re.compile(rf"{_WORD}{_PART}?([0-9]{{1,2}})(?:st|nd|rd|th)?(?:, ?|[ /.-])([0-9]{{4}})", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"(?:le |am |den |el |the )?([0-9]{{1,2}})(?:st|nd|rd|th|er|º|°)?{_PART}?{_WORD}{_PART}?([0-9]{{4}})"
    r"(?: ?(?:г|года)\.?)?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})[ /.-]{_WORD}[ /.-]([0-9]{{1,2}})")
_MONTH_ONLY = re.compile(rf"{_WORD}{_PART}?([0-9]{{4}})")
_VIETNAMESE = re.compile(r"(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2}),? năm ([0-9]{4})", re.IGNORECASE)

_Read = tuple[int, int | None, int | None]


def read_worded(text: str) -> _Read | None:
    """Read a date whose month is a word as (year, month, day or None); None when it is none."""
    if match := _VIETNAMESE.fullmatch(text):
        return (int(match[3]), int(match[2]), int(match[1]))
    for pattern, year, month, day in (
        (_DAY_FIRST, 3, 2, 1), (_MONTH_FIRST, 3, 1, 2), (_YEAR_FIRST, 1, 2, 3), (_MONTH_ONLY, 2, 1, 0),
    ):  # fmt: skip
        match = pattern.fullmatch(text)
        if match and (number := _MONTHS.get(match[month].lower())):
            return (int(match[year]), number, number_or_none(match[day]) if day else None)
    return None
