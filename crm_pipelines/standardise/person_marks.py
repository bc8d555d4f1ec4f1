"""What stands around a person's name in a cell: honorifics, titles, brackets, a second person, the name in kana."""

import re
from dataclasses import dataclass, field

from crm_pipelines.standardise.desk_names import is_latin_desk, is_title, is_unit
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.name_split import family_bearers, is_given_name, kana_family_bearers, split_name
from crm_pipelines.standardise.person_households import is_whole_name
from crm_pipelines.standardise.person_remarks import without_number, without_remark
from crm_pipelines.standardise.readings import readings_of_family
from crm_pipelines.standardise.text import has_lost_character, is_kana, is_katakana, to_katakana

_WELL_BORNE = 500
_LONGEST_NAME = 10
_JAPANESE = re.compile("[ぁ-ヿ一-鿿㐀-䶿豈-﫿々〆가-힣𠀀-𳑿]")
_KANJI = re.compile("[一-鿿㐀-䶿豈-﫿々𠀀-𳑿]")
_BRACKETS = re.compile(r"[(\[〔【「『<《]([^()\[\]〔〕【】「」『』<>《》]*)[)\]〕】」』>》]")
_FORMER = re.compile(r"^(?:旧姓名?|旧氏名?|旧名|旧|改姓前|前姓)[ :：=・]*(.+)$|^(?:n[ée]e|元) +(.+)$")
_FORMER_FRONT = re.compile(r"^(?:旧姓[:・]?(?P<former>[^ :・]{1,4}) |(?P<before>[^ ]{1,4}?) ?(?:改め|[→⇒]) ?)(?=..)")
_FORMER_BEHIND = re.compile(r"[ 、,/]*(?:旧姓|旧氏|旧名)[ :=]*([^ ]+)$")
_DECEASED = re.compile(
    r"^(?:故(?: ?人)?|亡[夫妻父母]?)[ ・)]+|^故(?=.{3,})|^亡(?:[夫妻父母](?=.{2,})|(?![夫妻父母])(?=.{3,}))"
)
_EDGES = " \"'“”‘’「」『』*※。.、,;:_|^~!?#-"
_SIGNS = re.compile("^[★☆◆◇■□▲△▼▽♪-♯♡♥→←♀♂†‡\\U0001f300-\\U0001faff]+|[★☆◆◇■□▲△▼▽♪-♯♡♥→←♀♂†‡\\U0001f300-\\U0001faff]+$")
_REMARK_IN_SIGNS = re.compile("^([★☆◆◇■□●○*※])[^ ★☆◆◇■□●○*※]{1,6}\\1 *(?=..)")
_LABEL = re.compile(
    r"^(?:担(?=:)|ご?担当者?|契約者|世帯主|申込者|[発受]注者|[購入申利]用?[入請用]者|依頼者|(?:お?届け?|送付|発送|ご?請求)先|氏名|お?名前|代表者|ご?本人|宛名|受取人|名義人?|会員|顧客|お客様)"
    r"(?:名|様)?(?: *[:・] *| +)(?=\S)"
)
_DECEASED_BEHIND = re.compile("(?<=..) +(?:故|故人|亡)$")
_CARE_OF_LATIN = re.compile(r"^c/o[ :]*(?P<who>[^ ]+) +(?=\S)", re.IGNORECASE)
_ADDRESSED = re.compile("(?<=..) ?(?:気付|親展)$|(?<=.様) 在中$|(?<=.[様殿])[へ江]$|(?<=.さ[まん])へ$")
_ALIAS_FRONT = re.compile("^(?P<alias>[一-鿿々ぁ-ゖァ-ヺー]{2,8}) ?こと ?(?=[一-鿿々]{2})")
_SIGN_BETWEEN = re.compile(r"(?<=[一-鿿々])[|:*~.-](?=[一-鿿])")
_LATIN_RANK = re.compile(r"(?<=[一-鿿々ぁ-ゖァ-ヺ])[ ,、]*(?P<rank>C[ETOFI]O|Ph\.? ?D|M\.?D|MBA|Jr|Sr|Esq)\.?$")
_CARE_OF = re.compile(r"^(?P<who>.{1,8}?) ?(?:様|さま|さん)方[ 、,]*(?=\S)")
_CARE_OF_FAMILY = re.compile(r"^(?P<who>[^ ]{1,5})方 +(?=\S)")
_CARE_OF_BEHIND = re.compile(r"[ 、,]+(?P<who>[^ ]{1,8}?) ?(?:様|さま|さん)方$")
_CARE_OF_LATIN_BEHIND = re.compile(r"(?<=..)[ 、,]*c/o[ :]*(?P<who>\S.*)$", re.IGNORECASE)
_LATIN_TITLE = re.compile(r"^(?:Mr|Mrs|Ms|Miss|Dr|Prof|CEO|CTO|COO|CFO|CIO)\b\.? *(?=\S)", re.IGNORECASE)
_LATIN_TAIL = re.compile(r"(?<=[^A-Za-z ,/])[ ,/]+(?P<latin>[A-Za-z][A-Za-z'.,-]*(?: [A-Za-z'.,-]+)+)$")
_LATIN_HEAD = re.compile(r"^(?P<latin>[A-Za-z][A-Za-z'.,-]*(?: [A-Za-z'.,-]+)+)[ ,/]+(?=[^A-Za-z ,/])")
_GLUED_KANA = re.compile("([一-鿿々ヶノ]{2,8})([ぁ-ゖァ-ヺー]{4,16})")
_GLUED_KANA_FRONT = re.compile("([ぁ-ゖァ-ヺー]{4,16})([一-鿿々ヶノ]{2,8})")
_REMARKS = frozenset(
    (  # noqa: SIM905 - a table: words read better than quotes
        "男 女 男性 女性 本人 妻 夫 父 母 子 長男 長女 次男 次女 代理 代 退職 退社 退会 異動 転勤 新 旧 担当 "
        "個人 仮 敬称略 重複 済 連名 世帯主 正 副 主 控"
    ).split()
)
_TITLES = (
    "代表取締役社長|代表取締役会長|代表取締役|専務取締役|常務取締役|取締役社長|取締役会長|取締役|代表社員|代表理事|理事長|理事|"
    "執行役員|監査役|社長|副社長|会長|専務|常務|本部長|事業部長|支店長|支社長|営業所長|工場長|所長|部長|次長|課長代理|係長代理|部長代理|次長代理|[支分本]?店長代理|課長|係長|主任|"
    "店長|副店長|院長|副院長|園長|校長|教頭|教授|准教授|助教|講師|博士|医師|弁護士|税理士|司法書士|行政書士|公認会計士|社会保険労務士|代表|"
    "室長|局長|主査|主幹|顧問|相談役|事務長|事務局長|幹事長|幹事|監事|会計|書記|マネージャー|マネジャー|リーダー|ディレクター|社労士|弁理士|歯科医師|薬剤師|看護師|女史|夫人|議員|市長|町長|村長|知事|大臣|牧師|住職|棟梁|師匠|ドクター|[市県都区町村]議|(?:名誉|特任|客員|特別|特命|特定)教授|研究員|名誉会長|町会長|自治会長|組合長|監督|騎手|投手|棋士|名人|[初二三四五六七八九]段|[一二]級建築士|宅建士|(?:土地家屋|不動産)?調査士"
)
_IS_TITLE = re.compile(_TITLES)
_UNIT_ENDS = ("部", "課", "係", "店", "室", "支社", "営業所", "センター")
_TITLE_FRONT = re.compile(rf"^(?:{_TITLES})(?: ?兼 ?[^ ]+)?(?:[ ・:]+(?=\S)|(?=[^ ]{{3,}}))")
_TITLE_BEFORE_FAMILY = re.compile(rf"^(?:{_TITLES})(?=[^ ]{{2}}$)")
_TITLE_BEHIND = re.compile(rf"(?<=\S)(?: +|(?<=..))(?:{_TITLES})$")
_OFFICE_FRONT = re.compile(r"^[^ ]+(?:部|課|室|係|局|支店|支社|営業所|事業部|センター|本社|本部|工場) +(?=\S)")
_HONORIFICS = (
    "[ご御]一[家同]様?|[ご御]一行様|ご遺族様?|御遺族様?|ご子息様?|ご令嬢様?|ご令室様?|ご家族様?|御家族様?|"
    "[ご御]?夫妻様?|ご?夫婦|ファミリー|様方|様宛|様|さま|サマ|殿下|殿|どの|ドノ|連名|"
    "先生|御中|貴下|閣下|さん|サン|くん|クン|ちゃん|チャン|氏|君|宛て?|先輩|選手|"
    "御?侍史|[御玉]?机下|大兄|学兄|賢兄|嬢|各位|女士|小姐|老[師师]|同[学學]|董事[長长]|[總总]?[經经]理|[總总][統统裁]"
)
_HONORIFIC = re.compile(
    rf"(?<=[^\s・])(?P<space> *)(?P<word>{_HONORIFICS}|(?<=[^ ]{{2}})名義|(?<= )(?:個人|本人|拝|翁|様?行))$"
)
_IS_MARK = re.compile(f"(?:{_HONORIFICS}|{_TITLES}|個人|本人|拝|翁|様?行|故人?|亡|[他外]|ほか)+")
MARKED_KANJI = rf"^(?:[故亡]|{_TITLES})|旧[姓氏名]|[他外様殿]|一同|(?:家|気付|名義|{_HONORIFICS}|{_TITLES})$"
"""An expression that finds something in every text of kanji alone, without a space, from which a mark is taken."""
# Endings that are also the last letters of names: taken off only behind a space or from a long enough name.
_ALSO_NAMES = {
    "君": 4,
    "氏": 3,
    "殿": 3,
    "どの": 4,
    "ドノ": 4,
    "サン": 4,
    "さん": 2,
    "クン": 4,
    "くん": 2,
    "宛": 3,
    "選手": 3,
    "先輩": 3,
    "連名": 3,
}
_FOREIGN_NAMES = frozenset({"チャン", "サン", "クン"})
_HOUSEHOLD_WORDS = re.compile("[御ご]一[同行]|御一家|ご一家|家族|ファミリー|夫妻|夫婦|遺族|連名")
_HOUSE = re.compile("(?<=.)家(?: ?御?一同)?$")
_AND_OTHERS = re.compile(
    r" *(?:[、,・&] *)?[(]?(?:他|外|ほか) ?"
    r"(?:[0-9一二三四五六七八九]+ ?[名人]様?|ご?家族一同|一同|ご?家族)[)]?$|(?:[、,・&] *| )(?:他|外|ほか)$"
    "|(?<=[一-鿿]{3})ほか$"
)

