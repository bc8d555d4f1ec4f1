"""What goes wrong with the sources, each for a week: gone, cut, nonsense, another shape, poisoned, too short."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.soak.feed import FILES, Feed

SUCCEEDED, SOURCE_FAILED, GATE_HELD, FAILED = range(4)


@dataclass(frozen=True, slots=True)
class Harm:
    """One kind of harm to a source.

    Attributes:
        name: for the report.
        begin: at the first delivery of the week.
        end: before the first delivery of the next.
        outcome: how every run of the week must end.
    """

    name: str
    begin: Callable[[Feed], None]
    end: Callable[[Feed], None]
    outcome: int = SOURCE_FAILED


def harms() -> list[Harm]:
    """All kinds, those first that a short soak must not leave out."""
    return [
        Harm("poisoned batch, held and later mended", Feed.poison, Feed.mend_poison, GATE_HELD),
        Harm("a column that the mapping reads is renamed, the mapping follows", _rename, _follow),
        _outage("support", "export cut in half", _cut),
        Harm("a complete file loses half its rows", _shorten, _whole_again),
        _outage("erp", "database gone", _leave_out),
        Harm("a new column", lambda feed: feed.add_erp_column(f"rank_{feed.day:%Y%m%d}"), _nothing, SUCCEEDED),
        _outage("mail", "mailbox gone", _leave_out),
        Harm("a column changes its type", _as_numbers, _as_text, SUCCEEDED),
        _outage("members", "a web page in place of the file", _nonsense),
        Harm("the mapping changes", _toggle_department, _nothing, SUCCEEDED),
        _outage("web_form", "folder gone", _leave_out),
        _outage("erp", "not a database", _nonsense),
    ]


def _outage(source: str, what: str, shown: Callable[[Path, Path], None]) -> Harm:
    def begin(feed: Feed) -> None:
        feed.mishaps[source] = lambda seen: shown(feed.kept / FILES[source], seen)

    return Harm(f"{source}: {what}", begin, lambda feed: feed.mishaps.pop(source, None) and None)


def _leave_out(_kept: Path, _seen: Path) -> None:
    """Nothing is there."""


def _cut(kept: Path, seen: Path) -> None:
    whole = kept.read_bytes()
    seen.write_bytes(whole[: len(whole) // 2])


def _nonsense(_kept: Path, seen: Path) -> None:
    seen.write_text("<!DOCTYPE html><html><body>Sign in</body></html>", encoding="utf-8")


def _rename(feed: Feed) -> None:
    feed.email_column = "mail_address" if feed.email_column == "email" else "email"
    feed.write_members()


def _follow(feed: Feed) -> None:
    feed.mapped_email = feed.email_column
    feed.accepted.append("members")


def _shorten(feed: Feed) -> None:
    feed.members_shown = 0.5


def _whole_again(feed: Feed) -> None:
    feed.members_shown = 1.0


def _as_numbers(feed: Feed) -> None:
    feed.phones_are_numbers = True


def _as_text(feed: Feed) -> None:
    feed.phones_are_numbers = False


def _toggle_department(feed: Feed) -> None:
    feed.has_department = not feed.has_department


def _nothing(_feed: Feed) -> None:
    """It stays as it is."""
