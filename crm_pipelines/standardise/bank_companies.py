"""Company names as bank transfers carry them: thirty big kana, the legal form abbreviated beside a bracket."""

import re
from dataclasses import dataclass, field, replace
from functools import cache

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.kana import kana_bank
from crm_pipelines.standardise.settling import settled
from crm_pipelines.standardise.tables.business_words import READINGS
from crm_pipelines.standardise.tables.legal_forms import (
    BANK_FORMS,
    BANK_KANJI,
    BANK_OFFICES,
    BANK_SITES,
    BANK_WORDS,
    KANA_SPELLINGS,
    SHORT_FORMS,
)
from crm_pipelines.standardise.tables.site_words import PLACES
from crm_pipelines.standardise.text import clean_text, to_katakana, unify_dashes

_LONGEST = 200  # letters; a longer text is no name of a transfer and is not parsed
_TRANSFER = 30  # half-width letters that the field of a transfer holds, a voicing mark counted as one
_BRACKETS = str.maketrans("[{〔【<《〈「『⟨]}〕】>》〉」』⟩", "((((((((((" + "))))))))))")
_KANA = "ァ-ヺ"
_FRONT = re.compile(rf"^[()]? ?([{_KANA}]{{1,8}}) ?(?:[()]|[.,](?=\S)) ?(?=.)")
_DOTTED_FRONT = re.compile(rf"^(カ)・(?=[{_KANA}])|^\((カ)(?=[{_KANA}][^)]*$)")
_MORE_FRONT = re.compile(r"^(シヤ|ザイ)\) ?(?=.)")
_MIDDLE = re.compile(rf"(?<=.)\( ?([{_KANA}]{{1,8}}) ?(?:\)| (?=[^ ])) ?(?=.)|(?<=.)([カユ])\) ?(?=[^ ])")
_BEHIND = re.compile(rf"(?<=.) ?\( ?([{_KANA}]{{1,8}}) ?\)?$|(?<=.) ?([カユ])\)$|(?<=[^(])\)([{_KANA}]{{1,4}})$")
_WORD_BEHIND = re.compile(rf"(?:^|(?<=.)) ?\(([{_KANA}]{{1,8}})\)?$")
_LONG_MARK = re.compile(rf"(?<=[{_KANA}])[-~一]")
_PUNCTUATION = re.compile(r"[.,'/・ -]+")
_NOT_BANK = re.compile(r"[一-鿿㐀-䶿]")
_BIG_LETTERS = re.compile("[アイウエオカ-ヂツ-モヤユヨ-ロワンヴ ()A-Z0-9]*")
# One form at most, and nothing that another round could cut.
_LETTERS = "アイウエオカ-ヂツ-モヤユヨ-ロワンヴ"
_PLAIN = re.compile(rf"[{_LETTERS}]{{1,6}}\)[{_LETTERS}A-Z0-9]+|[{_LETTERS}A-Z0-9]+(?:\([{_LETTERS}]{{1,6}})?")
_VOICED = re.compile("[ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ]")
_RUNS = re.compile("[ァ-ヺー]+|[^ァ-ヺー]+")
_JAPANESE_FORM = re.compile(r"\(([株有同合資名医福学])\)|^([株有同])\)|\(([株有])$")
_BARE_FORMS = "株有"  # ㊑ and ㊒ lose their circle in the text layer
_BARE_FORM = re.compile("^[株有](?=[ァ-ヺ])|(?<=[ァ-ヺー])[株有]$")
_SITE = re.compile(rf"^(.*[^ ]) ([^ ()]*(?:{BANK_SITES}))$")
_BRACKETED_SITE = re.compile(rf"^(.*[^ (]) ?\(([^()]*[^ ()](?:{BANK_SITES}))\)?$")
_SHOP = re.compile(r"^(.*[^ ]) ([^ ()]+)テン$")
_GLUED_SITE = re.compile(r"(?:シテン|エイギヨウシヨ|エイギヨウジヨ|シシヤ)$")
_CONTACT = re.compile(r"(?<=[^ ]) ダイヒヨウ.*$|(?<=[^ ]{2}) ?ダイヒヨウトリシ.*$| (?:リジチヨウ|トリシマリヤク).*$")
_SHORTEST = 2


@dataclass(slots=True)
class _Transfer:
    """A transfer name taken apart, in bank letters, and the rules that did it."""

    core: str
    code: str = ""
    position: str = ""
    branch: str = ""
    rules: list[str] = field(default_factory=list)