# Short names whose letters cannot be a mark: most names, and the rules need not look at them.
MARK_BEGINS, MARK_SECONDS = "故旧亡", "長任授務師士"
MARK_ENDS = (
    "様殿氏君宛故亡同職臣匠梁頭教計記議務息室"
    "生中方長长員師师事者婦人輩手士役任授問表下外他家族名史査幹妻姐学學督段嬢翁拝位兄"
)
_UNMARKED = re.compile(
    f"[^{MARK_BEGINS}\\W_](?:[一-鿿々]{{0,1}}[^部課室係局店社所場長役任師士員授事方表問務理監書計前者先主客 ])? "
    f"[一-鿿々ぁ-ゖ]{{0,2}}[一-鿿々ぁ-ゑ](?<![{MARK_ENDS}])(?<![經经]理)(?<!名義)(?<! さま)"
    "(?<! 某)(?<! [不未無][明詳定し])"
    f"|[^{MARK_BEGINS}\\W_](?![{MARK_SECONDS}])[一-鿿々]{{1,3}}(?<![{MARK_ENDS}])(?<![經经]理)(?<!名義)"
)


@dataclass(slots=True)
class Marks:
    """What was taken off a name cell, by part name, and the rules and flags that tell of it."""

    name: str
    parts: dict[str, str] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def take(self, rule: str, name: str, part: str = "", value: str = "") -> None:
        """Note that a rule left `name` and, when given, took `value` off as `part`; nothing when no name is left."""
        if not name.strip():
            return
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
    _take_edges(marks)
    _take_brackets(marks)
    if (found := _FORMER_BEHIND.search(marks.name)) and found.start():
        marks.take("person.former_name", marks.name[: found.start()], "former_name", found.group(1))
    found = _DECEASED.match(marks.name)
    if found and len(marks.name) > found.end() and not _begins_with_name(marks.name):
        marks.take("person.deceased", marks.name[found.end() :])
        marks.flags.add("deceased")
    _take_care_of(marks)
    _take_others(marks)
    _take_remark(marks)
    _take_endings(marks)
    _take_front(marks)
    _take_latin(marks)
    _take_own_kana(marks)
    return marks


