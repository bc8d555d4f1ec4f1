"""Pages: a template, what it shows, and who looks; nothing is loaded from anywhere else, nothing is kept by a cache."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from crm_pipelines.messages.catalogue import has_message, render, render_fault
from crm_pipelines.messages.reasons import reason_told
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.scorecard_view import Score
from crm_pipelines.web.paths import HOME
from crm_pipelines.web.visitors import FORM_WORD, Visitor

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


HTTPS_HEADERS: Mapping[str, str] = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
"""Over TLS: from now on nothing else."""


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("crm_pipelines.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(request: Request, visitor: Visitor, template: str, status: int = 200, **shown: object) -> HTMLResponse:
    """A page in the visitor's language.

    Args:
        request: what was asked.
        visitor: who asks.
        template: its name without `.html`.
        status: of the answer.
        shown: what the template shows beside what every page has; `here`, where it stands at another address than it
            is asked for again.
    """
    web: WebState = request.app.state.web
    zone = visitor.person.time_zone if visitor.person is not None else None
    text = _templates().get_template(f"{template}.html").render(
        visitor=visitor,
        person=visitor.person,
        language=visitor.language,
        say=visitor.say,
        words=_Words(visitor, ZoneInfo(zone or web.timezone)),
        form_word_name=FORM_WORD,
        is_live=visitor.person is not None and not visitor.is_held and request.method == "GET" and status == 200,
        # whatever was typed there stays there
        **{"here": request.url.path if status != 404 else HOME, **shown},
    )  # fmt: skip
    return HTMLResponse(text, status, {"Cache-Control": "no-store", "Content-Language": visitor.language})


class _Words:
    """Numbers, times and sentences of faults in a reader's way."""

    def __init__(self, visitor: Visitor, zone: ZoneInfo) -> None:
        self._language = visitor.language
        self._is_partial = visitor.sight.is_partial
        self._zone = zone

    def fault(self, fault: Fault) -> str:
        """The sentence of a code with its facts."""
        return render_fault(fault, self._language)

    def reason(self, reason: str | None) -> str:
        """The reason of a decision; empty without one. Whoever sees parts of values sees no words of colleagues."""
        return reason_told(reason, self._language, has_words=not self._is_partial)

    def weight(self, weight: float) -> str:
        """A match weight: signed, one decimal, a real minus."""
        return f"{weight:+.1f}".replace("-", "\N{MINUS SIGN}")

    def share(self, share: float) -> str:
        """A share in per cent; what is almost certain is not called certain."""
        if share > 0.999:
            return format_percent(0.999, format="> #,##0.0%", locale=self._language)
        return format_percent(share, format="#,##0.0%" if share > 0.99 else "#,##0%", locale=self._language)

    def score(self, score: Score) -> str:
        """The share of a score, one decimal where there is one; what is not all is not called all; a dash for none."""
        if score.share is None:
            return "–"
        if score.n_failed and score.share > 0.999:
            return self.share(score.share)
        return format_percent(score.share, format="#,##0.#%", locale=self._language)

    def number(self, number: float) -> str:
        """With separators."""
        return format_decimal(number, format="#,##0", locale=self._language)

    def time(self, moment: datetime) -> str:
        """A time as the project's clocks show it."""
        pattern = "yyyy/MM/dd HH:mm" if self._language == "ja" else "d MMM yyyy, HH:mm"
        return format_datetime(moment, pattern, tzinfo=self._zone, locale=self._language)

    def day(self, moment: datetime | date | str | None) -> str:
        """The day of a time on the project's clocks; a dash for none."""
        if moment is None:
            return "–"
        found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        day = found.astimezone(self._zone).date() if isinstance(found, datetime) else found
        return format_date(day, "yyyy/MM/dd" if self._language == "ja" else "d MMM yyyy", locale=self._language)

    def money(self, amount: Decimal, currency: str | None) -> str:
        """A sum in its currency, or as a number where none is told."""
        if currency is None or len(currency) != 3:
            return format_decimal(amount, locale=self._language)
        return format_currency(amount, currency, locale=self._language).replace("\N{FULLWIDTH YEN SIGN}", "¥")

    def word(self, kind: str, written: str | None) -> str:
        """The word for what a source wrote, where the catalogue has one; else as it is written."""
        code = f"{kind}.{written}"
        return render(code, {}, self._language) if written and has_message(code) else written or "–"
