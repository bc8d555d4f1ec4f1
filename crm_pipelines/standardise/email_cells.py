"""Find the addresses of a cell among names, labels and remarks, and put right how they were typed.

What is put right: a spelled-out sign (`(at)`, `[dot]`), a comma for a dot, dots in a row in the domain, a long vowel
mark for a hyphen, the quotes around a local part. Each leaves a rule `email.repaired_...`.
"""

import re

_ASIAN = "぀-ヿ㐀-鿿豈-﫿가-힣々"
_SIGNS = "←-⇿─-➿"
_STOP = '\\s@<>()\\[\\],;:"「」『』【】〈〉《》〔〕、。・※'
# Parts of a domain's end that may follow a comma or a stray space; words of a sentence only where another dot follows.
_ENDS = r"(?:com|co|ne|net|org|jp|(?:or|ac|go|lg|ed|gr|ad)(?= ?[.,、]))(?![A-Za-z0-9@:-])"

_BRACKETED_AT = re.compile(r" ?[(\[{<【]@[)\]}>】] ?")
_SPELLED_AT = re.compile(
    r" ?(?:[(\[{<【] ?(?:at|a|アットマーク|アット|あっと) ?[)\]}>】]|アットマーク|あっとまーく|[★☆◎]) ?|"
    r"(?<=[A-Za-z0-9]) (?:at|AT) (?=[A-Za-z0-9-]+(?:\.| ?[(\[{]? ?dot))",
    re.IGNORECASE,
)
_SPELLED_DOT = re.compile(
    r" ?[(\[{<【] ?(?:dot|ドット|どっと) ?[)\]}>】] ?|(?<=[A-Za-z0-9]) dot (?=[A-Za-z])", re.IGNORECASE
)
_QUOTED = re.compile(r"\"([^\"\s@<>()\[\],;:\\]{1,64})\"(?=@)")
_LONG_MARK = re.compile(r"(?<=[A-Za-z0-9])ー(?=[A-Za-z0-9])")
_OTHER_DOT = re.compile(rf"(?<=[A-Za-z0-9])(?: ?[,、・] ?(?={_ENDS})|。(?=[A-Za-z0-9]))", re.IGNORECASE)
_SPACE_AT = re.compile(r" ?@ ?")
_SPACE_DOT = re.compile(rf" \. (?={_ENDS})| \.(?=[A-Za-z])|\. (?={_ENDS})", re.IGNORECASE)
_DOTS = re.compile(r"\.{2,}")
# A remark glued to the end of a domain (`aoba.co.jp様`), but not the first letters of an international label.
_GLUED_REMARK = re.compile(rf"(\.[A-Za-z]{{2,}})(?=[{_ASIAN}])(?![^.{_STOP}]*\.[A-Za-z])")
_MIXED_END = re.compile(r"(\.[A-Za-z]{2,63})[^\x00-\x7f][^.]*$")
_NAMED_BY_ADDRESS = re.compile(r"[^\s,;<>@]+@[^\s,;<>@]+ ?(?=<[^<>]*@)")
_ADDRESS = re.compile(rf"([^{_STOP}]+)@([^{_STOP}/|?&!#%*+=~'{_SIGNS}]+)")
_GLUED_LABEL = re.compile(rf".*[{_ASIAN}{_SIGNS}](?=[!-~]+$)")
_LEADING = "/|=&'`*~!?#$%^{}"
_ONE_WORD = re.compile(r"(?:^|[,;、]) ?([A-Za-z]+\.?) $")
_LABELS = frozenset(
    ("mail", "email", "e-mail", "mails", "emails", "address", "pc", "to", "from", "cc", "bcc", "cell", "mobile")
    + ("work", "home", "office", "private", "personal", "new", "old")
)


def addresses_of(text: str) -> tuple[list[str], tuple[str, ...]]:
    """Find the addresses of a cleaned text, in small letters.

    Returns:
        The addresses in their order and the rules that fired; no address and `email.space_inside` where a lone Latin
        word stands before one, which may be the name's first half.
    """
    body, rules = _put_right(text)
    found: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(body):
        if body[match.end() : match.end() + 1] == "@":
            return [], ("email.unreadable",)
        before = body[end : match.start()]
        end = match.end()
        word = _ONE_WORD.search(before) if before.endswith(" ") else None
        if word and word[1].lower() not in _LABELS and body.count("@") == 1:
            return [], ("email.space_inside",)
        local = _GLUED_LABEL.sub("", match[1]).lstrip(_LEADING)
        domain = _MIXED_END.sub(r"\1", _DOTS.sub(".", match[2]).strip("."))
        if ".." in match[2].rstrip(".") or match[2].startswith("."):
            rules |= {"email.repaired_dots": None}
        found.append(f"{local}@{domain}".lower())
    return found, tuple(rules)


def _put_right(text: str) -> tuple[str, dict[str, None]]:
    rules: dict[str, None] = {}
    body = _QUOTED.sub(r"\1", text)
    if body != text:
        rules["email.repaired_quotes"] = None
    if "@" not in body or "(@" in body or "[@" in body or "【@" in body or "{@" in body:
        signed = _BRACKETED_AT.sub("@", body) if "@" in body else _SPELLED_AT.sub("@", body)
        if signed != body:
            rules["email.repaired_sign"] = None
        body = signed
    if "@" not in body:
        return body, rules
    body = _SPACE_AT.sub("@", body)
    for pattern, sign, rule in (
        (_SPELLED_DOT, ".", "email.repaired_dots"),
        (_LONG_MARK, "-", "email.repaired_hyphen"),
        (_OTHER_DOT, ".", "email.repaired_dots"),
        (_SPACE_DOT, ".", "email.repaired_spaces"),
    ):
        mended = pattern.sub(sign, body)
        if mended != body:
            rules[rule] = None
            body = mended
    return _NAMED_BY_ADDRESS.sub("", _GLUED_REMARK.sub(r"\1 ", body)), rules