def _take_edges(marks: Marks) -> None:
    """Take punctuation, signs, a label (担当者:山田太郎) and what addresses the letter off both ends."""
    if found := _REMARK_IN_SIGNS.match(marks.name):
        marks.take("person.punctuation", marks.name[found.end() :])
    if _SIGNS.search(marks.name):
        marks.take("person.punctuation", _SIGNS.sub("", marks.name).strip())
    if (bare := marks.name.strip(_EDGES)) and bare != marks.name and not has_lost_character(marks.name):
        marks.take("person.punctuation", bare)
    if found := _LABEL.match(marks.name):
        marks.take("person.label", marks.name[found.end() :])
    if found := _ADDRESSED.search(marks.name):
        marks.take("person.honorific", marks.name[: found.start()], "honorific", found.group().strip())
    if found := _DECEASED_BEHIND.search(marks.name):
        marks.take("person.deceased", marks.name[: found.start()])
        marks.flags.add("deceased")


def _take_remark(marks: Marks) -> None:
    """Take numbers, an alias in front and words that are no name off a whole name."""
    if (bare := without_number(marks.name)) != marks.name:
        marks.take("person.remark", bare)
    if found := _LATIN_RANK.search(marks.name):
        marks.take("person.title", marks.name[: found.start()], "honorific", found["rank"])
    if found := _ALIAS_FRONT.match(marks.name):
        marks.take("person.alias", marks.name[found.end() :], "alias", found["alias"])
    if found := _FORMER_FRONT.match(marks.name):
        marks.take("person.former_name", marks.name[found.end() :], "former_name", found["former"] or found["before"])
    if _SIGN_BETWEEN.search(marks.name):
        marks.take("person.separator", _SIGN_BETWEEN.sub(" ", marks.name))
    if (rest := without_remark(marks.name)) and not _IS_MARK.fullmatch(rest[1]):
        part = "honorific" if is_title(rest[1]) else "department" if is_unit(rest[1]) else "alias"
        marks.take("person.remark", rest[0], part, rest[1])


