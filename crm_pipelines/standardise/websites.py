"""Web addresses: a tidy display form, and the registered domain as key of an organisation."""

import re
from urllib.parse import urlsplit

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.contact_tables import word_set
from crm_pipelines.standardise.text import clean_text

_LABEL = re.compile(r"^(?:URL|WEB|HP|ホームページ|ウェブサイト|サイト|WEBSITE|SITE)[ :]+", re.IGNORECASE)
_SCHEME = re.compile(r"^h?ttps?[:;] ?/{1,3}", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")


def standardise_website(raw: str | None) -> StandardValue:
    """Standardise one web address.

    Returns:
        std `https://host/path` with the scheme as given (`https` when none), host in small letters, no trailing slash
        or fragment; key the registered domain (`example.co.jp`). A page on a shared host (a social network, a blog
        or shop platform) is flagged `shared_host` and its key is host and first path segment. Parts `host`, `domain`.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    body = _LABEL.sub("", text).strip("<>\"'()[] ").replace(" ", "")
    scheme = "http" if body.lower().startswith(("http:", "ttp:")) else "https"
    try:
        parts = urlsplit(f"{scheme}://{_SCHEME.sub('', body)}")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
        port = parts.port
    except (ValueError, UnicodeError):
        host, port = "", None
    if not _HOST.fullmatch(host):
        return StandardValue(None, status=ValueStatus.INVALID, rules=("website.unreadable",))
    path = parts.path.rstrip("/")
    std = f"{scheme}://{host}{f':{port}' if port else ''}{path}{'?' + parts.query if parts.query else ''}"
    domain = registered_domain(host)
    shared = domain in word_set("email_domains", "shared_hosts")
    key = f"{host.removeprefix('www.')}/{path.split('/')[1].lower() if '/' in path else ''}" if shared else domain
    return StandardValue(std, (key,), parts={"host": host, "domain": domain}, flags=("shared_host",) if shared else ())


def registered_domain(host: str) -> str:
    """Cut a host to the part somebody registered: `www.example.co.jp` to `example.co.jp`.

    Two labels, three where the last two are a public suffix of our own short list (`co.jp`, `com.au`).
    """
    labels = host.lower().strip(".").split(".")
    size = 3 if ".".join(labels[-2:]) in word_set("email_domains", "second_level_suffixes") else 2
    return ".".join(labels[-size:])
