"""Cut branch and department off the tail of a company name."""

import re
from dataclasses import dataclass

from crm_pipelines.standardise.body_names import body_ending
from crm_pipelines.standardise.name_split import family_bearers
from crm_pipelines.standardise.tables.site_words import (
    BRANCH,
    CERTAIN_BRANCH,
    DEPARTMENT,
    FACILITIES,
    GLUED_BRANCH,
    NAMED_FACILITIES,
    NUMBERED_PLACES,
    PLACES,
    SINGLE_LETTER_PLACES,
    TRADES,
)

_PLACES = frozenset(PLACES.split("|"))
_LONGEST_PLACE = max(map(len, _PLACES))
_PART_OF_PLACE = "[東西南北中央新駅前口本町第一二三四五六七八九0-9ヶケ]{0,4}"
_PLACE_WORD = re.compile(f"(?:{NUMBERED_PLACES}|[〇一二三四五六七八九]{{3}}|(.+?){_PART_OF_PLACE})")
_BRANCH_THEN_DEPARTMENT = re.compile(rf"^(.*?(?:{BRANCH})) ?(\S*(?:{DEPARTMENT}))$")
_LATIN_SITE = re.compile(r"^(?:.* )?(?:Branch|Office|Plant|Factory|Store|Headquarters|HQ)$", re.IGNORECASE)
_BRANCH_OF_PLACE = re.compile(
    r"^(?:Zweigniederlassung|Zweigstelle|Niederlassung|Filiale|Filial|Succursale|Sucursal|Agence|Vestiging|Bijkantoor|"
    r"Oddział|Odštěpný závod|Branch of|Sede secondaria|Филиал|филиал) .+"
    r"|^.+ (?:Zweigniederlassung|Niederlassung|filial)$"
)
_LATIN_DEPARTMENT = re.compile(r"^(?:.* )?(?:Division|Department|Dept\.?|Div\.?|Team)$", re.IGNORECASE)
_LATIN_SITE_BEHIND = re.compile(r"^(.*[^ ]) ((?:[A-Z][\w-]+ ){1,2}(?:Branch|Office|Plant|Factory|HQ))$")
_ENDS_BRANCH = re.compile(rf"(?:{BRANCH})$")
_ENDS_GLUED = re.compile(rf"(?:{GLUED_BRANCH})$")
_ENDS_CERTAIN = re.compile(rf"(?:{CERTAIN_BRANCH})$")
_ENDS_SURE_BRANCH = re.compile(
    "(?:支店|支社|支部|支所|支局|営業所|出張所|事業所|本店|本社|分公司|支行|지점|지사|영업소)$"
)
_ENDS_DEPARTMENT = re.compile(rf"(?:{DEPARTMENT})$")
_ENDS_PLACE_OF_WORK = re.compile(
    r"(?:所|場|店|支社|本社|局|校|園|館|院|センター|署|庫|ビル|棟|オフィス|モール|デポ|ベース|ターミナル|ゲートウェイ|プラント|ステーション|지점|공장|公司|处|處|行)$"
)
_FACILITY = re.compile(rf"(?:{FACILITIES})$|^(?:{NAMED_FACILITIES})")
_SCRIPTS_MEET = re.compile("(?<=[ァ-ヺーA-Za-z])([一-鿿ヶケ]{1,6})$")
# Words that end like a site but are the kind of business: 商店, 薬局, 法律事務所, 倶楽部.
_KIND_OF_BUSINESS = re.compile(
    "(?:[商書務薬酒飯貨茶肉魚服米品具物鞄靴花計鏡畳鮨衣洗]店|菓子店|寿司店|本屋店|料理店|代理店|専門店|喫茶店|販売店|量販店|理髪店|洋品店|食料品店|楽器店|造酒店|接骨店|材木店|燃料店|金物店|豆腐店|蕎麦店|"
    "[薬便]局|放送局|テレビ局|楽部|美容室|理容室|教室|茶室|図書室|設計室|工作室|サロン室|理美容室|デザイン室|"
    "(?:法律|会計|税務|税理士|設計|建築|書士|労士|労務|特許|探偵|芸能|デザイン|測量|鑑定|調査士|経営|弁理士|計理士|行政|司法|社労士|建築士|鑑定士|総合|コンサルタント|技術士)事務所|"
    "製作所|製造所|研究所|鉄工所|印刷所|鉄工場|木工場|ホームセンター|学校|院|園|[^分本]校|新聞(?:東京|大阪|西部|中部)?本社)$"
)
_MEDICINE_BUREAU = re.compile("(?:医薬局)$")
_BRACKETED = re.compile(r"^(.*[^ ]|) ?(?:\(([^()]+)\)|\[([^\[\]]+)\]|【([^【】]+)】|〔([^〔〕]+)〕|<([^<>]+)>)$")
_CLOSING = (")", "]", "】", "〕", ">")
_ENDS_TRADE = re.compile(
    "(?<!物流)(?<!配送)(?<!サービス)(?<!サポート)(?<!コール)(?:店|工場|センター|事務所|オフィス|倉庫)$"
)
_GLUED_DEPARTMENT = re.compile(
    rf"(?:支店|本店|支社|本社|営業所|出張所|事業所|工場)(?=([^ ]{{1,12}}?(?:{DEPARTMENT}))$)"
)
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Site:
    """Where in the company: both empty for the company as a whole."""

    branch: str = ""
    department: str = ""


