"""Read a person's name in Hangul: family name, given name and what is said behind them (님, 씨, 부장님)."""

import re
from dataclasses import dataclass

from crm_pipelines.standardise.korean_readings import is_korean_family, split_hangul

_ALL_HANGUL = re.compile("[가-힣]+(?: [가-힣]+)*")
_RANKS = (
    "대표이사|대표|사장|부사장|회장|전무|상무|이사|본부장|부장|차장|과장|대리|주임|사원|팀장|실장|원장|소장|점장|"
    "교수|박사|선생|변호사|회계사|의사|"
    "기자|간사|목사|고객|회원|담당자|선수|감독|배우|가수|작가|매니저|연구원|부회장|부대표|"
    "(?:전 )?대통령|총리|장군|장관|책임|선임|수석|학생|어머|아버"
)
_BEHIND_SPACE = re.compile(rf"(?<=\S) (?P<word>(?:{_RANKS})님?|님|씨|귀하|귀중|군|양)$")
_GLUED = re.compile(rf"(?<=[가-힣]{{2}})(?P<word>(?:{_RANKS})님|님|씨|귀하)$")
_FAMILY_GLUED = re.compile(rf"^(?P<family>[가-힣])(?P<word>씨|(?:{_RANKS})님)$")

_LONGEST = 40


@dataclass(slots=True)
class HangulName:
    """The parts of one name; empty strings for what it has not."""

    family: str = ""
    given: str = ""
    honorific: str = ""
    evidence: str = "none"


def is_hangul_name(text: str) -> bool:
    """Tell whether a text is words in Hangul alone."""
    return bool(_ALL_HANGUL.fullmatch(text))


def read_hangul_name(text: str) -> HangulName:
    """Read a cleaned name in Hangul; without a space the family name is the first syllable or a known double one."""
    if len(text) > _LONGEST:
        return HangulName(text)
    name = HangulName()
    if (found := _FAMILY_GLUED.match(text)) and is_korean_family(found["family"]):
        return HangulName(found["family"], "", found["word"])
    while found := _BEHIND_SPACE.search(text) or _GLUED.search(text):
        text, name.honorific = text[: found.start()].rstrip(), found["word"]
    words = text.split(" ")
    if len(words) == 1:
        name.family, name.given = split_hangul(text) or (text, "")
        name.evidence = "dict" if name.given else "none"
        return name
    family, given = words[0], "".join(words[1:])
    if not is_korean_family(family) and is_korean_family(words[-1]):  # 민준 김
        family, given = words[-1], "".join(words[:-1])
    name.family, name.given, name.evidence = family, given, "space"
    return name
