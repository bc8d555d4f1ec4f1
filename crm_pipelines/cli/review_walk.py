"""Question after question on the screen, as in `label`: a letter answers, the rest of the line is the reason."""

import sys
from dataclasses import dataclass, field, replace

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.review_screen import ReviewScreen, read_line
from crm_pipelines.cli.stewarding import ANSWERS, signature, stewarding
from crm_pipelines.messages.catalogue import render
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.review_desk import QuestionFilter
from crm_pipelines.stores.second_person import require_one_is_enough

# What may be typed; the letters are the same in every language, so that fingers keep them.
_ANSWERS = {"s": "same", "d": "different", "u": "unsure", "same": "same", "different": "different", "unsure": "unsure"}
_SKIP, _UNDO, _QUIT = ("k", "skip"), ("z", "undo"), ("q", "quit")


@dataclass
class ReviewWalk:
    """One sitting.

    Attributes:
        call: of the command.
        steward: as named by the option; None: the environment's user.
    """

    call: Invocation
    steward: str | None
    _questions: list[str] = field(default_factory=list)
    _given: dict[int, tuple[str, str]] = field(default_factory=dict)  # place -> (decision id, answer)
    _place: int = 0

    def ask(self, wanted: QuestionFilter) -> None:
        """Show one question after the other; the end of the input is a quit."""
        with stewarding(self.call) as work:
            found = work.desk.questions(replace(wanted, only_open=True))
        self._questions = [one.question_id for one in found]
        if not self._questions:
            self.call.output.line("review.nothing")
        is_asked = True
        while is_asked and self._place < len(self._questions):
            is_asked = self._ask_one(self._questions[self._place])

    def report(self) -> None:
        """What was answered, and how much is left."""
        output = self.call.output
        answers = [
            {"question_id": self._questions[place], "decision_id": made, "answer": said}
            for place, (made, said) in sorted(self._given.items())
        ]
        output.document = {"answers": answers, "n_left": len(self._questions) - len(answers)}
        if self._questions:
            output.line("review.done", n_answers=len(answers), n_left=len(self._questions) - len(answers))

    def _ask_one(self, name: str) -> bool:
        """Show a question and take what is typed; False at the end."""
        if not self._is_shown(name):
            self._place += 1
            return True
        while True:
            typed = read_line(render("review.prompt", {}, self.call.language), is_drawn=self._is_drawn)
            word, _, reason = (typed or "").partition(" ")
            word = word.lower()
            if typed is None or word in _QUIT:
                return False
            if word in _SKIP:
                self._place += 1
                return True
            if word in _UNDO:
                self._undo()
                return True
            if word in _ANSWERS and self._answer(name, _ANSWERS[word], reason):
                self._place += 1
                return True
            if word not in _ANSWERS:
                self.call.output.line("label.not_understood")

    @property
    def _is_drawn(self) -> bool:
        return not self.call.output.as_json and sys.stdin.isatty()

    def _is_shown(self, name: str) -> bool:
        """Draw a question; say so when somebody else has answered it meanwhile."""
        try:
            with stewarding(self.call) as work:
                question, screen = work.desk.open_question(name), ReviewScreen(work)
                title = screen.say("review.title_of", n_question=self._place + 1, n_questions=len(self._questions))
                if self._is_drawn:
                    screen.show(question, title)
        except ConflictError as error:
            self.call.output.line(error.code, **error.facts)
            return False
        return True

    def _answer(self, name: str, said: str, reason: str) -> bool:
        """Record an answer; False when it was refused and the question still stands."""
        try:
            with stewarding(self.call) as work:
                question = work.desk.open_question(name)
                require_one_is_enough(work.desk, question, ANSWERS[said], work.loaded.rules.review)
                signed = signature(self.call, self.steward, reason)
                made = stewardship.record(work.ledger, stewardship.answer(work.desk, question, ANSWERS[said], signed))
        except ConflictError as error:
            self.call.output.line(error.code, **error.facts)
            return error.code != "stewardship.contradicts"
        self._given[self._place] = (made.decision_id, said)
        return True

    def _undo(self) -> None:
        """Take the last answer of this sitting back and ask its question again."""
        if not self._given:
            self.call.output.line("label.nothing_to_undo")
            return
        place = max(self._given)
        with stewarding(self.call) as work:
            signed = signature(self.call, self.steward, None)
            stewardship.record(work.ledger, stewardship.undo(work.desk, self._given[place][0], signed))
        del self._given[place]
        self._place = place
