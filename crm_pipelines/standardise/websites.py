"""Web addresses: a tidy display form, and the registered domain as key of an organisation."""

import re
from urllib.parse import urlsplit

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.contact_tables import word_set
from crm_pipelines.standardise.email_domains import is_placeholder_domain
from crm_pipelines.standardise.text import clean_text

_LABEL = re.compile(
    r"^(?:URL|WEB ?SITE|WEB|HP|HOME ?PAGE|SITE|LINK|ホームページ|ウェブサイト|ウェブ|サイト|リンク)"
    r"(?:アドレス|URL)?[ :]+",
    re.IGNORECASE,
)
_BEGINNING = re.compile(r"^h{0,2}t?tt?ps?[:;]? ?/{1,3} ?|^https?[:;] ?(?=www\.)", re.IGNORECASE)
_SECURE = re.compile(r"^h{0,2}t?tt?ps", re.IGNORECASE)
_END = re.compile(
    r"[\s、。「」『』【】〈〉《》<>\"|;]|,(?=https?:|www\.)|(?<=[^\x00-\x7f])\(|(?<=[/A-Za-z0-9])\((?=[^\x00-\x7f])"
)
_COMMAS = re.compile(r"(?<=[A-Za-z0-9]),(?=[A-Za-z])")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")
_PLAIN = re.compile(
    r"(?:(https?)://)?((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})(/[A-Za-z0-9/_.~%-]*)?"
)
_OPENING = "<>\"'()[]「」『』【】〈〉《》 "
_CLOSING = ".,:'])/?&"
_LONGEST = 2000
_USUAL_PORTS = frozenset({("http", 80), ("https", 443)})


def standardise_website(raw: str | None) -> StandardValue:
    """Standardise one web address; of several in a cell the first.

    Returns:
        std `https://host/path` with the scheme as given (`https` when none), host in small letters, no trailing slash,
        usual port or fragment; key the registered domain (`example.co.jp`). A page on a shared host (a social network,
        a blog or shop platform) is flagged `shared_host` and its key is host and first path segment. A reserved domain
        is a placeholder. Parts `host`, `domain`.
    """
    if not raw:
        return EMPTY
    if plain := _PLAIN.fullmatch(raw):
        host, path = plain[2].lower(), (plain[3] or "").rstrip(_CLOSING)
        return _found(f"{plain[1] or 'https'}://{host}{path}", host, path, raw)
    text = clean_text(raw)
    if not text:
        return StandardValue(None, status=ValueStatus.EMPTY, rules=("text.nothing_visible",))
    body = _LABEL.sub("", text).lstrip(_OPENING) if len(text) <= _LONGEST else ""
    scheme = "http" if (found := _BEGINNING.match(body)) and not _SECURE.match(body) else "https"
    rest = _END.split(body[found.end() :] if found else body, maxsplit=1)[0].partition("#")[0].rstrip(_CLOSING)
    if "/" not in rest and "," in rest:
        rest = _COMMAS.sub(".", rest)
    host, port, path = _parts(scheme, rest)
    if not host:
        reason = "is_email" if "@" in rest.partition("/")[0] else "unreadable"
        return StandardValue(None, status=ValueStatus.INVALID, rules=(f"website.{reason}",))
    shown = f":{port}" if port and (scheme, port) not in _USUAL_PORTS else ""
    return _found(f"{scheme}://{host}{shown}{path}", host, path.partition("?")[0], raw)


def _parts(scheme: str, rest: str) -> tuple[str, int | None, str]:
    """Host in ASCII (empty when it is none), port and path with the query."""
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host = _ascii_host((parts.hostname or "").rstrip("."))
        port = parts.port
    except (ValueError, UnicodeError):
        return "", None, ""
    if not _HOST.fullmatch(host) or "@" in parts.netloc:
        return "", None, ""
    return host, port, parts.path.rstrip(_CLOSING) + (f"?{parts.query}" if parts.query else "")


def _ascii_host(host: str) -> str:
    return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()


def _found(std: str, host: str, path: str, raw: str) -> StandardValue:
    domain = registered_domain(host)
    parts, rules = {"host": host, "domain": domain}, () if std == raw else ("website.format",)
    if is_placeholder_domain(domain):
        return StandardValue(std, (), ValueStatus.PLACEHOLDER, (*rules, "website.placeholder"), parts)
    if domain not in word_set("email_domains", "shared_hosts"):
        return StandardValue(std, (domain,), rules=rules, parts=parts)
    key = f"{host.removeprefix('www.')}/{path.split('/')[1].lower() if '/' in path else ''}"
    return StandardValue(std, (key,), rules=rules, parts=parts, flags=("shared_host",))


def registered_domain(host: str) -> str:
    """Cut a host to the part somebody registered: `www.example.co.jp` to `example.co.jp`.

    Two labels, three where the last two are a public suffix of our own short list (`co.jp`, `com.au`).
    """
    labels = host.lower().strip(".").split(".")
    size = 3 if ".".join(labels[-2:]) in word_set("email_domains", "second_level_suffixes") else 2
    return ".".join(labels[-size:])
