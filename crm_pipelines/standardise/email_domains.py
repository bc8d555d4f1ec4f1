"""What a mail domain is: carrier, provider, free, disposable; and which large one it was typed for."""

from functools import cache, lru_cache

from disposable_email_domains import blocklist

from crm_pipelines.standardise.contact_tables import contact_table, word_set


@lru_cache(maxsize=65536)
def domain_kind(domain: str) -> str:
    """Name the kind of a domain in ASCII: `carrier`, `isp`, `free`, `disposable`; empty for any other."""
    table = contact_table("email_domains")
    if domain in word_set("email_domains", "carriers") or domain.endswith(tuple(table["carrier_suffixes"])):
        return "carrier"
    if domain in word_set("email_domains", "isps") or domain.endswith(tuple(table["isp_suffixes"])):
        return "isp"
    if domain in word_set("email_domains", "free"):
        return "free"
    if domain in _disposable() or domain.partition(".")[2] in _disposable():
        return "disposable"
    return ""


@lru_cache(maxsize=65536)
def mistyped_for(domain: str) -> str | None:
    """Find the large provider a domain was typed for; None for a domain of its own right.

    Known errors of our table, then one wrong, missing, extra or swapped letter.
    """
    known: str | None = contact_table("email_domains")["typos"].get(domain)
    if known:
        return known
    if domain in word_set("email_domains", "never_typo") or domain_kind(domain) not in ("", "disposable"):
        return None
    return next(
        (target for target in contact_table("email_domains")["typo_targets"] if _one_slip(domain, target)), None
    )


@cache
def _disposable() -> frozenset[str]:
    return frozenset(blocklist) | word_set("email_domains", "disposable_extra")


def _one_slip(typed: str, meant: str) -> bool:
    """One letter changed, dropped, added, or two neighbours swapped (Damerau distance one)."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    a, b = typed[start:], meant[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
