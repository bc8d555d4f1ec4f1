"""Learn the weights of the shipped models from generated worlds, whose truth is known, and show them beside today's.

usage: python tests/bench/shipped_weights.py OUT.json [--records N] [--seeds S ...] [--difficulties D ...]

Every world goes down the whole road. Counted are, over all worlds and smoothed by half a pair: m, the levels of the
candidate pairs of one customer; u, the levels of random pairs of two. Beside log2(m / u) stands the weight that a
logistic regression over all candidate pairs gives a level, when it begins at today's: it sees that a phone, a mailbox
and an address of one household agree together, which m and u of single levels do not. Nothing is written but OUT.json.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import duckdb

from assets.resources import RunOptions
from connectors.registry import CONNECTORS
from crm_pipelines.cli.running import walk
from crm_pipelines.cli.truth import truth_of
from crm_pipelines.demo.project import ERP_MAPPING, PROJECT_FILE
from crm_pipelines.demo.write import write_world
from crm_pipelines.matching.levels import COMPARISONS, NULL_LEVEL
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.matching.training_data import stage_training_data
from crm_pipelines.matching.training_labels import LabelledPair, corrections
from crm_pipelines.matching.training_scores import scores_of
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.rules.load import LoadedProject, load_project
from crm_pipelines.rules.new_project import write_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published_versions import open_version

_RANDOM_PAIRS = 2_000_000
_HALF = 0.5
_MOST_FITTED = 60_000  # pairs of the regression


@dataclass
class Seen:
    """What all worlds showed of one customer type.

    Attributes:
        same: (comparison, level) -> candidate pairs of one customer.
        different: (comparison, level) -> random pairs of two.
        pairs: every candidate pair.
        priors: world -> log2 odds that two random records are of one customer.
    """

    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    different: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairs: list[LabelledPair] = field(default_factory=list)
    priors: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Make the worlds, count, print and write."""
    asked = _arguments()
    seen = {kind: Seen() for kind in CustomerType}
    for seed, difficulty in product(asked.seeds, asked.difficulties):
        with TemporaryDirectory() as folder:
            loaded = _walked(Path(folder) / "project", asked.records, seed, difficulty)
            _count(loaded, f"{asked.records} records, seed {seed}, {difficulty}", seen)
        _say(f"seed {seed}, {difficulty}: counted")
    found = {kind.value: _learned(kind, seen[kind]) for kind in CustomerType}
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for kind in CustomerType:
        _show(kind, found[kind.value])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--records", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--difficulties", nargs="+", default=["easy", "medium", "hard"])
    return parser.parse_args()


def _walked(root: Path, n_records: int, seed: int, difficulty: str) -> LoadedProject:
    write_project(root, "en", CONNECTORS)
    (root / "crm_pipelines.yaml").write_text(PROJECT_FILE.format(language="en"), encoding="utf-8")
    (root / "mappings" / "erp.yaml").write_text(ERP_MAPPING, encoding="utf-8")
    write_world(root / "data" / "inbox", n_records=n_records, seed=seed, difficulty=difficulty)
    loaded = load_project(root, CONNECTORS, project_environment(root))
    end = walk(loaded, RunOptions(command="bench", wait_seconds=0.0), lambda _step, _seconds: None)
    if end.reason_code is not None:
        raise SystemExit(f"the run ended {end.outcome.value}: {end.reason_code} {end.reason_facts}")
    return loaded


def _count(loaded: LoadedProject, world: str, seen: dict[CustomerType, Seen]) -> None:
    paths = ProjectPaths(loaded.root)
    truth = truth_of(paths.data / "inbox" / "truth.csv", loaded).select("record_id", "entity_id")
    _, con = open_version(paths, None)
    with con:
        stage_training_data(con, shipped_model(), seed=1, n_random_pairs=_RANDOM_PAIRS)
        con.register("truth_frame", truth)
        con.execute(
            "create temp table truth as select r.record_key, r.customer_type, t.entity_id "
            "from temp.standardised_records r join truth_frame t using (record_id)"
        ).fetchall()
        for kind in CustomerType:
            seen[kind].priors[world] = _prior(con, kind)
            for levels, weight, is_same in _pairs(con, kind, f"candidates_{kind}"):
                seen[kind].pairs.append(LabelledPair(levels | {"prior": "prior"}, weight, is_same))
                seen[kind].same.update(levels.items() if is_same else ())
            for levels, _, is_same in _pairs(con, kind, f"random_pairs_{kind}"):
                seen[kind].different.update(() if is_same else levels.items())