def _take_brackets(marks: Marks) -> None:
    while found := _BRACKETS.search(marks.name):
        inner = found.group(1).strip()
        rest = " ".join(f"{marks.name[: found.start()]} {marks.name[found.end() :]}".split())
        if not rest:
            marks.take("person.bracket", inner)
            return
        if part := _bracket_is_name(inner, rest):
            marks.take(f"person.{part}", inner, "kana" if part == "own_kana" else "alias", rest)
            continue
        rule, part, value = _bracket_meaning(inner)
        marks.take(rule, rest, part, value)
        if rule == "person.deceased":
            marks.flags.add("deceased")


def _bracket_is_name(inner: str, rest: str) -> str:
    """Tell whether the bracket holds the name itself, behind its kana or Latin: ヤマダタロウ(山田太郎)."""
    joined, outside = inner.replace(" ", ""), rest.replace(" ", "")
    cut = split_name(joined) if _KANJI.search(inner) and 1 < len(joined) <= _LONGEST_NAME else None
    if cut is None and " " not in inner:
        return ""
    if is_kana(outside):
        return "own_kana" if _is_read(joined, outside) else ""
    is_latin_outside = outside.isascii() and outside.isalpha() and " " in rest
    return "latin" if is_latin_outside and (cut is None or is_given_name(cut.given)) else ""


