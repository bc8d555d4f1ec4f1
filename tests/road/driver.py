"""A process that has everything imported and forks a child for each run it is asked for.

It speaks JSON lines: an order comes in on standard input, `{"pid": ...}` goes out when the child has begun and
`{"code": ..., "signal": ...}` when it is gone. A child may be told to die, to break or to stand still at a named call:
the product itself has no such hook.
"""

import gc
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from assets.resources import RunOptions
from connectors.registry import CONNECTORS
from crm_pipelines.cli import rehearsal, running
from crm_pipelines.cli.main import run_command
from crm_pipelines.matching import splink_scorer
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import CrmPipelinesError
from crm_pipelines.rules.load import load_project
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.settings import project_environment
from crm_pipelines.standardise.observations import Place, observations
from crm_pipelines.standardise.row_values import row_texts
from tests.builders import organisation, person
from tests.crm_pipelines.matching.stage import matched
from tests.road import disturbing

CRASHED = 70
_IMPORTED_LATE = ("alembic.command", "crm_pipelines.stores.migrations.upgrade", "great_expectations", "splink", "upath")
# Reading these loads what standardisation keeps in memory (postal codes, dictionaries), which every child then shares.
_SOMEBODY = {
    "name": "山田 花子", "name_kana": "ヤマダ ハナコ", "organisation_name": "株式会社みどり", "email": "a@example.jp",
    "phone": "090-1234-5678", "postal_code": "100-0001", "address": "東京都千代田区千代田1-1",
}  # fmt: skip
_OTHERS = ({"name": "Hanako Yamada"}, {"name": "YAMADA Hanako"}, {"name": "みどり商事(株)"}, {"name": "やまだ はなこ"})


def main() -> None:
    """Serve orders until standard input ends."""
    _warm_up()
    _say({"ready": rehearsal.__name__})
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_child(order))
        _say({"pid": pid})
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        _say({"code": max(code, 0), "signal": max(-code, 0)})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _warm_up() -> None:
    """Do once what no child need do again; no thread outlives this, for a child would lack it."""
    for name in _IMPORTED_LATE:
        importlib.import_module(name)
    with dg.DagsterInstance.ephemeral():
        pass
    mapping = SourceMapping.model_validate({"streams": {"": {"fields": {name: name for name in _SOMEBODY}}}})
    stream = mapping.stream("")
    assert stream is not None
    for other in ({}, *_OTHERS):
        observations(row_texts(stream, _SOMEBODY | other), "auto", Place("JP", "Asia/Tokyo"))
    for kind, levels, inputs, columns in _asked_of_splink():
        splink_scorer.prediction_query(kind, tuple(tuple(level) for level in levels), inputs, tuple(columns))
    gc.collect()  # the connections behind the queries are in circles, and their threads end with them


def _asked_of_splink() -> list[tuple[CustomerType, list[tuple[str, str, float, float]], str, list[str]]]:
    """What a matching with the shipped model asks Splink for, from a child: matching starts threads that stay."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        write: Callable[..., str] = splink_scorer.prediction_query
        asked: list[tuple[object, ...]] = []

        def noted(*query: object) -> str:
            asked.append(query)
            return write(*query)

        vars(splink_scorer)["prediction_query"] = noted
        with duckdb.connect() as con:
            matched(con, [make(email="a@example.jp") for make in (person, organisation) for _ in range(2)])
        os.write(writer, json.dumps(asked).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as told:
        return [(CustomerType(kind), *query) for kind, *query in json.load(told)]


def _child(order: dict[str, Any]) -> int:
    output, errors = (os.open(order[name], os.O_CREAT | os.O_WRONLY | os.O_TRUNC) for name in ("stdout", "stderr"))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    speaker = os.dup(1)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    told = disturbing.disturb(order, speaker)
    try:
        code = run_command(order["arguments"]) if order["arguments"] else _walk(order)
    except CrmPipelinesError as error:
        sys.stderr.write(json.dumps({"code": error.code, **error.facts}))
        code = CRASHED
    except BaseException:  # noqa: BLE001 - nothing may come back into the loop of the parent
        traceback.print_exc()
        code = CRASHED
    sys.setprofile(None)
    sys.stdout.write("".join(f"{line}\n" for line in told()))
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _walk(order: dict[str, Any]) -> int:
    """The road without Dagster's own files, which take longer to write than a small world to match."""
    root = Path(order["root"])
    loaded = load_project(root, CONNECTORS, project_environment(root, {}))
    options = RunOptions(
        command="test",
        wait_seconds=0.0,
        only_sources=frozenset(order["sources"]) if order["sources"] else None,
        is_automatic=order["is_automatic"],
    )
    end = running.walk(loaded, options, lambda step, seconds: None, dg.DagsterInstance.ephemeral())
    if end.reason_code is not None:
        sys.stderr.write(json.dumps({"code": end.reason_code, **json.loads(end.reason_facts or "{}")}))
    return ["succeeded", "source_failed", "gate_held", "failed"].index(end.outcome.value)


if __name__ == "__main__":
    main()
