"""Cut what a mail quotes from others, so that nobody else's data is read as the sender's."""

import re

_MARKED = re.compile(r"^[ \t]{0,3}(?:[>|＞](?!\|)|》)")
_DIVIDER = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message|original appointment|"
    r"reply message|元のメッセージ|転送メッセージ|転送されたメッセージ|返信元メッセージ|"
    r"ursprüngliche nachricht|message d'origine)\s*-{2,}"
    r"|begin forwarded message:|以下転送|-{4,} ?(?:以下|元メール|引用).*)\s*$",
    re.IGNORECASE,
)
_UNDERSCORES = re.compile(r"^\s*_{20,}\s*$")
_WROTE = re.compile(
    r"^\s*(?:on .{5,200}(?:wrote|writes):|le .{5,200} a écrit ?:|am .{5,200} schrieb.*:|"
    r"(?:[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}[/-][0-9]{1,2}[/-][0-9]{1,2}).{0,120}(?:<[^<>\s]+@[^<"
    r">\s]+>.{0,12}|(?:wrote|のメール|さんは書きました|が書きました).{0,12})[:：]|"
    r".{0,120}(?:さんは書きました|さんが書きました|さん(?:からの|の)メール)[:：]?)\s*$",
    re.IGNORECASE,
)
_WROTE_HEAD = re.compile(r"^\s*(?:on .{5,200}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日.{0,120})$", re.IGNORECASE)
_HEADER = re.compile(
    r"^\s*\*?(?:from|sent|to|cc|subject|date|差出人|送信日時|送信元|送信者|日時|"
    r"日付|宛先|件名|von|gesendet|betreff|de|envoyé|objet)\*? ?[:：]",
    re.IGNORECASE,
)
_LONGEST_LINE = 400
_SENDER_HEADER = re.compile(r"^\s*\*?(?:from|差出人|送信元|送信者|von|de)\*? ?[:：]", re.IGNORECASE)


def strip_quoted(body: str) -> str:
    """Return a message body without quoted lines and without everything below a reply or forward divider.

    Quoted are lines that begin with `>`; from `On ... wrote:`, `-----Original Message-----`, a rule of underscores
    above `From:`, a block of `From:` / `差出人:` headers or `2026年1月2日(金) 10:00 ... <...>:` down, all is quoted. A
    quote above the reply (written below it) loses only its marked lines.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    for place, line in enumerate(lines):
        if _begins_quote(lines, place):
            if _answers_below(lines, place):
                continue
            break
        if not _MARKED.match(line):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _begins_quote(lines: list[str], place: int) -> bool:
    line = lines[place]
    if len(line) > _LONGEST_LINE:
        return False
    if _DIVIDER.match(line) or _WROTE.match(line) or (_UNDERSCORES.match(line) and _is_above_header(lines, place)):
        return True
    if _SENDER_HEADER.match(line):
        following = [other for other in lines[place + 1 : place + 6] if other.strip()]
        return sum(bool(_HEADER.match(other)) for other in following[:4]) >= 2
    below = lines[place + 1] if place + 1 < len(lines) else ""
    return (
        bool(_WROTE_HEAD.match(line)) and len(below) < _LONGEST_LINE and bool(_WROTE.match(f"{line} {below.strip()}"))
    )


def _is_above_header(lines: list[str], place: int) -> bool:
    """A rule of underscores divides where the quoted mail's sender follows; else it is the rule of a signature."""
    below = (line for line in lines[place + 1 : place + 40] if line.strip() and not _MARKED.match(line))
    following = next((line for line in below if len(line) > _LONGEST_LINE or not _WROTE.match(line)), "")
    return len(following) <= _LONGEST_LINE and bool(_SENDER_HEADER.match(following))


def _answers_below(lines: list[str], place: int) -> bool:
    """A `wrote:` line above marked lines that are followed by the sender's own words: only the marked lines go."""
    if not _WROTE.match(lines[place]):
        return False
    below = [line for line in lines[place + 1 :] if line.strip()]
    marked = 0
    while marked < len(below) and _MARKED.match(below[marked]):
        marked += 1
    return 0 < marked < len(below)
