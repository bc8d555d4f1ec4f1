"""The contract suite against every entry of the registry."""

import json
from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import CANARY, connector, keys_of, read, rows_of, stored
from tests.connectors.harnesses import HARNESSES

N_ROWS = 7
every_connector = pytest.mark.parametrize("name", sorted(CONNECTORS))


def test_every_connector_has_a_harness():
    assert set(HARNESSES) == set(CONNECTORS)


@every_connector
def test_pages_hold_all_rows_exactly_once(name, tmp_path):
    HARNESSES[name].fill(tmp_path, N_ROWS)
    pages = read(connector(name, tmp_path, HARNESSES[name].options))
    keys = keys_of(pages)
    assert len(keys) == len(set(keys)) == N_ROWS
    assert len(pages) >= 3
    assert all(row.fault is None for row in rows_of(pages))


@every_connector
def test_every_page_is_a_place_to_go_on_from(name, tmp_path):
    HARNESSES[name].fill(tmp_path, N_ROWS)
    pages = read(connector(name, tmp_path, HARNESSES[name].options))
    for n_read in range(1, len(pages) + 1):
        rest = read(connector(name, tmp_path, HARNESSES[name].options), stored(pages[n_read - 1].bookmark))
        assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)


@every_connector
def test_reading_page_by_page_with_a_new_instance_each_time_ends(name, tmp_path):
    HARNESSES[name].fill(tmp_path, N_ROWS)
    bookmark, keys = None, []
    for _ in range(3 * N_ROWS):
        page = next(iter(connector(name, tmp_path, HARNESSES[name].options).pages(bookmark)), None)
        if page is None:
            break
        keys += [row.key for row in page.rows]
        bookmark = stored(page.bookmark)
    assert page is None
    assert len(keys) == len(set(keys)) == N_ROWS


@every_connector
def test_a_bookmark_is_json_without_personal_data(name, tmp_path):
    HARNESSES[name].fill(tmp_path, N_ROWS)
    for page in read(connector(name, tmp_path, HARNESSES[name].options)):
        assert CANARY not in json.dumps(page.bookmark, allow_nan=False)


@every_connector
def test_nothing_new_yields_nothing(name, tmp_path):
    harness = HARNESSES[name]
    harness.fill(tmp_path, N_ROWS)
    first = read(connector(name, tmp_path, harness.options))
    again = read(connector(name, tmp_path, harness.options), stored(first[-1].bookmark))
    assert keys_of(again) == ([] if harness.is_incremental else keys_of(first))


@every_connector
def test_new_rows_come_with_the_next_read(name, tmp_path):
    harness = HARNESSES[name]
    harness.fill(tmp_path, N_ROWS)
    first = read(connector(name, tmp_path, harness.options))
    harness.append(tmp_path, N_ROWS, N_ROWS + 4)
    second = read(connector(name, tmp_path, harness.options), stored(first[-1].bookmark))
    new = set(keys_of(second)) - set(keys_of(first))
    n_again = len(keys_of(second)) - len(new)
    assert len(new) == 4
    assert n_again <= (N_ROWS if harness.n_again is None else harness.n_again)
    assert read(connector(name, tmp_path, harness.options), stored(second[-1].bookmark)) == []


@every_connector
def test_a_bad_row_loses_only_itself(name, tmp_path):
    harness = HARNESSES[name]
    harness.fill(tmp_path, N_ROWS)
    whole = keys_of(read(connector(name, tmp_path, harness.options)))
    harness.spoil(tmp_path)
    rows = rows_of(read(connector(name, tmp_path, harness.options)))
    (bad,) = [row for row in rows if row.fault is not None]
    good = [row.key for row in rows if row.fault is None]
    assert len(good) == N_ROWS - 1
    assert set(good) < set(whole)
    assert "raw" in bad.data
    assert CANARY not in json.dumps(dict(bad.fault.facts)).replace(f"{CANARY}.csv", "").replace(f"{CANARY}.jsonl", "")


@every_connector
def test_a_missing_source_is_somebodys_to_mend_and_says_so_without_personal_data(name, tmp_path):
    harness = HARNESSES[name]
    harness.fill(tmp_path, N_ROWS)
    connector(name, tmp_path, harness.options).check()
    harness.lose(tmp_path)
    for attempt in (lambda c: c.check(), lambda c: list(c.pages(None))):
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            attempt(connector(name, tmp_path, harness.options))
        assert caught.value.code.startswith("source.")
        assert f"{CANARY}@" not in str(caught.value)
        assert str(tmp_path) not in str(caught.value)


@every_connector
def test_positions_hold_no_value_of_a_row(name, tmp_path):
    HARNESSES[name].fill(tmp_path, N_ROWS)
    rows = rows_of(read(connector(name, tmp_path, HARNESSES[name].options)))
    assert all(CANARY not in row.position.replace(f"{CANARY}.", "") for row in rows)
    assert len({row.position for row in rows}) == N_ROWS


@every_connector
def test_rows_are_json(name, tmp_path):
    HARNESSES[name].fill(tmp_path, N_ROWS)
    for row in rows_of(read(connector(name, tmp_path, HARNESSES[name].options))):
        assert json.loads(json.dumps(dict(row.data), allow_nan=False)) == dict(row.data)


@every_connector
def test_unknown_options_are_refused_without_repeating_values(name, tmp_path: Path):
    harness = HARNESSES[name]
    harness.fill(tmp_path, N_ROWS)
    options = harness.options(tmp_path) if callable(harness.options) else harness.options
    with pytest.raises(ValueError, match="extra_forbidden|Extra inputs") as caught:
        connector(name, tmp_path, {**options, "pasword": f"{CANARY}-secret"})
    assert f"{CANARY}-secret" not in str(caught.value)
