"""`crm-pipelines label`: show pairs of records, take answers, keep them for training and for measuring."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.stores.project_paths import ProjectPaths

if TYPE_CHECKING:
    from crm_pipelines.cli.label_screen import LabelScreen
    from crm_pipelines.matching.labelling import PickedPair
    from crm_pipelines.stores.labels import Label, LabelStore, ShownPair

# What may be typed; the letters are the same in every language, so that fingers keep them.
_ANSWERS = {"s": "same", "d": "different", "u": "unsure", "k": "skipped", "skip": "skipped"}
_UNDO = ("z", "undo")
_QUIT = ("q", "quit")


def label(
    context: typer.Context,
    pairs: Annotated[int, typer.Option(min=1, max=1_000, help="cli.label.pairs")] = 40,
    customer_type: Annotated[
        CustomerType | None, typer.Option("--type", help="cli.label.type", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="cli.label.seed")] = 1,
) -> int:
    """Ask about pairs until they run out or somebody quits; each answer is kept at once."""
    from crm_pipelines.cli.label_screen import LabelScreen  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.matching.labelling import PickPlan  # noqa: PLC0415
    from crm_pipelines.stores.labels import LabelStore  # noqa: PLC0415
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415

    call = invocation_of(context)
    paths = ProjectPaths(call.load_project().root)
    store = LabelStore(paths.labels)
    version, con = open_version(paths, None)
    with con:
        screen = LabelScreen.of(call, con, paths, version)
        types = tuple(CustomerType) if customer_type is None else (customer_type,)
        picked = screen.pick([one.content_hashes for one in store.labels()], PickPlan(pairs, seed, types))
        session = Session(call, screen, store, picked)
        session.ask()
    session.report()
    return FINE


class Session:
    """One sitting: the pairs, the answers so far, and where it stands."""

    def __init__(
        self, call: Invocation, screen: "LabelScreen", store: "LabelStore", picked: "list[PickedPair]"
    ) -> None:
        self._call = call
        self._screen = screen
        self._store = store
        self._picked = picked
        self._given: list[Label] = []

    def ask(self) -> None:
        """Show pair after pair; the end of the input is a quit."""
        if not self._picked:
            self._call.output.line("label.nothing")
        while len(self._given) < len(self._picked):
            shown = self._screen.show(self._picked[len(self._given)], len(self._given) + 1, len(self._picked))
            if not self._take_answer(shown):
                return

    def report(self) -> None:
        """How many answers were given, of which kind, and where the file is."""
        self._call.output.value(
            "answers", [{"record_ids": one.record_ids, "answer": one.answer.value} for one in self._given]
        )
        self._call.output.value("n_left", len(self._picked) - len(self._given))
        n_all = len(self._store.labels())
        self._call.output.line("label.done", n_answers=len(self._given), n_all=n_all, file=self._store.path.name)

    def _take_answer(self, shown: "ShownPair") -> bool:
        """One answer, or an answer less; False at the end."""
        from crm_pipelines.stores.labels import LabelAnswer  # noqa: PLC0415 - help does without

        while True:
            typed = self._screen.read()
            if typed is None or typed in _QUIT:
                return False
            if typed in _UNDO:
                return self._undo()
            answer = _ANSWERS.get(typed, typed)
            if answer in set(LabelAnswer):
                self._given.append(self._store.add(shown, LabelAnswer(answer), datetime.now(UTC)))
                return True
            self._call.output.line("label.not_understood")

    def _undo(self) -> bool:
        if self._given:
            self._store.take_back(self._given.pop(), datetime.now(UTC))
        else:
            self._call.output.line("label.nothing_to_undo")
        return True