def split_site(text: str, *, glued: bool, all_of_it: bool = False) -> tuple[str, Site]:
    """Cut the branch and the department off the end of a text.

    Args:
        text: what stands beside the legal form, or the whole name when there is none.
        glued: a form tells where the name begins, so that less sure words count too (株式会社青木 厚木工場).
        all_of_it: the text follows the company's name and form, so that all of it may be the site.

    Returns:
        What is left (empty only with `all_of_it`), and the site.
    """
    bracketed = _BRACKETED.match(text) if text.endswith(_CLOSING) else None
    if bracketed and (bracketed[1] or all_of_it) and _kind(inner := bracketed[bracketed.lastindex or 0]):
        text = f"{bracketed[1]} {inner}".lstrip()
    words = text.split(" ")
    branch, department = "", ""
    while words and (len(words) > 1 or all_of_it):
        kind = _kind(words[-1], sure=not glued, whole=all_of_it)
        if kind == "department" and not branch:
            department = f"{words[-1]} {department}".strip()
        elif kind == "branch":
            branch = f"{words[-1]} {branch}".strip()
        elif kind == "both" and not branch and (found := _BRANCH_THEN_DEPARTMENT.match(words[-1])):
            branch, department = found.group(1), f"{found.group(2)} {department}".strip()
        else:
            break
        words = words[:-1]
    left = " ".join(words)
    if left and all_of_it and (_LATIN_SITE.match(left) or _LATIN_DEPARTMENT.match(left)):
        return "", Site(left, department) if _LATIN_SITE.match(left) else Site(branch, left)
    if left and all_of_it and _BRANCH_OF_PLACE.match(left):
        return "", Site(left, department)
    if not branch and not department and (behind := _GLUED_DEPARTMENT.search(left)):
        head = left[: behind.end()]
        if at := _glued_site(head, has_form=glued):
            return left[:at], Site(head[at:], behind.group(1))
    if not branch and (at := _glued_site(left, has_form=glued)):
        return left[:at], Site(left[at:], department)
    if not branch and glued and (latin := _LATIN_SITE_BEHIND.match(left)):
        return latin.group(1), Site(latin.group(2), department)
    return left, Site(branch, department)


def split_facility(core: str) -> tuple[str, str]:
    """Cut what a medical, welfare or school corporation runs off its name: 青空会 青空クリニック."""
    owner, space, facility = core.partition(" ")
    is_facility = bool(space) and owner[-1] in "会団社園院館学舎塾堂" and bool(_FACILITY.search(facility))
    return (owner, facility) if is_facility else (core, "")


def is_place(word: str) -> bool:
    """Tell whether a word is a place by name: 大阪, 新宿西口, 第二."""
    if word in _PLACES:
        return True
    found = _PLACE_WORD.fullmatch(word)
    return found is not None and (found.group(1) is None or _begins_with_place(word))


