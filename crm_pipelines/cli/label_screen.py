"""A pair on the screen: both records side by side, what differs marked; never a score, a band or a reason.

On a terminal a line is read after each pair. Without one, or with `--json`, the answers are read from standard input,
one a line, and nothing is drawn.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.side_by_side import draw_side_by_side
from crm_pipelines.matching.labelling import PickedPair, PickPlan, pick_pairs
from crm_pipelines.messages.catalogue import render
from crm_pipelines.stores.labels import ShownPair
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.project_paths import ProjectPaths


class LabelScreen:
    """Shows pairs of one publication and reads answers."""

    def __init__(self, call: Invocation, con: duckdb.DuckDBPyConnection, evidence: PairEvidence, version: str) -> None:
        self._call = call
        self._con = con
        self._evidence = evidence
        self._version = version
        self._is_drawn = not call.output.as_json and sys.stdin.isatty()

    @classmethod
    def of(cls, call: Invocation, con: duckdb.DuckDBPyConnection, paths: ProjectPaths, version: str) -> "LabelScreen":
        """The screen over a publication."""
        return cls(call, con, PairEvidence.of(con, ModelStore(paths.models)), version)

    def pick(self, answered: Iterable[tuple[str, str]], plan: PickPlan) -> list[PickedPair]:
        """The pairs to ask about."""
        return pick_pairs(self._con, self._evidence.model, answered, plan)

    def show(self, pair: PickedPair, number: int, n_pairs: int) -> ShownPair:
        """Draw a pair, and say as what it was shown."""
        if self._is_drawn:
            records = self._evidence.records(pair.record_ids)
            self._draw(*(records[one] for one in pair.record_ids), number=number, n_pairs=n_pairs)
        return ShownPair(
            customer_type=pair.customer_type.value,
            record_ids=pair.record_ids,
            content_hashes=pair.content_hashes,
            drawn=pair.drawn,
            n_population=pair.n_population,
            publication=self._version,
            model_version=self._evidence.model_version,
        )

    def read(self) -> str | None:
        """What was typed, in small letters; None at the end of the input."""
        if self._is_drawn:
            sys.stdout.write(self._say("label.prompt") + " ")
            sys.stdout.flush()
        line = sys.stdin.readline()
        return line.strip().lower() if line else None

    def _say(self, code: str, **facts: object) -> str:
        return render(code, facts, self._call.language)

    def _draw(self, left: Mapping[str, Any], right: Mapping[str, Any], *, number: int, n_pairs: int) -> None:
        draw_side_by_side(self._say("label.title", n_pair=number, n_pairs=n_pairs), left, right, self._say)
