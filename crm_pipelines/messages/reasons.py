"""Why a steward decides: one of a few reasons by a single key, words of their own, or both.

In the ledger a chosen reason stands as its code, so that every reader meets it in their own language; words of one's
own follow behind a space.
"""

from crm_pipelines.messages.catalogue import render

REASONS = ("customer_said", "family", "slip", "moved", "shared_contact")
"""In the order of their keys, 1 to 5."""
_PREFIX = "web.reason."


def reason_given(code: str, words: str) -> str:
    """What is kept of a reason; a code that is none is passed over."""
    chosen = f"{_PREFIX}{code}" if code in REASONS else ""
    return " ".join(part for part in (chosen, words.strip()) if part)


def reason_told(reason: str | None, language: str, *, has_words: bool = True) -> str:
    """A kept reason as a reader meets it; empty without one.

    Args:
        reason: as it is kept.
        language: of the reader.
        has_words: whether words of one's own are told: they may quote values.
    """
    first, _, words = (reason or "").partition(" ")
    if first.removeprefix(_PREFIX) not in REASONS or not first.startswith(_PREFIX):
        return (reason or "") if has_words else ""
    told = render(first, {}, language)
    return f"{told}: {words}" if words and has_words else told
