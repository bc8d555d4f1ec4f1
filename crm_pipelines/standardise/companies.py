"""Company names: legal form, its position, core, branch and department; the key compares the core alone.

A form in front and a form behind are two different legal names, so the position is kept, but not in the key.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.bank_companies import bank_company
from crm_pipelines.standardise.company_forms import FoundForm, find_form, full_form, has_form
from crm_pipelines.standardise.company_readings import company_reading_keys
from crm_pipelines.standardise.company_sites import Site, split_site
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.kanji import fold_kanji, fold_lookalikes
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.settling import settled
from crm_pipelines.standardise.text import clean_text, has_lost_character, to_katakana

__all__ = ["bank_company", "company_key", "company_reading_keys", "has_legal_form", "standardise_company"]

_ADDRESSED = re.compile(r"(?<=\S) *(?:御中|宛て?|様|殿|さま)$")
# A form and a core that cannot end in a site, a form or a word of address: one round settles it.
_PLAIN = re.compile(
    "(?:株式会社|有限会社|合同会社)[ァ-ヺー一-鿿]*"
    "(?:[^店社所部課室係局場庫当校様殿宛て中者人体合会行の ]|製作所|研究所|工務店|商店|商会)"
    "(?<!センター)(?<!オフィス)(?<!ルーム)(?<!シャ)(?<!イシャ)"
)
_LABEL = re.compile(r"^(?:会社名|社名|貴社名|御社名|法人名|団体名|勤務先|屋号|商号)[ :：]+(?=\S)")
_EDGES = " ,、。・.;:/-"
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|〔[^〔〕]*〕|【[^【】]*】|<[^<>]*>|《[^《》]*》")
_AND_IN_LATIN = re.compile(r"(?<=[a-z0-9])[ ]*&[ ]*(?=[a-z0-9])")
_LEADING_THE = re.compile(r"^the (?=\S)")
_NO_LETTER = re.compile(r"[\W_]+")
_LONG_MARK = re.compile("(?<=[ァ-ヺ])ー+")
_V_ROW = re.compile("ヴ([ァィェォ]?)")
_V_SOUNDS = {"ァ": "バ", "ィ": "ビ", "ェ": "ベ", "ォ": "ボ", "": "ブ"}
_BIG = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")


@dataclass(slots=True)
class _Name:
    """A company name taken apart; what a part lacks is empty."""

    core: str
    form: FoundForm | None = None
    position: str = ""
    site: Site = field(default_factory=Site)


def standardise_company(raw: str | None) -> StandardValue:
    """Standardise the name of a company or another body.

    Args:
        raw: the name as received, with or without a legal form, a branch and a department; null counts as empty.

    Returns:
        `std` is the official order with the full form (株式会社青木製作所), glyphs kept, without branch and department.
        `parts`: `legal_form` (a code), `legal_position` (`prefix`, `suffix`, `middle`), `core`, `branch`, `department`.
        Keys: `company_key` of the core; none for placeholders. A name that is nothing but a form is `ambiguous`.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY if not raw else StandardValue(None, status=ValueStatus.EMPTY, rules=("company.nothing_visible",))
    return settled(_standardised, text, _is_settled)


def _is_settled(value: StandardValue) -> bool:
    return bool(_PLAIN.fullmatch(value.std or ""))


def _standardised(text: str) -> StandardValue:
    if is_placeholder(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("company.placeholder",))
    rules: list[str] = []
    for rule, pattern in (("company.label", _LABEL), ("company.addressed", _ADDRESSED)):
        shorter = pattern.sub("", text)
        if shorter != text:
            rules.append(rule)
            text = shorter
    return _assembled(_taken_apart(text), text, rules)


@lru_cache(maxsize=200_000)
def company_key(core: str) -> str:
    """Return the key of a core name: variants folded, katakana big, no long mark, no punctuation, `&` spelled out.

    It treats as the same what the securities depository's name search does: spaces, width, case, variant glyphs, small
    kana, middle dots, commas, full stops; brackets and accents too.
    """
    text = clean_text(core).casefold()
    unbracketed = _BRACKETED.sub("", text)
    text = unbracketed if _NO_LETTER.sub("", unbracketed) else text
    text = _LEADING_THE.sub("", unaccented(_AND_IN_LATIN.sub("and", text))).replace("&", "アンド")
    letters = to_katakana(fold_kanji(_NO_LETTER.sub("", text)))
    letters = fold_lookalikes(_V_ROW.sub(lambda found: _V_SOUNDS[found.group(1)], letters).translate(_BIG))
    return _LONG_MARK.sub("", letters)


def has_legal_form(text: str) -> bool:
    """Tell whether a cleaned text names a company: a form in full, in brackets, or a clear Latin one at the end."""
    return has_form(text)


def _taken_apart(text: str) -> _Name:
    form = find_form(text)
    if form is not None:
        return _around_form(text, form)
    core, site = split_site(text, glued=False)
    return _Name(core.strip(" ,、。") or text, site=site)


def _around_form(text: str, form: FoundForm) -> _Name:
    before, after = text[: form.start].strip(_EDGES), text[form.end :].strip(_EDGES)
    if not before:
        core, site = split_site(after, glued=True)
        return _Name(core.strip(_EDGES) or after, form, "prefix", site)
    if not after:
        return _Name(before, form, "suffix")
    glued = text[form.end] != " "
    rest, site = split_site(after, glued=True, all_of_it=True)
    if not rest:
        return _Name(before, form, "suffix", site)
    if not glued and not form.is_latin:
        return _Name(before, form, "suffix", Site(department=after))
    if form.is_latin and rest.startswith("("):  # Acme Inc. (USA)
        return _Name(f"{before} {rest}", form, "suffix", site)
    return _Name(f"{before}{'' if glued else ' '}{rest}", form, "middle", site)


def _assembled(name: _Name, text: str, rules: list[str]) -> StandardValue:
    parts = {
        "legal_form": name.form.code if name.form else "", "legal_position": name.position, "core": name.core,
        "branch": name.site.branch, "department": name.site.department,
    }  # fmt: skip
    parts = {part: value for part, value in parts.items() if value}
    if not name.core:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=(*rules, "company.form_only"), parts=parts)
    key = company_key(name.core)
    lost = has_lost_character(name.core)
    if name.form:
        rules.append(f"company.form_{name.position}")
    status = ValueStatus.AMBIGUOUS if lost else ValueStatus.OK
    flags = ("lookalike",) if fold_lookalikes(name.core) != name.core else ()
    return StandardValue(_std(name), (key,) if key and not lost else (), status, tuple(rules), parts, flags)


def _std(name: _Name) -> str:
    if name.form is None:
        return name.core
    form = full_form(name.form)
    space = " " if name.form.is_latin else ""
    if name.position == "prefix":
        return f"{form}{space}{name.core}"
    return f"{name.core}{space}{form}"
