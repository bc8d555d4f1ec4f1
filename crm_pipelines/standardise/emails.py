"""Mail addresses: tidied for people, folded for matching, and flagged by what kind of mailbox they are.

An address that breaks the RFC is kept: docomo and au allowed dots in a row and before the `@` until 2009, and people
still use them. A mistyped provider is corrected in the key alone; the value stays as the customer wrote it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.contact_tables import word_set
from crm_pipelines.standardise.email_cells import addresses_of
from crm_pipelines.standardise.email_domains import domain_kind, is_placeholder_domain, mistyped_for
from crm_pipelines.standardise.email_roles import is_role
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.text import clean_text

__all__ = ["is_role", "standardise_email", "standardise_emails"]

_PLAIN = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
_ASCII_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})  # dots of the local part count for nothing
_LONGEST_CELL = 5000
_LONGEST_DOMAIN = 253
BAD_DOTS = re.compile(r"^\.|\.$|\.\.")


def standardise_emails(raw: str | None) -> tuple[StandardValue, ...]:
    """Standardise every address of one cell, in its order; without one, the single verdict on the whole cell.

    A fragment without `@` beside real addresses (a name, a remark) is left out.
    """
    values = _values(raw)
    usable = [value for value in values if value.std is not None]
    if len(usable) < 2:
        return (usable[0] if usable else values[0],)
    first: dict[str | None, StandardValue] = {}
    for value in usable:
        first.setdefault(value.std, value)
    return tuple(first.values())


def standardise_email(raw: str | None) -> StandardValue:
    """Standardise one mail address; of several in a cell the first usable one.

    Returns:
        std in small letters without label, display name and stray spaces; key with the provider's own equalities
        (gmail ignores dots, several ignore a `+tag`) and a mistyped provider corrected. Parts `local`, `domain`
        (both of std, the domain in ASCII). Flags: `rfc_violation`, `typo:<domain>`, `placeholder`, `role`,
        `disposable`, `carrier`, `isp`, `free`. A placeholder has no key; a role mailbox keeps its key, which is no
        evidence of a person. Dots, signs and quotes put right make it `repaired`; two words before the `@`
        are `ambiguous`.
    """
    values = _values(raw)
    return next((value for value in values if value.std is not None), values[0])


def _values(raw: str | None) -> Sequence[StandardValue]:
    if not raw:
        return (EMPTY,)
    if len(raw) > _LONGEST_CELL:
        return (StandardValue(None, status=ValueStatus.INVALID, rules=("email.too_long",)),)
    text = raw if _PLAIN.fullmatch(raw) else clean_text(raw)
    if not text:
        return (StandardValue(None, status=ValueStatus.EMPTY, rules=("text.nothing_visible",)),)
    if _PLAIN.fullmatch(text):
        return (_standardised(text.lower(), raw, ()),)
    found, rules = addresses_of(text)
    if not found:
        status = ValueStatus.AMBIGUOUS if "email.space_inside" in rules else ValueStatus.INVALID
        return (StandardValue(None, status=status, rules=rules or ("email.unreadable",)),)
    several = ("email.several",) if len(found) > 1 else ()
    return [_standardised(address, raw, (*rules, *several)) for address in found]


def _standardised(address: str, raw: str, rules: tuple[str, ...]) -> StandardValue:
    local, _, domain = address.rpartition("@")
    ascii_domain = _ascii(domain)
    if not ascii_domain or not _LOCAL.fullmatch(local):
        return StandardValue(None, status=ValueStatus.INVALID, rules=("email.unreadable",))
    flags, meant = _flags(local, ascii_domain)
    told = tuple(f"email.{flag.partition(':')[0]}" for flag in flags if flag.startswith(("typo:", "rfc_", "place")))
    status = ValueStatus.REPAIRED if any(rule.startswith("email.repaired") for rule in rules) else ValueStatus.OK
    rules = (*(("email.format",) if address != raw else ()), *rules, *told)
    parts = {"local": local, "domain": ascii_domain}
    if "placeholder" in flags:
        return StandardValue(address, (), ValueStatus.PLACEHOLDER, rules, parts, flags)
    return StandardValue(address, (_key(local, meant),), status, rules, parts, flags)


@lru_cache(maxsize=200_000)
def keyed_domain(domain: str) -> tuple[str, tuple[str, ...], bool, bool] | None:
    """What a domain in small letters makes of every ordinary local part before it.

    Returns:
        The domain of the key, the rules that fired, whether dots of the local part count in the key, and whether a tag
        behind a plus sign does not; null for a domain that is none or belongs to nobody.
    """
    if not domain.isascii() or _ascii(domain) != domain:
        return None
    meant, _, is_reserved = _judged(domain)
    told = ("email.typo",) if meant else ()
    of_key = meant or domain
    drops_tags = of_key in _DOTLESS or of_key in word_set("email_domains", "plus_tag")
    return None if is_reserved else (of_key, told, of_key not in _DOTLESS, drops_tags)


@lru_cache(maxsize=65536)
def _ascii(domain: str) -> str:
    """The domain in ASCII, IDN encoded; empty when it is none. A large provider without its end is let through."""
    if len(domain) > _LONGEST_DOMAIN:
        return ""
    if domain.isascii():
        return domain if _ASCII_DOMAIN.fullmatch(domain) or ("." not in domain and mistyped_for(domain)) else ""
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return encoded if _ASCII_DOMAIN.fullmatch(encoded) and len(encoded) <= _LONGEST_DOMAIN else ""


def _key(local: str, domain: str) -> str:
    if domain in _DOTLESS:
        return f"{local.partition('+')[0].replace('.', '') or local}@gmail.com"
    if "+" in local and domain in word_set("email_domains", "plus_tag"):
        return f"{local.partition('+')[0] or local}@{domain}"
    return f"{local}@{domain}"


def _flags(local: str, domain: str) -> tuple[tuple[str, ...], str]:
    """The flags, sorted, and the domain that was meant."""
    meant, kind, is_reserved = _judged(domain)
    if is_reserved or _is_placeholder(local, domain):
        return ("placeholder",), domain
    flags = [kind] if kind else []
    if meant:
        flags.append(f"typo:{meant}")
    if "." in local and BAD_DOTS.search(local):
        flags.append("rfc_violation")
    if kind != "carrier" and is_role(local):
        flags.append("role")
    return tuple(sorted(flags)) if len(flags) > 1 else tuple(flags), meant or domain


@lru_cache(maxsize=65536)
def _judged(domain: str) -> tuple[str | None, str, bool]:
    """What the domain was typed for, its kind, and whether it can belong to nobody."""
    meant = mistyped_for(domain)
    return meant, domain_kind(meant or domain), is_placeholder_domain(domain)


def _is_placeholder(local: str, domain: str) -> bool:
    """A word for "no address", or the same word on both sides where that word means nothing (`none@none.jp`)."""
    if local in word_set("email_domains", "placeholder_locals"):
        return True
    return domain.startswith(f"{local}.") and is_placeholder(local)
