"""Child process: the server over a project that has run: search, look-up, questions, matches, many stewards at once.

usage: pages.py ANSWER PROJECT ASKED

The server is a process of its own, as `crm-pipelines serve` starts it; what is measured is what a browser on the same
machine waits for, one request after the other. ASKED is written: the records that matches are asked for, so that
others can be asked for the same. The project is changed: stewards answer its questions.
"""

import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import duckdb
import httpx
import polars as pl
from children import answer
from rush import rush
from served import Server, served, word_of
from spread import spread
from typed_texts import typed_texts
from verdicts import applier_of

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.followed import followed
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.search_index import SearchIndex

_N_EACH = 200
_N_WARM = 20
_N_ANSWERED = 200
_READING_SECONDS = 0.5
"""Nobody reads a question in less; meanwhile the server looks at the next one."""
_PER_TOKEN = 100
"""Requests of one token: so many it may send at once."""
_MOST_SECONDS = 1200.0
_MATCH_FIELDS = (
    "name", "name_kana", "organisation_name", "email", "phone", "postal_code", "address", "birth_date",
    "corporate_number",
)  # fmt: skip


def measured(root: Path, asked: Path) -> dict[str, Any]:
    """All figures: milliseconds of requests, else seconds, and MiB."""
    found = _index_built(root)
    with closing(Publications(ProjectPaths(root)).connect_current()) as con, served(root) as server:
        browser = server.steward("bench")
        queue = _queue(con)
        found |= _searched(con, browser)
        found |= _looked_up(con, server, browser)
        found |= _questions(browser, queue)
        found |= _matched(con, server, asked)
        found["stewards"] = rush(server, root, queue[-_N_ANSWERED:])
        found["server_peak_mb"] = server.peak_mb()
        found |= _followed(root, server, browser)
    return found


def _index_built(root: Path) -> dict[str, Any]:
    """Make the search index in this process, which has done nothing else yet."""
    paths = ProjectPaths(root)
    paths.search_index.unlink(missing_ok=True)
    publications = Publications(paths)
    began = perf_counter()
    with closing(publications.connect_current()) as con:
        SearchIndex(paths.search_index).build(con, str(publications.current_version()))
    return {
        "index_seconds": perf_counter() - began,
        "index_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "index_file_mb": paths.search_index.stat().st_size / 2**20,
    }


