"""Take off a company name what is written beside it: honorifics, readings, other names, contacts, remarks."""

import re
from dataclasses import dataclass, field

from crm_pipelines.standardise.company_forms import FoundForm, find_form
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.name_split import family_bearers, is_given_name, split_name
from crm_pipelines.standardise.tables.site_words import DEPARTMENT, SURE_BRANCH
from crm_pipelines.standardise.text import is_kana, to_katakana

_LABEL = re.compile(
    r"^(?:会社名|社名|貴社名|御社名|法人名|団体名|勤務先|勤務先名|屋号|商号|企業名|取引先名?|お客様名)[ :：]+(?=\S)"
)
# Words that end in the letter of an honorific: 王様, 御殿, おひさま.
_ADDRESSED = re.compile(
    r"(?<=\S) *(?:御中|(?<![王神日姫星音陰客仏貴奥若])様|(?<![湯本御神宮拝寝社])殿|(?<![王神日姫星ひとみ])さま|"
    r"宛て?|行(?<= 行))$"
)
_ADDRESSED_DESK = re.compile(
    r"(?<=\S) ?[^ 社]{0,8}(?:ご|御)担当者?(?:様|殿|さま)?$|(?<=\S) [^ ]{0,8}担当者(?:様|殿|さま)?$"
)
_MARKS_BESIDE = (
    ("company.label", ":： ", _LABEL),
    ("company.addressed", "中様殿ま宛行", _ADDRESSED),
    ("company.addressed", ("担当者",), _ADDRESSED_DESK),
)
_FORM_PUT_LAST = re.compile(r"^(?P<name>.*[^ ,]) ?, ?(?P<form>PT|CV|UD)\.?$")  # as in alphabetical lists of Indonesia
_LAST_BRACKET = re.compile(r"^(?P<name>.*[^ ]) ?[(\[〔【<《「](?P<note>[^()\[\]〔〕【】<>《》「」]+)[)\]〕】>》」]$")
_OPENING, _CLOSING = "([〔【<《「", ")]〕】>》」"
_FIRST_BRACKET = re.compile(r"^[(\[〔【<《](?P<note>[^()\[\]〔〕【】<>《》]{1,12})[)\]〕】>》] ?(?P<name>.*[^ ].*)$")
_NESTED = re.compile(r"\( ?\(([^()]{1,6})\) ?\)")
_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“", "'": "'", "「": "」", "『": "』", "‘": "’"}
_CONTACT_NOTE = re.compile(r"(?:ご|御)?担当者?[ :：]?[^ ].*|[^ ]+ ?(?:様|氏|殿)(?:宛)?|(?:ATTN|Attn|attn)\b.*")
_FORMER = re.compile(r"^(?:旧|元|前|新|現)(?:社名|商号|名称|会社名|名|称)?[ :：]*(?=\S)")
_LATIN_NAME = re.compile(r"[A-Z0-9][ -~À-ɏ]*")
_HAS_LATIN = re.compile("[A-Za-z]")
_JAPANESE = re.compile("[ぁ-ヿ一-鿿々]")
_WHERE = re.compile("(?:東京都|北海道|(?:大阪|京都)府|[一-鿿]{2,3}県).")  # (東京都港区); (東京) may tell two apart
_SLASHED = re.compile(r" ?[/|] ?")
_STRONG_TITLES = "代表取締役|代表社員|代表理事|代表執行役|代表者|取締役社長|取締役会長|業務執行社員"
_TITLES = (
    f"{_STRONG_TITLES}|取締役|執行役員|理事長|専務理事|常務理事|専務|常務|社長|会長|副社長|副会長|院長|園長|校長|学長|学部長|所長|店長|支店長|支社長|工場長|センター長|"
    "本部長|事業部長|部長|課長|係長|次長|主任|室長|局長|班長|主幹|参事|顧問|監査役|相談役|マネージャー|マネジャー|リーダー|代表"
)
_CONTACT = re.compile(rf"(?<=[^ ]) (?=(?:[^ ]{{0,10}}(?:{_TITLES})|(?:{_STRONG_TITLES})[^ ]*)(?: |$))")
_GLUED_CONTACT = re.compile(rf"(?<=[^ ]{{2}})(?=(?:{_STRONG_TITLES})(?:社長|会長|副社長)?[ ]?[^ ]{{2,}})")
_CONTACT_IN_FRONT = re.compile(rf"(?:{_STRONG_TITLES})(?:社長|会長)? ?[^ ].*")
MAYBE_CONTACT = re.compile(r"代表|取締|理事|役|専務|常務|長(?: |$)|主任|主幹|参事|顧問|マネ|リーダー")
"""What every title of a contact holds."""
_UNIT = re.compile(rf"(?:{SURE_BRANCH}|{DEPARTMENT})$")
_WELL_BORNE = 500
_SHORTEST_NAME = 3