def _bracket_meaning(inner: str) -> tuple[str, str, str]:
    """The rule that takes a bracket, the part it fills and that part's value; both empty for a bare remark."""
    if former := _former_name(inner):
        return "person.former_name", "former_name", former
    if inner in ("故", "故人", "没", "逝去", "死亡", "亡") or inner.startswith(("享年", "行年")):
        return "person.deceased", "", ""
    rule, part, value = "person.bracket", "alias", inner
    if inner in _REMARKS:
        part = value = ""
    elif inner.endswith(("様方", "さま方")):
        house = inner.removesuffix("方").removesuffix("様").removesuffix("さま")
        rule, part, value = "person.care_of", "care_of", house
    elif _IS_TITLE.fullmatch(inner) or inner.endswith("様"):
        rule, part = "person.title", "honorific"
    elif inner.endswith(_UNIT_ENDS) and not family_bearers(inner):
        rule, part = "person.title", "department"
    elif is_kana(inner.replace(" ", "").replace("・", "")):
        rule, part = "person.own_kana", "kana"
    return rule, part, value


def _former_name(inner: str) -> str:
    if former := _FORMER.match(inner):
        return (former[1] or former[2]).strip()
    return inner[:-1] if inner.endswith("姓") and family_bearers(inner[:-1]) else ""


def _take_others(marks: Marks) -> None:
    if (found := _AND_OTHERS.search(marks.name)) and found.start() > 1:
        marks.take("person.household", marks.name[: found.start()])
        marks.flags.add("household")


def _begins_with_name(name: str) -> bool:
    """Tell whether 故 begins a family name (故島 太郎)."""
    family, _, given = name.partition(" ")
    if not given and (cut := split_name(name)) and is_given_name(cut.given):
        family = cut.family
    return 1 < len(family) < len(name) and family_bearers(family) > 0


def _take_care_of(marks: Marks) -> None:
    found = _CARE_OF.match(marks.name) or _CARE_OF_LATIN.match(marks.name)
    if not found and (found := _CARE_OF_FAMILY.match(marks.name)):
        is_family = family_bearers(found["who"]) >= _WELL_BORNE and not family_bearers(f"{found['who']}方")
        is_family = is_family or is_whole_name(found["who"])
        found = found if is_family else None
    if found:
        marks.take("person.care_of", marks.name[found.end() :], "care_of", found["who"])
    elif (found := _CARE_OF_LATIN_BEHIND.search(marks.name)) or (
        (found := _CARE_OF_BEHIND.search(marks.name)) and not _is_given_of_whole(marks.name, found)
    ):
        marks.take("person.care_of", marks.name[: found.start()], "care_of", found["who"])


def _is_given_of_whole(name: str, found: re.Match[str]) -> bool:
    """安西 水丸 様方: the family name in front is that of the house."""
    return family_bearers(name[: found.start()]) > 0 and is_given_name(found["who"])


def _family_of_house(name: str) -> str:
    """山田 of 山田家; empty for any other name, as for 氏家, a family name."""
    found = _HOUSE.search(name)
    left = name[: found.start()] if found else ""
    return left if left and " " not in left and family_bearers(left) >= _WELL_BORNE and not family_bearers(name) else ""


def _take_endings(marks: Marks) -> None:
    if house := _family_of_house(marks.name):
        marks.take("person.household", house)
        marks.flags.add("household")
        return
    while found := _HONORIFIC.search(marks.name) or _TITLE_BEHIND.search(marks.name):
        word = found.groupdict().get("word") or found.group().strip()
        spaced = found.group() != word
        left = marks.name[: found.start()]
        if word in _FOREIGN_NAMES and is_katakana(re.sub("[ ・]", "", left)) and not kana_family_bearers(left):
            return  # アグネス・チャン
        is_family = family_bearers(left) > 0
        needed = 1 if spaced or is_family else _ALSO_NAMES.get(word, 2 if "word" not in found.groupdict() else 1)
        if is_placeholder(marks.name) or len(left.replace(" ", "")) < needed or not left.strip(" 、,"):
            return
        if word in _ALSO_NAMES and not spaced and not is_family and _is_end_of_given(marks.name, left):
            return  # 柳家小さん
        if "word" not in found.groupdict() and " " not in left and is_given_name(word):
            return  # 林 博士: a given name, as only the family name would be left
        marks.take("person.honorific", left.rstrip(" 、,"), "honorific", word)
        if _HOUSEHOLD_WORDS.search(word):
            marks.flags.add("household")
        if house := _family_of_house(marks.name):
            marks.take("person.household", house)