def _searched(con: duckdb.DuckDBPyConnection, browser: httpx.Client) -> dict[str, Any]:
    """Search as somebody types, by what is typed; asked for as the page's own script does."""
    word = word_of(browser)

    def search(text: str) -> httpx.Response:
        return browser.post("/customers/search", data={"q": text, "form_word": word}, headers={"x-part": "1"})

    _wait(lambda: _searched_version(browser, word) is not None)
    texts = typed_texts(con, _N_EACH // 8)
    for some in texts.values():
        _times(search, some[:2])
    times = {kind: _times(search, some) for kind, some in texts.items()}
    every = [one for some in times.values() for one in some]
    return {"search": spread(every), "search_by_kind": {kind: spread(some) for kind, some in times.items()}}


def _looked_up(con: duckdb.DuckDBPyConnection, server: Server, browser: httpx.Client) -> dict[str, Any]:
    """A customer's page, and the same customer for a program."""
    rows = con.execute("select golden_id from customers order by md5(golden_id) limit ?", [_N_WARM + _N_EACH])
    names = [name for (name,) in rows.fetchall()]
    _times(lambda name: browser.get(f"/customers/{name}"), names[:_N_WARM])
    pages = _times(lambda name: browser.get(f"/customers/{name}"), names[_N_WARM:])
    programs = _by_programs(server, names[_N_WARM:], lambda client, name: client.get(f"/customers/{name}"))
    return {"customer_page": spread(pages), "customer_api": spread(programs)}


def _questions(browser: httpx.Client, queue: Sequence[str]) -> dict[str, Any]:
    """The pages of the questions in the order of the queue, the parts that a page asks for by itself, and the list."""
    part = {"x-part": "1"}
    some = queue[_N_WARM : _N_WARM + _N_EACH]
    _times(lambda name: browser.get(f"/review/{name}"), queue[:_N_WARM])
    read = _times(lambda name: browser.get(f"/review/{name}"), some[: _N_EACH // 2], pause=_READING_SECONDS)
    skimmed = _times(lambda name: browser.get(f"/review/{name}"), some[_N_EACH // 2 :])
    effects = _times(lambda name: browser.get(f"/review/{name}/effects", headers=part), some[: _N_EACH // 4])
    graphs = _times(lambda name: browser.get(f"/review/{name}/graph", headers=part), some[: _N_EACH // 4])
    lists = _times(lambda _: browser.get("/review"), some[: _N_EACH // 10])
    return {
        "question_page": spread(read),
        "question_page_skimmed": spread(skimmed),
        "question_effects": spread(effects),
        "question_graph": spread(graphs),
        "queue_page": spread(lists),
        "n_questions": len(queue),
    }


def _matched(con: duckdb.DuckDBPyConnection, server: Server, asked: Path) -> dict[str, Any]:
    """Search before create: records of the base as somebody would enter them once more."""
    columns = ", ".join(_MATCH_FIELDS)
    found: pl.DataFrame = con.sql(
        f"select record_id as unique_id, customer_type, {columns} from standardised_records "
        f"where name is not null or organisation_name is not null order by md5(record_id) limit {_N_WARM + _N_EACH}"
    ).pl()
    found.select("unique_id").write_parquet(asked)
    bodies = [_asked(row) for row in found.to_dicts()]

    def match(client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
        return client.post("/match", json=body)

    _by_programs(server, bodies[:_N_WARM], match)
    return {"match": spread(_by_programs(server, bodies[_N_WARM:], match))}


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    record = {name: str(row[name]) for name in _MATCH_FIELDS if row[name] is not None}
    return {"record": record, "customer_type": row["customer_type"]}


def _followed(root: Path, server: Server, browser: httpx.Client) -> dict[str, Any]:
    """Seconds from the switch of the pointer until a search reads the new publication, after one verdict."""
    paths, word, ledger = ProjectPaths(root), word_of(browser), server.desk.ledger
    publications = Publications(paths)
    with applier_of(root):
        _wait(lambda: (shown := followed(paths)) is not None and shown.ledger_seq == ledger.head_seq())
        before = publications.current_version()
        _wait(lambda: _searched_version(browser, word) == before)
        with closing(publications.connect_current()) as con:
            ((left, right),) = con.execute(
                "select record_ids_left, record_ids_right from review_queue where kind = 'pair' "
                "order by md5(question_id) limit 1"
            ).fetchall()
        decided = {"record_ids_left": tuple(left), "record_ids_right": tuple(right), "decided_at": datetime.now(UTC)}
        ledger.record_decision(NewDecision(judgement=Judgement.MATCH, steward="bench", **decided))
        _wait(lambda: publications.current_version() != before)
        began = perf_counter()
        _wait(lambda: _searched_version(browser, word) == publications.current_version())
        return {"index_follows_seconds": perf_counter() - began}


def _searched_version(browser: httpx.Client, word: str) -> str | None:
    """The publication that a search reads; None while the first index is being made."""
    form, wanted = {"q": "田中", "form_word": word}, {"accept": "application/json"}
    version: str | None = browser.post("/customers/search", data=form, headers=wanted).json()["publication"]
    return version


def _queue(con: duckdb.DuckDBPyConnection) -> list[str]:
    """All questions, the most urgent first."""
    rows = con.execute("select question_id from review_queue order by priority desc, question_id").fetchall()
    return [name for (name,) in rows]


def _times(ask: Callable[[str], httpx.Response], some: Sequence[str], *, pause: float = 0.0) -> list[float]:
    return list(_timed(ask, some, pause))


def _by_programs(
    server: Server, some: Sequence[Any], ask: Callable[[httpx.Client, Any], httpx.Response]
) -> list[float]:
    """Likewise through the API, with as many tokens as it takes."""
    times: list[float] = []
    for start in range(0, len(some), _PER_TOKEN):
        client = server.program()
        times += _timed(lambda one, client=client: ask(client, one), some[start : start + _PER_TOKEN])
    return times


def _timed(ask: Callable[[Any], httpx.Response], some: Sequence[Any], pause: float = 0.0) -> Iterator[float]:
    """Milliseconds of each request; so many seconds between two, which are no part of it.

    Raises:
        HTTPStatusError: one was refused.
    """
    for one in some:
        began = perf_counter()
        found = ask(one)
        yield (perf_counter() - began) * 1000
        found.raise_for_status()
        sleep(pause)


def _wait(is_there: Callable[[], bool]) -> None:
    began = perf_counter()
    while not is_there():
        if perf_counter() - began > _MOST_SECONDS:
            raise TimeoutError
        sleep(0.02)


if __name__ == "__main__":
    answer(measured(Path(sys.argv[2]), Path(sys.argv[3])))
