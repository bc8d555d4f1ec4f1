"""`label`: pairs are shown without their score, answers are kept at once, and nothing is asked twice."""

import io
from pathlib import Path

import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.stores.labels import Label, LabelStore
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


@pytest.fixture
def project(world: World, tmp_path: Path) -> World:
    return world.copy(tmp_path / "project")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def labels(project: World) -> list[Label]:
    return LabelStore(ProjectPaths(project.root).labels).labels()


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str, terminal: bool = False) -> None:
    text = "".join(f"{line}\n" for line in lines)
    monkeypatch.setattr("sys.stdin", _Terminal(text) if terminal else io.StringIO(text))


def test_answers_are_kept_with_the_records_and_their_content(
    project: World, ask: CallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "s", "different", "U", "k")
    code, document = ask(project, "label", "--pairs", 4)
    assert code == 0
    assert [one["answer"] for one in document["answers"]] == ["same", "different", "unsure", "skipped"]
    kept = labels(project)
    assert [list(one.record_ids) for one in kept] == [one["record_ids"] for one in document["answers"]]
    assert all(part.isdigit() for one in kept for part in one.content_hashes)
    assert {one.publication for one in kept} == {"p000000000001"}


def test_the_answers_tell_nothing_of_scores(project: World, ask: CallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "s", "s")
    document = ask(project, "label", "--pairs", 2)[1]
    assert set(document) == {"answers", "n_left"}
    assert all(set(one) == {"record_ids", "answer"} for one in document["answers"])


def test_who_quits_goes_on_where_he_was(project: World, ask: CallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "s", "d", "q", "s")
    assert ask(project, "label", "--pairs", 10)[1]["n_left"] == 8
    typed(monkeypatch, *["s"] * 10)
    second = ask(project, "label", "--pairs", 10)[1]
    assert second["n_left"] == 0
    assert len({frozenset(one.record_ids) for one in labels(project)}) == 12


def test_an_answer_can_be_taken_back_and_the_pair_is_asked_again(
    project: World, ask: CallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "z", "s", "s", "z", "d", "q")
    document = ask(project, "label", "--pairs", 5)[1]
    assert [one["answer"] for one in document["answers"]] == ["same", "different"]
    assert [one.answer for one in labels(project)] == ["same", "different"]
    assert len(ProjectPaths(project.root).labels.read_text(encoding="utf-8").splitlines()) == 4


def test_what_is_no_answer_is_asked_again(project: World, ask: CallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "yes", "", "d")
    assert [one["answer"] for one in ask(project, "label", "--pairs", 1)[1]["answers"]] == ["different"]


def test_one_customer_type_alone(project: World, ask: CallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, *["u"] * 6)
    ask(project, "label", "--pairs", 6, "--type", "organisation")
    assert {one.customer_type for one in labels(project)} == {"organisation"}
    assert len(labels(project)) == 6


@pytest.mark.parametrize(("language", "words"), [("en", "one customer?"), ("ja", "同じ顧客ですか")])
def test_on_a_terminal_both_records_stand_side_by_side(
    project: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    typed(monkeypatch, "s", terminal=True)
    code = run_command(["label", "--pairs", "2", "--project", str(project.root), "--lang", language], {})
    shown = capsys.readouterr().out
    assert code == 0
    assert shown.count(words) == 2
    assert "≠" in shown or "=" in shown
    assert not any(word in shown for word in ("AUTO_MATCH", "REVIEW", "uncertain", "match_weight"))