def _is_end_of_given(name: str, left: str) -> bool:
    """Tell whether an ending ends a known given name, and a name without it would not have a known one."""
    if " " in name:
        return is_given_name(name.rpartition(" ")[2]) and not is_given_name(left.rpartition(" ")[2])
    whole, cut = split_name(name), split_name(left)
    return whole is not None and is_given_name(whole.given) and (cut is None or not is_given_name(cut.given))


def _take_front(marks: Marks) -> None:
    if found := _LATIN_TITLE.match(marks.name):
        marks.take("person.title", marks.name[found.end() :], "honorific", found.group().strip())
    _take_front_words(marks)
    found = _OFFICE_FRONT.match(marks.name)
    if found and not family_bearers(found.group().strip()):
        marks.take("person.title", marks.name[found.end() :], "department", found.group().strip())
    found = _TITLE_FRONT.match(marks.name)
    if not found and (found := _TITLE_BEFORE_FAMILY.match(marks.name)):
        cut = split_name(marks.name)
        is_person = family_bearers(marks.name[found.end() :]) >= _WELL_BORNE
        found = found if is_person and (cut is None or family_bearers(cut.family) < _WELL_BORNE) else None
    if found:
        marks.take("person.title", marks.name[found.end() :], "honorific", found.group().strip())


def _take_front_words(marks: Marks) -> None:
    """Take units and ranks that are words of their own off the front, never the last word left."""
    while " " in marks.name:
        word, _, rest = marks.name.partition(" ")
        if word in ("兼", "兼任") and " " in rest:
            marks.take("person.title", rest.partition(" ")[2])
        elif len(word) < 3 or family_bearers(word) or is_given_name(rest) or not (is_title(word) or is_unit(word)):
            return
        else:
            marks.take("person.title", rest, "honorific" if is_title(word) else "department", word)


def _take_latin(marks: Marks) -> None:
    """Take the name's own Latin spelling off either end: 山田太郎 Taro Yamada."""
    if found := _LATIN_TAIL.search(marks.name):
        rest = marks.name[: found.start()]
    elif found := _LATIN_HEAD.match(marks.name):
        rest = marks.name[found.end() :]
    else:
        return
    if _KANJI.search(rest) and len(rest.split(" ")) <= 2:
        is_desk = is_latin_desk(found["latin"])
        marks.take("person.latin", rest.strip(" ,/"), "honorific" if is_desk else "alias", found["latin"])


def _is_read(name: str, kana: str) -> bool:
    """Tell whether kana begin as the family name of an uncut name is read, and go on."""
    cut = split_name(name) if 2 < len(name) < len(kana) else None
    readings = readings_of_family(cut.family) if cut else ()
    return any(to_katakana(kana).startswith(reading) and len(kana) > len(reading) for reading in readings)


def _take_own_kana(marks: Marks) -> None:
    """Take the name's own kana off the end: 山田太郎 ヤマダタロウ, 山田 太郎 / ヤマダ タロウ."""
    if (glued := _GLUED_KANA.fullmatch(marks.name)) and _is_read(*glued.groups()):
        marks.take("person.own_kana", glued[1], "kana", glued[2])
        return
    if (found := _GLUED_KANA_FRONT.fullmatch(marks.name)) and _is_read(found[2], found[1]):
        marks.take("person.own_kana", found[2], "kana", found[1])
        return
    words = re.split("[ /:、,]+", marks.name)
    if len(words) in (3, 4) and all(map(is_kana, words[:2])) and not any(map(is_kana, words[2:])):  # ヤマダ タロウ 山田
        words = words[2:] + words[:2]
    kana = [word for word in words if is_kana(word)]
    rest = words[: len(words) - len(kana)]
    if not kana or words[len(rest) :] != kana or not any(_KANJI.search(word) for word in rest):
        return
    joined = "".join(rest)
    is_reading = len(rest) == 1 and len(kana) <= 2 and _is_read(joined, "".join(kana))
    if (is_reading or len(kana) == len(rest) == 2) and not any(is_kana(word) for word in rest):
        marks.take("person.own_kana", " ".join(rest), "kana", " ".join(kana))
