"""Fifty stewards who answer at once, each question asked of several: who was first counts, and nothing is lost."""

import subprocess
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import perf_counter
from typing import Any

from served import COMMAND, Server, word_of
from spread import spread

N_STEWARDS = 50
_N_ANSWERS = 8
"""Of each steward."""
_STEP = 3
"""Each begins so many questions behind the one before, so that most questions are asked of two or three."""
_ANSWERS = ("same", "different")


def rush(server: Server, root: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Let them answer.

    Args:
        server: runs.
        root: its project.
        questions: that are open.

    Returns:
        `n_accepted`, `n_refused` (409), `n_other` (any other status), `n_lost` (accepted, and not in the ledger),
        `n_twice` (questions with two answers), `are_chains_whole` (of ledger and audit log); milliseconds of an answer;
        seconds.
    """
    people = [f"steward-{number}" for number in range(N_STEWARDS)]
    browsers = [server.steward(name) for name in people]
    words = [word_of(browser) for browser in browsers]
    together = Barrier(N_STEWARDS)

    def work(number: int) -> list[tuple[str, str, int, float]]:
        together.wait()
        done = []
        for place in range(_N_ANSWERS):
            question = questions[(number * _STEP + place) % len(questions)]
            form = {"answer": _ANSWERS[(number + place) % 2], "form_word": words[number]}
            began = perf_counter()
            told = browsers[number].post(f"/review/{question}/answer", data=form)
            done.append((question, people[number], told.status_code, (perf_counter() - began) * 1000))
        return done

    began = perf_counter()
    with ThreadPoolExecutor(N_STEWARDS) as pool:
        done = [one for some in pool.map(work, range(N_STEWARDS)) for one in some]
    seconds = perf_counter() - began
    return {
        **_counted(server, done),
        "are_chains_whole": _is_whole(root),
        "seconds": seconds,
        "answer": spread([ms for *_, ms in done]),
    }


def _counted(server: Server, done: Sequence[tuple[str, str, int, float]]) -> dict[str, int]:
    ledger = server.desk.ledger
    kept = Counter((one.question_id, one.steward) for one in ledger.decisions(ledger.head_seq()))
    accepted = [(question, steward) for question, steward, status, _ in done if status == 303]
    answers = Counter(question for question, _ in kept.elements())
    return {
        "n_accepted": len(accepted),
        "n_refused": sum(status == 409 for _, _, status, _ in done),
        "n_other": sum(status not in (303, 409) for _, _, status, _ in done),
        "n_lost": sum(one not in kept for one in accepted),
        "n_twice": sum(n_answers > 1 for question, n_answers in answers.items() if question is not None),
    }


def _is_whole(root: Path) -> bool:
    """Whether ledger and audit log say what they said, as the command finds that checks both from end to end."""
    command = [*COMMAND, "--project", str(root), "audit", "verify"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0