@dataclass(slots=True)
class Notes:
    """What stood beside a company's name: parts of the value, and the rules that took it off."""

    parts: dict[str, str] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)

    def add(self, rule: str, part: str = "", value: str = "") -> None:
        """Note a rule that fired, and the part that it found."""
        self.rules.append(rule)
        if part and value:
            self.parts.setdefault(part, value)


_SHORT_IN_KANA = frozenset({"カブ", "ユウ"})  # a form, no reading: アオキ(カブ)
_SHORT_WORDS = {"協": "協同組合", "企": "企業組合"}
_SHORT_WORD = re.compile(r"^[(\[〔]([協企])[)\]〕] ?(?=\S)|(?<=\S) ?[(\[〔]([協企])[)\]〕]$")


def bare_name(text: str, notes: Notes) -> str:
    """Return a cleaned company name without what stands beside it, which goes to `notes`; never empty.

    Args:
        text: cleaned text.
        notes: takes `alias` (a name in another script), `former_name`, `reading`, `remark` (閉店) and `contact` (from
            the title of a person on).
    """
    for rule, marks, pattern in _MARKS_BESIDE:
        if any(mark in text for mark in marks) and (shorter := pattern.sub("", text)) and shorter != text:
            notes.add(rule)
            text = shorter
    text = _without_quotes(text, notes)
    if "," in text[-6:] and (inverted := _FORM_PUT_LAST.match(text)):
        notes.add("company.form_put_last")
        text = f"{inverted['form']} {inverted['name']}"
    if "((" in text or "))" in text:
        text = _NESTED.sub(r"(\1)", text)
    if text[0] in _OPENING:
        text = _without_front_bracket(text, notes)
    if text[0] in "([〔" or text[-1] in ")]〕】>》」":
        spelled = _SHORT_WORD.sub(lambda found: _SHORT_WORDS[found.group(1) or found.group(2)], text)
        if spelled != text:
            notes.add("company.word")
        text = spelled
    text = without_bracket(text, notes)
    if _HAS_LATIN.search(text) and _JAPANESE.search(text):
        text = _without_alias(text, notes)
    return _without_contact(text, notes) if MAYBE_CONTACT.search(text) else text


def is_contact(text: str) -> bool:
    """Tell whether what stands in front of a form is a representative: 代表取締役 山口太郎."""
    return bool(_CONTACT_IN_FRONT.fullmatch(text))


def is_person(text: str) -> bool:
    """Tell whether a text is a usual family name with a known given name, in one word or two."""
    family, space, given = text.partition(" ")
    if space:
        return family_bearers(family) >= _WELL_BORNE and is_given_name(given)
    if len(text) < _SHORTEST_NAME or is_kana(text) or is_given_name(text):
        return False
    cut = split_name(text)
    return cut is not None and family_bearers(cut.family) >= _WELL_BORNE and is_given_name(cut.given)


def unquoted(core: str) -> str:
    """Return a name without the quotation marks around the whole of it."""
    if len(core) > 2 and _QUOTES.get(core[0]) == core[-1] and core[0] not in core[1:-1]:
        return core[1:-1].strip() or core
    return core


def _without_quotes(text: str, notes: Notes) -> str:
    bare = unquoted(text)
    if bare != text:
        notes.add("company.quotes")
    return bare


def _without_front_bracket(text: str, notes: Notes) -> str:
    found = _FIRST_BRACKET.match(text)
    if found is None or not _JAPANESE.search(found["note"]) or _is_form(found["note"]):
        return text
    if found["note"] != "代" and not is_placeholder(found["note"]):
        return text
    notes.add("company.remark", "remark", found["note"])
    return found["name"]


def without_bracket(text: str, notes: Notes) -> str:
    """Return a name without a bracket at its end that holds a reading, a former or foreign name, a person, a remark."""
    found = _LAST_BRACKET.match(text) if text[-1:] in _CLOSING else None
    if found is None:
        return text
    name, note = found["name"], found["note"].strip()
    form = find_form(name)
    if form is not None and form.start == 0 and form.end == len(name):  # 株式会社「青木」
        return text
    part, value = _kind_of_note(name, note, form)
    if not part:
        return _without_alias_in_bracket(text, name, note, notes)
    notes.add(f"company.{part}", part, value)
    return name


