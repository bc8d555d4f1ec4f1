"""Mail addresses: tidied for people, folded for matching, and flagged by what kind of mailbox they are.

An address that breaks the RFC is kept: docomo and au allowed dots in a row and before the `@` until 2009, and people
still use them. A mistyped provider is corrected in the key alone; the value stays as the customer wrote it.
"""

import re

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.contact_tables import contact_table, word_set
from crm_pipelines.standardise.email_domains import domain_kind, mistyped_for
from crm_pipelines.standardise.text import clean_text

_LABEL = re.compile(
    r"^(?:mailto|e-?mail(?: ?address)?|mail(?: ?address)?|メールアドレス|メール|"
    r"メアド|アドレス|電子メール|連絡先|pc|携帯)[ :：=]+",
    re.IGNORECASE,
)
_ANGLE = re.compile(r"<([^<>]*@[^<>]*)>")
_SPELLED_AT = re.compile(
    r" ?(?:\(at\)|\[at\]|\{at\}|<at>|【at】|\(アットマーク\)|\[アットマーク\]|アットマーク|\(a\)|\(@\)|\[@\]|★|☆) ?",
    re.IGNORECASE,
)
_SPELLED_DOT = re.compile(r" ?(?:\(dot\)|\[dot\]|\{dot\}|【dot】|\(ドット\)) ?", re.IGNORECASE)
_AROUND_SIGNS = re.compile(r" *([@.]) *")
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
_ASCII_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")
_PLAIN = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_REMARK = re.compile(r" ?\([^()@]*\)$")
_SEPARATORS = re.compile(r"[;、，；\n\r\t/／|｜]|,(?=[^@]*@)| (?=[^ @]+@)|または|又は|及び")
_LONGEST_CELL = 5000
_BAD_DOTS = re.compile(r"^\.|\.$|\.\.")
_TAG = re.compile(r"\+.*$")


def standardise_emails(raw: str | None) -> tuple[StandardValue, ...]:
    """Standardise every address of one cell, in its order; without one, the single verdict on the whole cell.

    A fragment without `@` beside real addresses (a name, a remark) is left out.
    """
    if not raw or len(raw) > _LONGEST_CELL or raw.count("@") + raw.count("＠") < 2:
        return (standardise_email(raw),)
    pieces = [piece for piece in _SEPARATORS.split(raw) if "@" in piece or "＠" in piece]
    values = [standardise_email(piece) for piece in pieces]
    usable = tuple(value for value in values if value.std is not None)
    return _distinct(usable) or (standardise_email(raw),)


def _distinct(values: tuple[StandardValue, ...]) -> tuple[StandardValue, ...]:
    first: dict[str | None, StandardValue] = {}
    for value in values:
        first.setdefault(value.std, value)
    return tuple(first.values())


def standardise_email(raw: str | None) -> StandardValue:
    """Standardise one mail address.

    Returns:
        std in small letters without label, display name and stray spaces; key with the provider's own equalities
        (gmail ignores dots, several ignore a `+tag`) and a mistyped provider corrected. Parts `local`, `domain`
        (both of std). Flags: `rfc_violation`, `typo:<domain>`, `placeholder`, `role`, `disposable`, `carrier`, `isp`,
        `free`. A placeholder has no key; a role mailbox keeps its key, which is no evidence of a person.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    if len(text) > _LONGEST_CELL:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("email.too_long",))
    if text.count("@") > 1 or _SEPARATORS.search(text):
        pieces = [piece for piece in _SEPARATORS.split(text) if "@" in piece and not piece.startswith("@")]
        if len(pieces) > 1 or (pieces and not re.search(r"[^ @]+ [^ @]+@", text)):
            read = [_standardised(piece.strip(), raw) for piece in pieces]
            return next((value for value in read if value.std is not None), read[0])
    return _standardised(text, raw)


def _standardised(text: str, raw: str | None) -> StandardValue:
    address = text.lower() if _PLAIN.fullmatch(text) else _extracted(text)
    local, at, domain = address.rpartition("@")
    ascii_domain = _ascii(domain)
    if not at or not _LOCAL.fullmatch(local) or not ascii_domain:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("email.unreadable",))
    std = f"{local}@{domain}"
    flags, meant = _flags(local, ascii_domain)
    rules = tuple(f"email.{flag.partition(':')[0]}" for flag in flags if flag.startswith(("typo:", "rfc_")))
    if std != raw:
        rules = ("email.format", *rules)
    parts = {"local": local, "domain": ascii_domain}
    if "placeholder" in flags:
        return StandardValue(std, (), ValueStatus.PLACEHOLDER, (*rules, "email.placeholder"), parts, flags)
    repaired = bool(_SPELLED_AT.search(text))
    status = ValueStatus.REPAIRED if repaired else ValueStatus.OK
    return StandardValue(std, (_key(local, meant),), status, rules, parts, flags)


def _extracted(text: str) -> str:
    angle = _ANGLE.search(text)
    body = angle[1] if angle else _REMARK.sub("", text)
    for _ in range(3):
        body = _LABEL.sub("", body)
    if "@" not in body:
        body = _SPELLED_AT.sub("@", body, count=1)
    body = _AROUND_SIGNS.sub(r"\1", _SPELLED_DOT.sub(".", body).replace("。", ".")).strip(" <>\"'`()[]「」,;:")
    local, at, domain = body.rpartition("@")
    domain = re.sub(r"\.{2,}", ".", domain.replace(",", ".").replace("、", ".")).strip(".")
    return f"{local}{at}{domain}".lower()


def _ascii(domain: str) -> str:
    """The domain in ASCII, IDN encoded; empty when it is none."""
    if domain.isascii():
        return domain if _ASCII_DOMAIN.fullmatch(domain) and len(domain) <= 253 else ""
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return encoded if _ASCII_DOMAIN.fullmatch(encoded) else ""


def _key(local: str, domain: str) -> str:
    if domain in ("gmail.com", "googlemail.com"):
        return f"{_TAG.sub('', local).replace('.', '') or local}@gmail.com"
    if domain in word_set("email_domains", "plus_tag"):
        return f"{_TAG.sub('', local) or local}@{domain}"
    return f"{local}@{domain}"


def _flags(local: str, domain: str) -> tuple[tuple[str, ...], str]:
    """The flags, sorted, and the domain that was meant."""
    if _is_placeholder(local, domain):
        return ("placeholder",), domain
    meant = mistyped_for(domain)
    kind = domain_kind(meant or domain)
    flags = {kind} if kind else set()
    if meant:
        flags.add(f"typo:{meant}")
    if _BAD_DOTS.search(local):
        flags.add("rfc_violation")
    if is_role(local) and kind != "carrier":
        flags.add("role")
    return tuple(sorted(flags)), meant or domain


def _is_placeholder(local: str, domain: str) -> bool:
    return (
        domain in word_set("email_domains", "placeholder_domains")
        or domain.endswith(tuple(contact_table("email_domains")["placeholder_suffixes"]))
        or local in word_set("email_domains", "placeholder_locals")
    )


def is_role(local: str) -> bool:
    """Tell whether a local part names a desk, not a person: `info`, `sales2`, `support-jp`, `soumu`."""
    roles = word_set("email_domains", "role_locals")
    plain = _TAG.sub("", local)
    if plain in roles:
        return True
    words = [word for word in re.split(r"[-_.]", plain.rstrip("0123456789").rstrip("-_.")) if word]
    affixes = word_set("email_domains", "role_affixes")
    return any(word in roles for word in words) and all(word in roles or word in affixes for word in words)