def bank_company(raw: str | None) -> StandardValue:
    """Read a company or person name of a bank transfer.

    Args:
        raw: kana of any width with the abbreviated form: `カ)` in front, `(カ` behind, `(カ)` between; null is empty.
            Brackets of other kinds, lost or turned ones, and the form spelled out are understood too.

    Returns:
        `std` in bank letters with the brackets as the rules of transfers want them; `parts` as of a company, `core` in
        bank kana (big letters, no long mark, no space, Latin in capitals); `branch` may end in the office word the
        abbreviation stands for (営業所), `contact` is a title and what follows. Key: the core, cut to the thirty
        letters of a transfer. Flag `full_length`: the name fills the field, so that its end may be missing.
        `unsupported` when the value holds kanji.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY if not raw else StandardValue(None, status=ValueStatus.EMPTY, rules=("bank.nothing_visible",))
    if len(text) > _LONGEST:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("bank.too_long",))
    value = settled(_standardised, text, _is_settled)
    return (
        replace(value, status=ValueStatus.REPAIRED) if value.status is ValueStatus.OK and value.std != text else value
    )


def _is_settled(value: StandardValue) -> bool:
    return bool(_PLAIN.fullmatch(value.std or ""))


def _standardised(text: str) -> StandardValue:
    name = _bank_letters(text)
    if not _BIG_LETTERS.fullmatch(name) and _NOT_BANK.search(name):
        return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=("bank.not_kana",))
    if name.strip("() ") in BANK_FORMS and name.strip("() ") != name:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("bank.form_only",))
    transfer = _form(name)
    parts: dict[str, str] = {}
    _cut_contact(transfer, parts)
    _cut_site(transfer)
    branch, core = _spelled(transfer.branch, transfer.rules), _spelled(transfer.core, transfer.rules)
    core = _PUNCTUATION.sub("", core.strip("()"))
    if not core:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=(*transfer.rules, "bank.form_only"))
    parts |= {"legal_form": transfer.code, "legal_position": transfer.position, "core": core, "branch": branch}
    std = _std(transfer)
    status = ValueStatus.OK if std == text else ValueStatus.REPAIRED
    rules = dict.fromkeys((*transfer.rules, *(() if std == text or transfer.rules else ("bank.letters",))))
    flags = ("full_length",) if _half_width_length(std) >= _TRANSFER else ()
    parts = {part: value for part, value in parts.items() if value}
    return StandardValue(std, (core[:_TRANSFER],), status, tuple(rules), parts, flags)


def _bank_letters(text: str) -> str:
    """Cleaned text with one kind of bracket, in bank letters; kanji that tell a form as its abbreviation."""
    if _BIG_LETTERS.fullmatch(text):
        return text
    text = text.translate(_BRACKETS)
    if text[0] in _BARE_FORMS or text[-1] in _BARE_FORMS:
        text = _BARE_FORM.sub(lambda found: f"({found.group()})", text)
    if _NOT_BANK.search(text):
        text = text.replace("力)", "カ)").replace("(力", "(カ")
        text = _JAPANESE_FORM.sub(lambda found: found.group().replace(*_abbreviated(found)), text)
        for spelled in ("株式会社", "有限会社", "合同会社"):
            if text.startswith(spelled):
                text = f"{BANK_KANJI[spelled]}){text[len(spelled) :].lstrip()}"
            elif text.endswith(spelled):
                text = f"{text[: -len(spelled)].rstrip()}({BANK_KANJI[spelled]}"
    letters = to_katakana(text.replace("&", "アンド") if "&" in text else text)
    letters = _LONG_MARK.sub("ー", unify_dashes(letters)).upper()
    return "".join(
        kana_bank(run) if "ァ" <= run[0] <= "ヺ" else run.replace("ー", "") for run in _RUNS.findall(letters)
    )


def _abbreviated(found: re.Match[str]) -> tuple[str, str]:
    kanji = next(group for group in found.groups() if group)
    return kanji, BANK_KANJI[kanji]


def _form(name: str) -> _Transfer:
    """Find the form in front, in the middle, behind, or spelled out at an edge."""
    for pattern in (_FRONT, _DOTTED_FRONT):
        if (found := pattern.match(name)) and (code := BANK_FORMS.get(_word(found))):
            rest = name[found.end() :]
            if rest.strip("()") in BANK_FORMS and "(" in found.group()[1:]:  # カブ(カ
                continue
            if code == "IRYO" and (more := _MORE_FRONT.match(rest)):
                rest = rest[more.end() :]
            return _Transfer(rest, code, "prefix", rules=["bank.form_prefix"])
    for found in _MIDDLE.finditer(name):
        if code := BANK_FORMS.get(_word(found)):
            branch = name[found.end() :].strip()
            return _Transfer(name[: found.start()].strip(), code, "suffix", branch, ["bank.form_suffix"])
    if (found := _BEHIND.search(name)) and (code := BANK_FORMS.get(_word(found))) and not _is_office(name, found):
        return _Transfer(name[: found.start()].strip(), code, "suffix", rules=["bank.form_suffix"])
    return _spelled_form(name)


def _spelled_form(name: str) -> _Transfer:
    for spelled, code in _spelled_forms().items():
        if name.startswith(spelled) and len(name) > len(spelled):
            return _Transfer(name[len(spelled) :].strip(), code, "prefix", rules=["bank.form_prefix"])
        if name.endswith(spelled) and len(name) > len(spelled):
            return _Transfer(name[: -len(spelled)].strip(), code, "suffix", rules=["bank.form_suffix"])
    return _Transfer(name)


def _word(found: re.Match[str]) -> str:
    return next((group for group in found.groups() if group), "")


def _is_office(name: str, found: re.Match[str]) -> bool:
    """`(シ` behind a form is a branch, behind a bare name the limited partnership."""
    return _word(found) in BANK_OFFICES and ")" in name[: found.start()]


def _cut_contact(transfer: _Transfer, parts: dict[str, str]) -> None:
    if " " not in transfer.core and "ダイヒヨウ" not in transfer.core + transfer.branch:
        return
    for place in ("branch", "core"):
        text = getattr(transfer, place)
        if found := _CONTACT.search(text):
            parts["contact"] = found.group().strip()
            setattr(transfer, place, text[: found.start()])
            transfer.rules.append("bank.contact")


def _cut_site(transfer: _Transfer) -> None:
    """Cut a branch off the core: a last word that is one, or a place in front of an office word."""
    if transfer.branch:
        return
    core = transfer.core
    office = _WORD_BEHIND.search(core)
    if office and office.group(1) in BANK_OFFICES and (transfer.code or office.group(1) != "シ"):
        head = core[: office.start()]
        at = _site_begins(head)
        if at:
            transfer.core, transfer.branch = head[:at].strip(), core[at:].strip()
            transfer.rules.append("bank.office")
    elif found := _SITE.match(core) or _BRACKETED_SITE.match(core):
        transfer.core, transfer.branch = found.groups()
        transfer.rules.append("bank.site")
    elif transfer.code and (found := _SHOP.match(core)) and found.group(2) in _places():
        transfer.core, transfer.branch = found.group(1), f"{found.group(2)}テン"
        transfer.rules.append("bank.site")
    elif (
        transfer.code
        and (found := _GLUED_SITE.search(core))
        and (at := _site_begins(core[: found.start()], known=True))
    ):
        transfer.core, transfer.branch = core[:at], core[at:]
        transfer.rules.append("bank.site")


def _site_begins(text: str, *, known: bool = False) -> int:
    """Where a place begins that ends a text: its last word, or a known place; the end of the text without one."""
    head, space, _ = text.rpartition(" ")
    if space:
        return len(head)
    for size in range(_longest_place(), _SHORTEST, -1):
        if text[-size:] in _places() and len(text) - size >= _SHORTEST:
            return len(text) - size
    return 0 if known else len(text)


def _spelled(text: str, rules: list[str]) -> str:
    """Spell out an office or a business word that stands abbreviated beside a bracket."""
    found = _WORD_BEHIND.search(text)
    word = found.group(1) if found else ""
    if found and (word in BANK_OFFICES or word in BANK_WORDS):
        rules.append("bank.office" if word in BANK_OFFICES else "bank.word")
        return text[: found.start()].strip() + (BANK_OFFICES.get(word) or BANK_WORDS[word])
    front, bracket, rest = text.partition(")")
    if bracket and front.strip("(") in BANK_WORDS and rest:
        rules.append("bank.word")
        return BANK_WORDS[front.strip("(")] + rest
    return text


def _std(transfer: _Transfer) -> str:
    abbreviation = _abbreviations().get(transfer.code, "")
    if transfer.position == "suffix":
        return f"{transfer.core}({abbreviation}" + (f"){transfer.branch}" if transfer.branch else "")
    front = f"{abbreviation})" if abbreviation else ""
    return f"{front}{transfer.core}" + (f" {transfer.branch}" if transfer.branch else "")


def _half_width_length(text: str) -> int:
    return len(text) + len(_VOICED.findall(text)) if 2 * len(text) >= _TRANSFER else len(text)


@cache
def _abbreviations() -> dict[str, str]:
    return {code: word for word, code in reversed(BANK_FORMS.items())}


@cache
def _spelled_forms() -> dict[str, str]:
    codes = {full: BANK_FORMS[short] for full, short in BANK_KANJI.items() if len(full) > 1}
    codes |= {SHORT_FORMS[kanji]: BANK_FORMS[short] for kanji, short in BANK_KANJI.items() if len(kanji) == 1}
    return {kana_bank(kana): codes[full] for kana, full in KANA_SPELLINGS.items() if full in codes}


@cache
def _places() -> frozenset[str]:
    return frozenset(kana_bank(READINGS[word]) for word in PLACES.split("|") if word in READINGS)


@cache
def _longest_place() -> int:
    return max(map(len, _places()))
