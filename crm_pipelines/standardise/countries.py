"""Country names and codes in Japanese, English, the country's own and other languages to ISO 3166-1 alpha-2."""

import re
from functools import cache, lru_cache
from importlib.resources import files

from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.text import clean_text

_FILLERS = re.compile(r"[\s.,'’`・=()&/-]+")
_CODE_AND_NAME = re.compile(
    r"(?P<code>[A-Za-z]{2,3}) ?[:=|(-] ?(?P<name>[^\W\d].+?)\)?|(?P<named>[^\W\d].+?) ?[:=|(-] ?"
    r"(?P<coded>[A-Z]{2,3})\)?"
)
# Behind or before a name that is known without it (スペイン王国, Republic of Singapore).
_FORM_OF_STATE = re.compile(
    "(?<=..)(?:連邦|民主|社会主義|イスラム)*(?:共和国|王国|連邦|公国)$|^(?:federal|democratic|peoples|islamic)*"
    "(?:republic|kingdom|state|commonwealth)of(?:the)?|^ประเทศ|^สาธารณรัฐ"
)
_LONGEST = 80


@lru_cache(maxsize=10_000)
def country_code(raw: str | None) -> str | None:
    """Find the code of a country written as a name, a common short form, a code, or name and code (日本(JP)).

    Returns:
        ISO 3166-1 alpha-2 in capitals; None for an empty or unknown name.
    """
    text = clean_text(raw)
    if not text or len(text) > _LONGEST:
        return None
    folded = _folded(text)
    if code := _codes().get(folded) or _codes().get(_FORM_OF_STATE.sub("", folded)):
        return code
    both = _CODE_AND_NAME.fullmatch(text)
    if both is None:
        return None
    code = _codes().get(_folded(both["code"] or both["coded"]))
    return code if code and code == _codes().get(_folded(both["name"] or both["named"])) else None


def _folded(text: str) -> str:
    return _FILLERS.sub("", unaccented(text)).removeprefix("the")


@cache
def _codes() -> dict[str, str]:
    """Names of the CLDR's table and the codes, then the aliases of our own table over them."""
    table = (files("crm_pipelines.standardise") / "tables" / "country_names.tsv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for code, *names in (line.split("\t") for line in table.splitlines()):
        for name in names:
            found.setdefault(_folded(clean_text(name)), code)
    found |= {line[:2].lower(): line[:2] for line in table.splitlines()}
    for code, names in contact_table("countries").items():
        found |= {_folded(clean_text(str(name))): str(code) for name in names}
    return found