def _prior(con: duckdb.DuckDBPyConnection, kind: CustomerType) -> float:
    n_same, n_records = con.execute(
        "select sum(n * (n - 1) / 2), sum(n) from "
        "(select count(*) as n from temp.truth where customer_type = ? group by entity_id)",
        [kind.value],
    ).fetchall()[0]
    return math.log2(float(n_same) / (float(n_records) * (float(n_records) - 1) / 2 - float(n_same)))


def _pairs(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, pairs: str
) -> Iterator[tuple[dict[str, str], float, bool]]:
    columns = ", ".join(comparison.column for comparison in COMPARISONS[kind])
    with scores_of(con, kind, shipped_model(), pairs) as scores:
        rows = con.execute(
            f"select match_weight, l.entity_id = r.entity_id, {columns} from {scores} "
            "join temp.truth l on l.record_key = record_key_l join temp.truth r on r.record_key = record_key_r "
            "order by record_key_l, record_key_r"
        ).fetchall()
    for weight, is_same, *numbers in rows:
        yield _levels(kind, numbers), weight, is_same


def _levels(kind: CustomerType, numbers: Iterable[int]) -> dict[str, str]:
    return {
        comparison.name: level.name
        for comparison, number in zip(COMPARISONS[kind], numbers, strict=True)
        if number != NULL_LEVEL and (level := comparison.level_of(number)) is not None
    }


def _learned(kind: CustomerType, seen: Seen) -> dict[str, Any]:
    step = max(1, len(seen.pairs) // _MOST_FITTED)
    fitted = corrections(seen.pairs[::step])
    levels: dict[str, dict[str, dict[str, float | int]]] = {}
    for comparison in COMPARISONS[kind]:
        names = [level.name for level in comparison.levels]
        n_same = sum(seen.same[comparison.name, name] for name in names) + _HALF * len(names)
        n_different = sum(seen.different[comparison.name, name] for name in names) + _HALF * len(names)
        levels[comparison.name] = {}
        for name in names:
            at = (comparison.name, name)
            today = shipped_model().types[kind].levels[comparison.name][name].weight
            m, u = (seen.same[at] + _HALF) / n_same, (seen.different[at] + _HALF) / n_different
            levels[comparison.name][name] = {
                "m": m,
                "u": u,
                "weight": math.log2(m / u),
                "weight_by_regression": today + fitted.get(at, 0.0),
                "weight_today": today,
                "n_same": seen.same[at],
                "n_different": seen.different[at],
            }
    today = shipped_model().types[kind].prior_log2_odds
    return {
        "prior_log2_odds_today": today,
        "prior_log2_odds_by_regression": today + fitted["prior", "prior"],
        "prior_log2_odds": seen.priors,
        "n_candidates": len(seen.pairs),
        "levels": levels,
    }


def _show(kind: CustomerType, found: dict[str, Any]) -> None:
    _say(f"\n{kind.value}: prior today {found['prior_log2_odds_today']:.1f}, by regression "
         f"{found['prior_log2_odds_by_regression']:.1f}; true in each world "
         f"{', '.join(f'{value:.1f}' for value in found['prior_log2_odds'].values())}")  # fmt: skip
    _say(f"{'comparison':18}{'level':16}{'same':>9}{'random':>10}{'m':>10}{'u':>10}{'m/u':>7}{'regr.':>7}{'today':>7}")
    for comparison, levels in found["levels"].items():
        for name, one in levels.items():
            _say(
                f"{comparison:18}{name:16}{one['n_same']:9}{one['n_different']:10}{one['m']:10.2g}{one['u']:10.2g}"
                f"{one['weight']:7.1f}{one['weight_by_regression']:7.1f}{one['weight_today']:7.1f}"
            )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
