"""Search results as they are shown: what matched, in words and marked in the name."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from threading import Thread

from crm_pipelines.search.keys import How
from crm_pipelines.search.marks import Span, sounded_span, typed_span
from crm_pipelines.search.query import is_enough, read_query
from crm_pipelines.search.reach import SEARCHED, Reach
from crm_pipelines.standardise import remembered
from crm_pipelines.standardise.observations import Place
from crm_pipelines.standardise.romaji import meeting_key
from crm_pipelines.stores.search_index import Hit, SearchIndex, Shown
from crm_pipelines.web.masking import HIDDEN, Sight
from crm_pipelines.web.reading_room import Look, ReadingRoom
from crm_pipelines.web.views.seen import Names

MOST = 20
_OF_EACH_KIND = ("山田 太郎", "Taro Yamada", "やまだ", "山田商事 Trading", "03-3581-0427", "a@example.jp")
_KANJI = re.compile("[㐀-鿿々]")


@dataclass(frozen=True, slots=True)
class HitLine:
    """One customer that was found.

    Attributes:
        shown: of the customer, as the reader sees it.
        code: of the words for what matched.
        name: begin, marked part, rest.
        reading: likewise; empty without one.
    """

    shown: Shown
    code: str
    name: tuple[str, str, str]
    reading: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class SearchView:
    """What a search gave.

    Attributes:
        is_enough: something was looked for.
        version: of the publication that was searched; None while the index is being made.
        lines: the best first.
        sounds: readings that were tried, for whoever found nothing.
        is_more: there are more than are shown.
        reach: how far the reader's search goes.
    """

    is_enough: bool
    version: str | None
    lines: tuple[HitLine, ...]
    sounds: tuple[str, ...]
    is_more: bool
    reach: Reach = Reach()

    def as_json(self, say: Callable[[str], str]) -> dict[str, object]:
        """For programs."""
        return {
            "publication": self.version,
            "not_searched": sorted(self.reach.masked),
            "hits": [
                {
                    "golden_id": line.shown.golden_id,
                    "customer_type": line.shown.customer_type,
                    "name": line.shown.name,
                    "reading": line.shown.reading,
                    "company": line.shown.company,
                    "city": line.shown.city,
                    "n_records": line.shown.n_records,
                    "last_seen_at": line.shown.last_seen_at,
                    "matched": line.code.rpartition(".")[2],
                    "sentence": say(line.code),
                }
                for line in self.lines
            ],
        }


def prepare(room: ReadingRoom) -> None:
    """Bring the index up to the publication, and read the dictionaries in the background: a second, once a process."""
    with room.look() as look:
        room.search.follow(look.con, look.version)
    _read_dictionaries()


@cache
def _read_dictionaries() -> None:
    place = Place("JP", "Asia/Tokyo")
    Thread(target=lambda: [read_query(text, place) for text in _OF_EACH_KIND], name="dictionaries", daemon=True).start()


def reach_of(sight: Sight) -> Reach:
    """By what somebody may find customers: by what they see whole."""
    return Reach(sight.masked.intersection(SEARCHED), sight.hidden)


def search_view(look: Look, index: SearchIndex, typed: str, sight: Sight) -> SearchView:
    """Search for what somebody typed.

    Args:
        look: at the publication, which the index follows first.
        index: of the customers.
        typed: anything.
        sight: what the reader sees of values; what is not seen whole is not marked and finds nobody.
    """
    project = look.loaded.project
    reach = reach_of(sight)
    query = reach.narrowed(read_query(typed, Place(project.country, project.timezone)))
    standing = index.follow(look.con, look.version)
    if standing is None or not is_enough(typed):
        return SearchView(is_enough(typed), None if standing is None else standing.version, (), (), False, reach)
    hits = index.search(query, MOST + 1, reach)
    sounds = () if hits else tuple(dict.fromkeys(near.key for near in query.near if near.how is How.READING_NEAR))
    names = Names(look, sight, [hit.shown.golden_id for hit in hits[:MOST]])
    lines = tuple(_line(hit, _seen(hit.shown, names, sight), query.text) for hit in hits[:MOST])
    return SearchView(True, standing.version, lines, sounds, len(hits) > MOST, reach)


def _seen(shown: Shown, names: Names, sight: Sight) -> Shown:
    """A result as the reader sees it."""
    if not sight.is_partial:
        return shown
    city = HIDDEN if sight.hidden else sight.value("city", shown.city or "")
    return replace(
        shown,
        name=names.of(shown.golden_id, shown.name),
        reading=names.of(shown.golden_id, shown.reading),
        company=names.of(shown.golden_id, shown.company),
        city=city if shown.city else None,
        email=None,
        phone=None,
    )


def _line(hit: Hit, shown: Shown, typed: str) -> HitLine:
    name, reading = shown.name or "", shown.reading or ""
    in_name = typed_span(name, typed) if name == (hit.shown.name or "") else None
    is_marked = not in_name and reading and reading == hit.shown.reading
    in_reading = _in_reading(hit, reading, typed) if is_marked else None
    return HitLine(shown, f"web.search.how.{_way(hit)}", _cut(name, in_name), _cut(reading, in_reading))


def _way(hit: Hit) -> str:
    """In which way, told apart further: whether a contact point is today's."""
    how, shown = hit.found.how, hit.shown
    if how is How.EMAIL and not any(hit.found.key in value.keys for value in remembered.email_addresses(shown.email)):
        return "email_earlier"
    if how is How.PHONE and hit.found.key != shown.phone:
        return "phone_earlier"
    return how.name.lower()


def _in_reading(hit: Hit, reading: str, typed: str) -> Span | None:
    if (found := typed_span(reading, typed)) is not None:
        return found
    if hit.found.how in (How.READING, How.COMPANY_READING) and _KANJI.search(typed):
        return 0, len(reading)
    return None if _KANJI.search(typed) else sounded_span(reading, meeting_key(typed.replace(" ", "")))


def _cut(text: str, span: Span | None) -> tuple[str, str, str]:
    return (text, "", "") if span is None else (text[: span[0]], text[span[0] : span[1]], text[span[1] :])
