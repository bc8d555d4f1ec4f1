"""What stands around a person's name in a cell: honorifics, titles, brackets, a second person, the name in kana."""

import re
from dataclasses import dataclass, field

from crm_pipelines.standardise.name_split import family_bearers, is_given_name, kana_family_bearers, split_name
from crm_pipelines.standardise.readings import readings_of_family
from crm_pipelines.standardise.text import is_kana, is_katakana, to_katakana

_JAPANESE = re.compile("[ぁ-ヿ一-鿿㐀-䶿豈-﫿々〆가-힣𠀀-𳑿]")
_KANJI = re.compile("[一-鿿㐀-䶿豈-﫿々𠀀-𳑿]")
_BRACKETS = re.compile(r"[(\[〔【「『<《]([^()\[\]〔〕【】「」『』<>《》]*)[)\]〕】」』>》]")
_FORMER = re.compile(r"^(?:旧姓名?|旧氏名?|旧名|旧|改姓前|前姓)[ :：=]*(.+)$")
_FORMER_BEHIND = re.compile(r"[ 、,/]*(?:旧姓|旧氏|旧名)[ :=]*([^ ]+)$")
_DECEASED = re.compile(r"^故(?: ?人)?[ ・]+|^故(?=.{3,})")
_CARE_OF = re.compile(r"^(.{1,8}?) ?(?:様|さま|さん)方[ 、,]*(?=\S)")
_TITLES = (
    "代表取締役社長|代表取締役会長|代表取締役|専務取締役|常務取締役|取締役社長|取締役会長|取締役|代表社員|代表理事|理事長|理事|"
    "執行役員|監査役|社長|副社長|会長|専務|常務|本部長|事業部長|支店長|支社長|営業所長|工場長|所長|部長|次長|課長代理|課長|係長|主任|"
    "店長|院長|副院長|園長|校長|教頭|教授|准教授|助教|講師|博士|医師|弁護士|税理士|司法書士|行政書士|公認会計士|社会保険労務士|代表|"
    "室長|局長|主査|主幹|顧問|相談役|マネージャー|リーダー|女史|夫人|議員|市長|町長|村長|知事|大臣|牧師|住職|棟梁|師匠"
)
_TITLE_FRONT = re.compile(rf"^(?:{_TITLES})(?:兼[^ ]+)?(?: +|(?=[^ ]{{3,}}))")
_TITLE_BEHIND = re.compile(rf"(?<=\S)(?: +|(?<=..))(?:{_TITLES})$")
_OFFICE_FRONT = re.compile(r"^[^ ]+(?:部|課|室|係|局|支店|支社|営業所|事業部|センター|本社|本部|工場) +(?=\S)")
_HONORIFIC = re.compile(
    r"(?<=[^\s・])(?P<space> *)(?P<word>御一同様|ご一同様|御一家様|ご一家様|ご家族様|御家族様|"
    r"ご夫妻様?|御夫妻様?|ご夫婦|様方|様宛|様|さま|サマ|殿下|殿|どの|"
    r"先生|御中|貴下|閣下|さん|サン|くん|クン|ちゃん|チャン|氏|君|宛|先輩|選手|(?<= )個人|(?<= )本人)$"
)
# Endings that are also the last letters of names: taken off only behind a space or from a long enough name.
_ALSO_NAMES = {
    "君": 4,
    "氏": 3,
    "殿": 3,
    "どの": 4,
    "サン": 4,
    "さん": 3,
    "クン": 4,
    "くん": 3,
    "宛": 3,
    "選手": 3,
    "先輩": 3,
}
_FOREIGN_NAMES = frozenset({"チャン", "サン", "クン"})
_HOUSEHOLD_WORDS = re.compile("御一同|ご一同|御一家|ご一家|家族|夫妻|夫婦")
_AND_OTHERS = re.compile(
    r" *(?:[、,・&] *)?[(]?(?:他|外|ほか) ?"
    r"(?:[0-9一二三四五六七八九]+ ?[名人]様?|ご?家族一同|一同|ご?家族)[)]?$|(?:[、,・&] *| )(?:他|ほか)$"
)
_PERSON_BREAK = re.compile(r" *(?:[・、,&/／＆＋+]|(?<= )(?:と|及び|and) ) *")


# Short names whose letters cannot be a mark: most names, and the rules need not look at them.
_UNMARKED = re.compile(
    "[^故旧(](?:[一-鿿々]{0,1}[^部課室係局店社所場長役任師士員授事方 ])? [一-鿿々ぁ-ゖ]{0,2}[一-鿿々ぁ-ゑ]"
    "(?<![様殿氏君宛生中方長員師事者婦人輩手士役任授問表下外他])|[^故旧(][一-鿿々]{1,3}(?<![様殿氏君宛生中方長員師事者婦人輩手士役任授問表下外他])"
)


@dataclass(slots=True)
class Marks:
    """What was taken off a name cell, by part name, and the rules and flags that tell of it."""

    name: str
    parts: dict[str, str] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def take(self, rule: str, name: str, part: str = "", value: str = "") -> None:
        """Note that a rule left `name` and, when given, took `value` off as `part`."""
        self.name = name
        if rule not in self.rules:
            self.rules.append(rule)
        if part and value and part not in self.parts:
            self.parts[part] = value


