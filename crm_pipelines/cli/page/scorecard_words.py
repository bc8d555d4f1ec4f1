"""Figures and names of a scorecard in a reader's language."""

from datetime import datetime, tzinfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from crm_pipelines.messages.catalogue import render, render_fault
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.quality import Dimension
from crm_pipelines.stores.scorecard_sentences import cost_facts, named
from crm_pipelines.stores.scorecard_view import DefectCost, Score


class Words:
    """How figures, times and names are written."""

    def __init__(self, language: str, zone: tzinfo) -> None:
        self._language = language
        self.zone = zone

    def say(self, code: str, **facts: object) -> str:
        """The sentence of a code."""
        return render(code, facts, self._language)

    def fault(self, fault: Fault) -> str:
        """The sentence of a fault."""
        return render_fault(fault, self._language)

    def dimension(self, dimension: Dimension) -> str:
        """The name of a side of quality."""
        return self.say(named(dimension))

    def field(self, field: str | None) -> str:
        """The name of a field; of whole rows where there is none."""
        return self.say("scorecard.whole_rows" if field is None else f"inspect.meaning.{field}")

    def customer_type(self, customer_type: str) -> str:
        """Person or organisation."""
        return self.say(f"cli.customer_type.{customer_type}")

    def share(self, score: Score) -> str:
        """The share of a score; what is not all of it is never called so; a dash for none."""
        if score.share is None:
            return "–"
        if score.n_failed and score.share > 0.999:
            return format_percent(0.999, format="> #,##0.0%", locale=self._language)
        return self.percent(score.share)

    def percent(self, share: float) -> str:
        """In per cent, one decimal where there is one."""
        return format_percent(share, format="#,##0.#%", locale=self._language)

    def number(self, number: float) -> str:
        """With separators."""
        return format_decimal(number, format="#,##0", locale=self._language)

    def counts(self, score: Score) -> str:
        """How many failed of how many."""
        return self.say("scorecard.page.counts", n_failed=score.n_failed, n_checked=score.n_checked)

    def fails(self, dimension: Dimension, score: Score) -> str:
        """The same in words: what is wrong with those that failed."""
        return self.say(f"scorecard.fails.{dimension}", n_failed=score.n_failed, n_checked=score.n_checked)

    def of(self, n: int, n_all: int) -> str:
        """How many of how many."""
        return self.say("scorecard.page.of", n_part=n, n_all=n_all)

    def between(self, cost: DefectCost) -> str:
        """About how many records a defect cost, and between which ends."""
        return self.say("scorecard.page.between", **cost_facts(cost))

    def blanked(self, cost: DefectCost) -> str:
        """What was tried, and what came of it."""
        weight = (
            "–" if cost.weight_lost is None else format_decimal(cost.weight_lost, format="0.0", locale=self._language)
        )
        return self.say("scorecard.page.blanked", **{**cost_facts(cost), "weight": weight})

    def time(self, moment: datetime) -> str:
        """A time as the project's clocks show it."""
        pattern = "yyyy/MM/dd HH:mm" if self._language == "ja" else "d MMM yyyy, HH:mm"
        return format_datetime(moment, pattern, tzinfo=self.zone, locale=self._language)

    def day(self, moment: datetime) -> str:
        """A day, short."""
        day = moment.astimezone(self.zone).date()
        return format_date(day, "MM/dd" if self._language == "ja" else "d MMM", locale=self._language)
