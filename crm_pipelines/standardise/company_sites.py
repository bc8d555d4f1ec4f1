"""Cut branch and department off the tail of a company name."""

import re
from dataclasses import dataclass

from crm_pipelines.standardise.tables.site_words import BRANCH, DEPARTMENT, PLACES, SURE_BRANCH

_GLUED_SITE = re.compile(rf"(?<=\S)((?:{PLACES})(?:[東西南北中央駅前口第一二三町]{{0,3}})(?:{SURE_BRANCH}))$")
_GLUED_HEAD = re.compile(r"(?<=\S\S)(本社|本店)$")
_BRANCH_THEN_DEPARTMENT = re.compile(rf"^(.*?(?:{BRANCH})) ?(\S*(?:{DEPARTMENT}))$")
_LATIN_SITE = re.compile(r"^(?:.* )?(?:Branch|Office|Plant|Factory|Store)$")
_LATIN_DEPARTMENT = re.compile(r"^(?:.* )?(?:Division|Department|Dept\.?|Div\.?|Team)$")
_ENDS_BRANCH = re.compile(rf"(?:{BRANCH})$")
_ENDS_SURE_BRANCH = re.compile("(?:支店|支社|支部|支所|支局|営業所|出張所|事業所|本店|本社)$")
_ENDS_DEPARTMENT = re.compile(rf"(?:{DEPARTMENT})$")
# Words that end like a site but are the kind of business: 商店, 薬局, 法律事務所, 倶楽部.
_KIND_OF_BUSINESS = re.compile(
    "(?:[商書務薬酒飯貨茶肉魚服木米品具物菓]店|代理店|[薬送便]局|楽部|(?:法律|会計|税務|税理士|設計|建築|書士|労士|労務|特許|探偵|芸能|デザイン|"
    "測量|鑑定|調査士|経営|弁理士)事務所|製作所|製造所|研究所|ホームセンター|学校|院|園|校)$"
)
_BRACKETED = re.compile(r"^(.*\S) ?\(([^()]+)\)$")


@dataclass(frozen=True, slots=True)
class Site:
    """Where in the company: both empty for the company as a whole."""

    branch: str = ""
    department: str = ""


def split_site(text: str, *, glued: bool, all_of_it: bool = False) -> tuple[str, Site]:
    """Cut the branch and the department off the end of a text.

    Args:
        text: what stands beside the legal form, or the whole name when there is none.
        glued: also cut a branch that begins with a place and follows without a space (青木製作所大阪支店).
        all_of_it: the text follows the company's name and form, so that all of it may be the site.

    Returns:
        What is left (empty only with `all_of_it`), and the site.
    """
    if (bracketed := _BRACKETED.match(text)) and _kind(bracketed.group(2)):
        text = f"{bracketed.group(1)} {bracketed.group(2)}"
    words = text.split(" ")
    branch, department = "", ""
    while words and (len(words) > 1 or all_of_it):
        kind = _kind(words[-1], sure=not glued)
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
    if glued and not branch and (found := _GLUED_SITE.search(left) or _GLUED_HEAD.search(left)):
        return left[: found.start(1)], Site(found.group(1), department)
    return left, Site(branch, department)


def _kind(word: str, *, sure: bool = False) -> str:
    if not word or word.isascii() or _KIND_OF_BUSINESS.search(word):
        return ""
    if sure and not _ENDS_DEPARTMENT.search(word):
        return "branch" if _ENDS_SURE_BRANCH.search(word) else ""
    if _ENDS_DEPARTMENT.search(word) and not word.endswith(("本部", "営業本部")):
        return "both" if _BRANCH_THEN_DEPARTMENT.match(word) else "department"
    return "branch" if _ENDS_BRANCH.search(word) else ""
