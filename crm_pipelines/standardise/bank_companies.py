"""Company names as bank transfers carry them: thirty big kana, the legal form abbreviated beside a bracket."""

import re

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.kana import kana_bank
from crm_pipelines.standardise.settling import settled
from crm_pipelines.standardise.tables.legal_forms import BANK_FORMS, BANK_OFFICES, BANK_WORDS
from crm_pipelines.standardise.text import clean_text, to_katakana, unify_dashes

_FRONT = re.compile(r"^\(?([ァ-ヺ]{1,8})(?:\)|[.,](?=\S))(?=.)")
_MIDDLE = re.compile(r"(?<=.)\(([ァ-ヺ]{1,8})\)(?=.)")
_BEHIND = re.compile(r"(?<=.)\(([ァ-ヺ]{1,8})\)?$")
_LONG_MARK = re.compile(r"(?<=[ァ-ヺ])-")
_PUNCTUATION = re.compile(r"[.,'/・ -]+")
_NOT_BANK = re.compile(r"[一-鿿㐀-䶿ぁ-ゖ]")


def bank_company(raw: str | None) -> StandardValue:
    """Read a company or person name of a bank transfer.

    Args:
        raw: kana of any width with the abbreviated form: `カ)` in front, `(カ` behind, `(カ)` between; null is empty.

    Returns:
        `parts` as of a company, `core` in bank kana (big letters, no long mark, no space); `branch` may end in the
        office word the abbreviation stands for (営業所). Key: the core.
        `unsupported` when the value holds kanji.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY if not raw else StandardValue(None, status=ValueStatus.EMPTY, rules=("bank.nothing_visible",))
    return settled(_standardised, text)


def _standardised(text: str) -> StandardValue:
    if _NOT_BANK.search(text) and not re.fullmatch("[ぁ-ゖー() .-]+", text):
        return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=("bank.not_kana",))
    name = _bank_letters(text)
    code, position, core, branch = _form(name)
    core, branch, rules = _words_behind(core, branch, position)
    rules = (*((f"bank.form_{position}",) if code else ()), *rules)
    core = _PUNCTUATION.sub("", core.strip("()"))
    if not core:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=(*rules, "bank.form_only"))
    parts = {"legal_form": code, "legal_position": position, "core": core, "branch": branch}
    parts = {part: value for part, value in parts.items() if value}
    return StandardValue(name, (core,), ValueStatus.OK, rules, parts)


def _bank_letters(text: str) -> str:
    letters = _LONG_MARK.sub("ー", unify_dashes(to_katakana(text).replace("・", "")))
    return "".join(kana_bank(run) if re.match("[ァ-ヺー]", run) else run for run in _runs(letters)).replace(" ", "")


def _runs(text: str) -> list[str]:
    return re.findall("[ァ-ヺー]+|[^ァ-ヺー]+", text)


def _form(name: str) -> tuple[str, str, str, str]:
    """Return code, position, core and what stands behind the form."""
    if (found := _FRONT.match(name)) and (code := BANK_FORMS.get(found.group(1))):
        return code, "prefix", name[found.end() :], ""
    for found in _MIDDLE.finditer(name):
        if code := BANK_FORMS.get(found.group(1)):
            return code, "suffix", name[: found.start()], name[found.end() :]
    if (found := _BEHIND.search(name)) and (code := BANK_FORMS.get(found.group(1))) and not _is_office(name, found):
        return code, "suffix", name[: found.start()], ""
    return "", "", name, ""


def _is_office(name: str, found: re.Match[str]) -> bool:
    """`(シ` behind a form is a branch, behind a bare name the limited partnership."""
    return found.group(1) in BANK_OFFICES and ")" in name[: found.start()]


def _words_behind(core: str, branch: str, position: str) -> tuple[str, str, tuple[str, ...]]:
    """Spell out an office or a business word that stands abbreviated behind a bracket."""
    place = branch or core
    found = _BEHIND.search(place)
    word = found.group(1) if found else ""
    if found and (office := BANK_OFFICES.get(word)):
        if branch or position != "prefix":
            return (
                core if branch else place[: found.start()],
                (place[: found.start()] if branch else "") + office,
                ("bank.office",),
            )
        return place[: found.start()], office, ("bank.office",)
    if found and (spelled := BANK_WORDS.get(word)):
        spelled_out = place[: found.start()] + spelled
        return (core, spelled_out, ("bank.word",)) if branch else (spelled_out, "", ("bank.word",))
    return core, branch, ()