def _kind_of_note(name: str, note: str, form: FoundForm | None) -> tuple[str, str]:
    """The part that a bracket behind a name holds, and its value; empty when the bracket may belong to the name."""
    if (former := _FORMER.match(note)) and len(note) > former.end():
        return "former_name", note[former.end() :]
    if is_kana(note.replace(" ", "").replace("・", "")) and _is_reading(name, note):
        return "reading", note
    if _CONTACT_NOTE.fullmatch(note):
        return "contact", note
    is_where = form is not None and not form.is_latin and _WHERE.match(note)
    if is_where or (_JAPANESE.search(note) and is_placeholder(note) and not _is_form(note)):
        return "remark", note
    return "", ""


def _without_alias_in_bracket(text: str, name: str, note: str, notes: Notes) -> str:
    outer, inner = find_form(name), find_form(note)
    if inner is None or (inner.start == 0 and inner.end == len(note)):
        return text
    if inner.is_latin and outer is not None and not outer.is_latin:
        notes.add("company.alias", "alias", note)
        return name
    if not inner.is_latin and not _JAPANESE.search(name):
        notes.add("company.alias", "alias", name)
        return note
    return text


def _is_reading(name: str, note: str) -> bool:
    """Whether kana in brackets say how the name is read: not of a name that is kana already, but for the same one."""
    if note in _SHORT_IN_KANA:
        return False
    form = find_form(name)
    core = (name[: form.start] + name[form.end :] if form else name).strip()
    if is_kana(core.replace("・", "").replace(" ", "")):
        return to_katakana(core) == to_katakana(note)
    return len(note) > 1


def _is_form(note: str) -> bool:
    form = find_form(f"({note})")
    return form is not None


def _without_alias(text: str, notes: Notes) -> str:
    """Of a name in Japanese and Latin keep the Japanese one, when the Latin one has a form or a stroke parts them."""
    halves = _SLASHED.split(text)
    if len(halves) == 2 and all(halves):
        latin = [half for half in halves if _LATIN_NAME.fullmatch(half) and len(half) > 2]
        japanese = [half for half in halves if _JAPANESE.search(half)]
        if len(latin) == len(japanese) == 1 and find_form(japanese[0]) is not None:
            notes.add("company.alias", "alias", latin[0])
            return japanese[0]
    for at, char in enumerate(text):
        if char == " " and (names := _two_names(text[:at], text[at + 1 :])):
            notes.add("company.alias", "alias", names[1])
            return names[0]
    return text


def _two_names(first: str, second: str) -> tuple[str, str] | None:
    """The Japanese and the Latin name, in either order, where both have a form of their own."""
    japanese, latin = (first, second) if _LATIN_NAME.fullmatch(second) else (second, first)
    if not _LATIN_NAME.fullmatch(latin) or _LATIN_NAME.fullmatch(japanese):
        return None
    inner, outer = find_form(latin), find_form(japanese)
    if inner is None or outer is None or not inner.is_latin or outer.is_latin or not inner.start:
        return None
    is_outer_alone = outer.start == 0 and outer.end == len(japanese)
    return None if is_outer_alone or (japanese == second and outer.start) else (japanese, latin)


def _without_contact(text: str, notes: Notes) -> str:
    found = _CONTACT.search(text) or _GLUED_CONTACT.search(text)
    if found is None:
        return text
    name, contact = text[: found.start()].rstrip(), text[found.end() :].strip()
    form = find_form(name)
    if form is not None and form.start == 0 and form.end == len(name):
        return text
    if len(contact.split(" ")) == 1 and family_bearers(contact):
        return text
    notes.add("company.contact", "contact", contact)
    return name


def without_person(text: str, notes: Notes) -> str:
    """Cut a person off that follows a branch or a department: 営業部 山田."""
    head, space, last = text.rpartition(" ")
    if not space:
        return text
    before, _, unit = head.rpartition(" ")
    if (
        _UNIT.search(unit)
        and before
        and (family_bearers(last) >= _WELL_BORNE or is_person(last))
        and not _UNIT.search(last)
    ):
        notes.add("company.contact", "contact", last)
        return head
    return text
