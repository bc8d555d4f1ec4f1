"""What a mail domain is: carrier, provider, free, disposable; and which large one it was typed for."""

from functools import cache, lru_cache

from disposable_email_domains import blocklist

from crm_pipelines.standardise.contact_tables import contact_table, word_set


@lru_cache(maxsize=65536)
def domain_kind(domain: str) -> str:
    """Name the kind of a domain in ASCII: `carrier`, `isp`, `free`, `disposable`; empty for any other."""
    if domain in word_set("email_domains", "carriers") or domain.endswith(_ends("carrier_suffixes")):
        return "carrier"
    if domain in word_set("email_domains", "isps") or domain.endswith(_ends("isp_suffixes")):
        return "isp"
    if domain in word_set("email_domains", "free"):
        return "free"
    if domain in _disposable() or domain.partition(".")[2] in _disposable():
        return "disposable"
    return ""


@lru_cache(maxsize=65536)
def is_placeholder_domain(domain: str) -> bool:
    """Tell whether a domain can belong to nobody: reserved names (RFC 2606, `example` in every country) and test words.

    Domains below such a one do not count: nobody fills a form with `h.sato@aoba.example.jp`, but whole systems are
    tried out with such addresses, one for each person, and there they tell people apart.
    """
    if domain in word_set("email_domains", "placeholder_domains") or domain.endswith(_ends("placeholder_suffixes")):
        return True
    return domain.count(".") == 1 and domain.startswith("example.")


@lru_cache(maxsize=65536)
def mistyped_for(domain: str) -> str | None:
    """Find the large provider a domain was typed for; None for a domain of its own right.

    Known errors of our table; a provider's name with a wrong end or none (`gmail.con`, `docomo`); dots or hyphens left
    out; one wrong, missing, extra or swapped letter, in the name and once more in the end (`gmial.con`). A domain that
    is itself a provider, or known to be real, is no error.
    """
    known: str | None = contact_table("email_domains")["typos"].get(domain)
    if known:
        return known
    name, _, end = domain.partition(".")
    if len(name) > _longest_name() + 1 and len(_squash(domain)) > _longest_target() + 1:
        return None  # too long for any slip: most companies
    if domain in word_set("email_domains", "never_typo") or domain_kind(domain) not in ("", "disposable"):
        return None
    if meant := _squashed().get(_squash(domain)):
        return meant
    if not end:
        return _brand(name, "alone")
    return _wrong_end(name, end) or _wrong_letter(domain, name, end)


def _brand(name: str, end: str) -> str | None:
    meant: dict[str, str] = contact_table("email_domains")["brands"].get(name, {})
    return meant.get(end)


def _wrong_end(name: str, end: str) -> str | None:
    """A provider's own name before an end it does not have, and nobody else uses with it."""
    if end in word_set("email_domains", "wrong_ends_jp") and (meant := _brand(name, "jp")):
        return meant
    if end in word_set("email_domains", "wrong_ends") and (meant := _brand(name, "com")):
        return meant
    exact = _end_targets().get(name)
    if exact and end not in word_set("email_domains", "real_ends") and _one_slip(end, exact.partition(".")[2]):
        return exact
    return None


def _wrong_letter(domain: str, name: str, end: str) -> str | None:
    near = _near(domain, _whole_targets()) if len(domain) <= _longest_target() + 1 else []
    is_real_end = end in word_set("email_domains", "real_ends")
    may_be_name = not near and not is_real_end and len(name) <= _longest_name() + 1
    for target in _near(name, _named_targets()) if may_be_name else near:
        own_name, _, own_end = target.partition(".")
        if name[1:] == own_name[1:] and own_name in word_set("email_domains", "first_letter_matters"):
            continue
        if (near and _one_slip(domain, target)) or (not is_real_end and _both_near(name, own_name, end, own_end)):
            return target
    return None


def _both_near(name: str, own_name: str, end: str, own_end: str) -> bool:
    return _one_slip(end, own_end) and (name == own_name or _one_slip(name, own_name))


def _near(typed: str, targets: dict[str, tuple[str, ...]]) -> list[str]:
    """The targets that share a form with one letter left out: all within one slip, and a few more."""
    found = [*targets.get(typed, ())]
    for place in range(len(typed)):
        found += targets.get(typed[:place] + typed[place + 1 :], ())
    return found


def _by_deletions(names: dict[str, str]) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for target, name in names.items():
        for form in {name, *(name[:place] + name[place + 1 :] for place in range(len(name)))}:
            table[form] = (*table.get(form, ()), target)
    return table


@cache
def _longest_target() -> int:
    table = contact_table("email_domains")
    return max(map(len, (*table["typo_targets"], *table["end_targets"])))


@cache
def _longest_name() -> int:
    table = contact_table("email_domains")
    targets = (target.partition(".")[0] for target in (*table["typo_targets"], *table["end_targets"]))
    return max(map(len, (*targets, *table["brands"])))


@cache
def _whole_targets() -> dict[str, tuple[str, ...]]:
    return _by_deletions({target: target for target in contact_table("email_domains")["typo_targets"]})


@cache
def _named_targets() -> dict[str, tuple[str, ...]]:
    return _by_deletions({t: t.partition(".")[0] for t in contact_table("email_domains")["typo_targets"]})


@cache
def _end_targets() -> dict[str, str]:
    return {target.partition(".")[0]: target for target in contact_table("email_domains")["end_targets"]}


def _squash(domain: str) -> str:
    return domain.replace(".", "").replace("-", "")


@cache
def _squashed() -> dict[str, str]:
    table = contact_table("email_domains")
    return {_squash(target): target for target in (*table["typo_targets"], *table["end_targets"])}


@cache
def _ends(entry: str) -> tuple[str, ...]:
    return tuple(contact_table("email_domains")[entry])


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