def _begins_with_place(word: str) -> bool:
    for size in range(min(_LONGEST_PLACE, len(word)), _SHORTEST - 1, -1):
        if word[:size] in _PLACES and (re.fullmatch(_PART_OF_PLACE, word[size:]) or word[size:] in _PLACES):
            return True
    return False


def _glued_site(text: str, *, has_form: bool) -> int:
    """Where a site begins that follows the name without a space (青木製作所大阪支店); 0 without one."""
    if not text or text[-1] not in "店社所場ー局スー司行" or _KIND_OF_BUSINESS.search(text):
        return 0
    found = (_ENDS_GLUED if has_form else _ENDS_CERTAIN).search(text) or (text[-1] == "店" and _ENDS_GLUED.search(text))
    if not found:
        return 0
    at = found.start()
    if at < _SHORTEST:
        return 0
    if found.group() in ("本社", "本店"):
        is_whole = _is_business(text[:at]) or (found.group() == "本社" and has_form and text[:at] not in _PLACES)
        return _place_before(text, at) or (at if is_whole else 0)
    return _place_before(text, at) or (_unknown_place_before(text, at) if _ENDS_CERTAIN.search(text) else 0)


def _place_before(text: str, at: int) -> int:
    for size in range(min(_LONGEST_PLACE + 4, at - 1), 0, -1):
        start = at - size
        word, left = text[start:at], text[:start]
        if len(left) < _SHORTEST or left in _PLACES or left[-1] == "・":
            continue
        if len(word) > 1 and is_place(word) and not (len(left) == _SHORTEST and text[start - 1 : start + 1] in _PLACES):
            return start
        if (
            len(word) == 1
            and word in SINGLE_LETTER_PLACES
            and (_is_business(left) or re.search("[ァ-ヺーA-Za-z]$", left))
        ):
            return start
    return 0


def _unknown_place_before(text: str, at: int) -> int:
    """A place that no list has, behind a word of business or where the script changes: みずほ銀行茗荷谷支店."""
    for start in range(at - 1, max(at - 7, 1), -1):
        if _is_business(text[:start]):
            return start
    found = _SCRIPTS_MEET.search(text[:at])
    return found.start() if found else 0


def _is_business(text: str) -> bool:
    ending = body_ending(text)
    return bool(ending) and len(text) > len(ending)


def _kind(word: str, *, sure: bool = False, whole: bool = False) -> str:
    """Tell `branch`, `department`, `both` or nothing of a word; `sure` where no form tells that a name went before."""
    if not word or word.isascii() or (not whole and _is_business_kind(word)):
        return ""
    if _is_sited(word) or (whole and word.endswith("便局")):
        return "branch"
    is_department = bool(_ENDS_DEPARTMENT.search(word))
    if is_department and not _is_headquarters(word):
        return _kind_of_department(word)
    branch = _ENDS_SURE_BRANCH if sure and not is_department else _ENDS_BRANCH
    is_elsewhere = whole and (_ENDS_PLACE_OF_WORK.search(word) or word in _PLACES)
    return "branch" if branch.search(word) or is_elsewhere else ""


def _kind_of_department(word: str) -> str:
    if family_bearers(word):  # 服部, 阿部
        return ""
    return "both" if _BRANCH_THEN_DEPARTMENT.match(word) else "department"


def _is_business_kind(word: str) -> bool:
    is_kind = _KIND_OF_BUSINESS.search(word) and not _MEDICINE_BUREAU.search(word)
    return (bool(is_kind) or _is_trade(word)) and not _is_sited(word)


def _is_trade(word: str) -> bool:
    """A shop, works or centre of a trade, not of a place: 自転車店, 木工場."""
    found = _ENDS_TRADE.search(word)
    return found is not None and (word[: found.start()] in TRADES or body_ending(word[: found.start()]) != "")


def _is_headquarters(word: str) -> bool:
    return word.endswith("支部") or (word.endswith("本部") and (word == "本部" or is_place(word[:-2])))


def _is_sited(word: str) -> bool:
    """A site that begins with a place: 新宿店, 大阪工場, 〇一八店."""
    found = _ENDS_GLUED.search(word)
    return found is not None and found.start() > 0 and is_place(word[: found.start()])