def is_japanese(text: str) -> bool:
    """Tell whether a text holds kana, kanji or Hangul."""
    return bool(_JAPANESE.search(text))


def is_unmarked(text: str) -> bool:
    """Tell whether a short name in kanji and hiragana surely bears no mark; false is no proof of one."""
    return bool(_UNMARKED.fullmatch(text))


def take_marks(text: str) -> Marks:
    """Take everything that is no name off a cleaned name cell in East Asian script, never the last character."""
    marks = Marks(text)
    if _UNMARKED.fullmatch(text):
        return marks
    _take_brackets(marks)
    if (found := _FORMER_BEHIND.search(marks.name)) and found.start():
        marks.take("person.former_name", marks.name[: found.start()], "former_name", found.group(1))
    if (found := _DECEASED.match(marks.name)) and len(marks.name) > found.end():
        marks.take("person.deceased", marks.name[found.end() :])
        marks.flags.add("deceased")
    if found := _CARE_OF.match(marks.name):
        marks.take("person.care_of", marks.name[found.end() :], "care_of", found.group(1))
    _take_others(marks)
    _take_endings(marks)
    _take_front(marks)
    _take_own_kana(marks)
    return marks


def split_persons(name: str) -> tuple[str, str]:
    """Split a household cell at its first break: (first person, what follows); the second is empty without one."""
    found = _PERSON_BREAK.search(name)
    if not found or not found.start() or found.end() == len(name):
        return name, ""
    return name[: found.start()].strip(), name[found.end() :].strip()


def _take_brackets(marks: Marks) -> None:
    while found := _BRACKETS.search(marks.name):
        inner = found.group(1).strip()
        rest = " ".join(f"{marks.name[: found.start()]} {marks.name[found.end() :]}".split())
        if not rest:
            marks.take("person.bracket", inner)
            return
        rule, part, value = _bracket_meaning(inner)
        marks.take(rule, rest, part, value)
        if rule == "person.deceased":
            marks.flags.add("deceased")


def _bracket_meaning(inner: str) -> tuple[str, str, str]:
    if former := _FORMER.match(inner):
        return "person.former_name", "former_name", former.group(1).strip()
    if inner in ("故", "故人", "没", "逝去", "死亡"):
        return "person.deceased", "", ""
    if re.fullmatch(_TITLES, inner) or inner.endswith(("様", "部", "課", "係", "店")):
        return "person.title", "honorific", inner
    if is_kana(inner.replace(" ", "").replace("・", "")):
        return "person.own_kana", "kana", inner
    return "person.bracket", "alias", inner


def _take_others(marks: Marks) -> None:
    if (found := _AND_OTHERS.search(marks.name)) and found.start() > 1:
        marks.take("person.household", marks.name[: found.start()])
        marks.flags.add("household")


def _take_endings(marks: Marks) -> None:
    while found := _HONORIFIC.search(marks.name) or _TITLE_BEHIND.search(marks.name):
        word = found.groupdict().get("word") or found.group().strip()
        spaced = found.group() != word
        left = marks.name[: found.start()]
        if word in _FOREIGN_NAMES and is_katakana(left) and not kana_family_bearers(left):
            return  # アグネス・チャン
        is_family = family_bearers(left) > 0
        needed = 1 if spaced or is_family else _ALSO_NAMES.get(word, 2 if "word" not in found.groupdict() else 1)
        if len(left.replace(" ", "")) < needed:
            return
        if "word" not in found.groupdict() and " " not in left and is_given_name(word):
            return  # 林 博士: a given name, as only the family name would be left
        marks.take("person.honorific", left.rstrip(" 、,"), "honorific", word)
        if _HOUSEHOLD_WORDS.search(word):
            marks.flags.add("household")


def _take_front(marks: Marks) -> None:
    for pattern, part in ((_OFFICE_FRONT, "department"), (_TITLE_FRONT, "honorific")):
        found = pattern.match(marks.name)
        if found and (part != "department" or not family_bearers(found.group().strip())):
            marks.take("person.title", marks.name[found.end() :], part, found.group().strip())


def _is_read(name: str, kana: str) -> bool:
    """Tell whether kana begin as the family name of an uncut name is read, and go on."""
    cut = split_name(name) if 2 < len(name) < len(kana) else None
    readings = readings_of_family(cut.family) if cut else ()
    return any(to_katakana(kana).startswith(reading) and len(kana) > len(reading) for reading in readings)


def _take_own_kana(marks: Marks) -> None:
    """Take the name's own kana off the end: 山田太郎 ヤマダタロウ, 山田 太郎 / ヤマダ タロウ."""
    words = marks.name.replace("/", " ").split()
    kana = [word for word in words if is_kana(word)]
    rest = words[: len(words) - len(kana)]
    if not kana or words[len(rest) :] != kana or not any(_KANJI.search(word) for word in rest):
        return
    joined = "".join(rest)
    is_reading = len(rest) == 1 and len(kana) <= 2 and _is_read(joined, "".join(kana))
    if (is_reading or len(kana) == len(rest) == 2) and not any(is_kana(word) for word in rest):
        marks.take("person.own_kana", " ".join(rest), "kana", " ".join(kana))
