"""The scorecard as one HTML page for whoever owns the data: what is good, what is not, and what it costs."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from crm_pipelines.cli.page.charts import bar
from crm_pipelines.cli.page.curve_chart import interval_bar
from crm_pipelines.cli.page.frame import framed, panel, table, tile
from crm_pipelines.cli.page.markup import Content, Markup, data_text, join, tag
from crm_pipelines.cli.page.scorecard_words import Words
from crm_pipelines.cli.page.trend_chart import Trend, floor_of, trend_chart
from crm_pipelines.rules.quality import Dimension
from crm_pipelines.stores import scorecard_view as scores
from crm_pipelines.stores.scorecard_sentences import verdict
from crm_pipelines.stores.scorecard_view import DIMENSIONS, DefectCost, Score, ScorecardView

_FIELD_DIMENSIONS = (Dimension.COMPLETENESS, Dimension.VALIDITY, Dimension.ACCURACY, Dimension.CONSISTENCY)
_POINTS_IN_TABLE = 12
_LEAST_SHOWN = 0.5  # records: less rounds to none


class ScorecardPage:
    """What was scored, in a reader's language.

    Args:
        language: of the words.
        timezone: of the project, in which its times are read.
        view: what there is.
    """

    def __init__(self, language: str, timezone: str, view: ScorecardView) -> None:
        self._language = language
        self._view = view
        self._words = Words(language, ZoneInfo(timezone))

    def text(self) -> str:
        """The whole page."""
        words, view = self._words, self._view
        title = words.say("scorecard.page.title")
        at = None if view.scored_at is None else words.say("scorecard.page.as_of", at=words.time(view.scored_at))
        return framed(
            title,
            self._language,
            tag("div", tag("h1", title), tag("p", at, class_="muted"), class_="head"),
            self._verdict(),
            *(self._scored() if view.rows else ()),
            self._definitions(),
            tag("footer", words.say("scorecard.page.how"), class_="end"),
        )

    def _scored(self) -> list[Content]:
        return [self._tiles(), self._trends(), self._costs(), self._sources(), *self._fields(), *self._published()]

    def _verdict(self) -> Markup:
        items = (tag("li", self._words.fault(one)) for one in verdict(self._view, self._words.zone))
        return panel(self._words.say("scorecard.page.verdict"), tag("ul", *items, class_="in sentences"))

    def _tiles(self) -> Markup:
        summed = scores.by_dimension(self._view.delivered)
        tiles = (self._tile(dimension, summed.get(dimension, Score())) for dimension in DIMENSIONS)
        return tag("div", *tiles, class_="tiles six")

    def _tile(self, dimension: Dimension, score: Score) -> Markup:
        note = self._words.say("scorecard.page.not_looked_at")
        if score.n_checked:
            note = self._words.fails(dimension, score)
        return tile(self._words.dimension(dimension), self._words.share(score), note)

    def _trends(self) -> Markup:
        words, points = self._words, self._view.points
        title = words.say("scorecard.page.trend")
        if len(points) < 2:
            return panel(title, tag("p", words.say("scorecard.page.no_trend"), class_="in"))
        charts = (self._trend(dimension) for dimension in DIMENSIONS)
        return panel(
            title,
            tag("div", *charts, class_="in trends"),
            self._points(),
            tag("p", words.say("scorecard.page.trend_note"), class_="in small muted"),
        )

    def _trend(self, dimension: Dimension) -> Markup:
        words, points = self._words, self._view.points
        shares = [point.scores.get(dimension, Score()).share for point in points]
        latest = points[-1].scores.get(dimension, Score())
        ends = (words.percent(floor_of(shares)), words.percent(1.0), words.share(latest))
        label = words.say("scorecard.page.trend_of", dimension=words.dimension(dimension))
        chart = trend_chart(Trend(label, shares, words.day(points[0].at), words.day(points[-1].at), ends))
        return tag("figure", tag("figcaption", words.dimension(dimension)), chart)

    def _points(self) -> Markup:
        words = self._words
        heads = {"at": words.say("scorecard.page.time")} | {one: words.dimension(one) for one in DIMENSIONS}
        rows: list[dict[str, Content]] = [
            {"at": words.time(point.at), **{one: words.share(point.scores.get(one, Score())) for one in DIMENSIONS}}
            for point in self._view.points[-_POINTS_IN_TABLE:]
        ]
        return table(heads, rows, numeric=DIMENSIONS)

    def _costs(self) -> Markup:
        words, costs = self._words, self._view.costs
        title = words.say("scorecard.page.costs")
        if not costs:
            return panel(title, tag("p", words.say("scorecard.not_measured"), class_="in"))
        told = [one for one in costs if (one.n_unmatched or 0.0) >= _LEAST_SHOWN]
        n_more = sum(one.n_defective > 0 for one in costs) - len(told)
        most = max((one.n_unmatched_high or 0.0 for one in told), default=0.0)
        measured = words.say(
            "scorecard.page.measured_at", at=words.time(costs[0].measured_at), version=costs[0].publication
        )
        how = [words.say("scorecard.page.costs_how")]
        how += [words.say("scorecard.page.costs_more", n_more=n_more)] if n_more else []
        return panel(
            title,
            tag("p", words.say("scorecard.page.costs_mean"), class_="in"),
            self._cost_table(told, most) if told else tag("p", words.say("scorecard.costs_nothing"), class_="in"),
            tag("p", " ".join(how), class_="in small muted"),
            note=tag("span", measured, class_="small muted"),
        )

    def _cost_table(self, told: Sequence[DefectCost], most: float) -> Markup:
        heads = ("source", "customer_type", "field", "n_defective", "n_unmatched", "blanked")
        rows = [self._cost(one, most) for one in told]
        return table({name: self._words.say(f"scorecard.page.head.{name}") for name in heads}, rows, ("n_defective",))

    def _cost(self, cost: DefectCost, most: float) -> dict[str, Content]:
        words = self._words
        ends = {"n": cost.n_unmatched, "n_low": cost.n_unmatched_low, "n_high": cost.n_unmatched_high}
        return {
            "source": data_text(cost.source),
            "customer_type": tag("span", words.customer_type(cost.customer_type), class_="whole"),
            "field": tag("span", words.field(cost.field), class_="whole"),
            "n_defective": words.of(cost.n_defective, cost.n_records),
            "n_unmatched": join(
                tag("b", words.between(cost)),
                interval_bar({name: (end or 0.0) / most for name, end in ends.items()}, "n"),
            ),
            "blanked": words.blanked(cost),
        }

    def _sources(self) -> Markup:
        words = self._words
        heads = {"source": words.say("scorecard.page.head.source")} | {one: words.dimension(one) for one in DIMENSIONS}
        rows: list[dict[str, Content]] = []
        for source in self._view.sources:
            summed = scores.by_dimension(scores.of_source(self._view.delivered, source))
            rows.append({"source": data_text(source), **self._cells(summed, DIMENSIONS)})
        everything = scores.by_dimension(self._view.delivered)
        rows.append({"source": words.say("scorecard.page.all_sources"), **self._cells(everything, DIMENSIONS)})
        note = tag("p", words.say("scorecard.page.cells"), class_="in small muted")
        return panel(words.say("scorecard.page.by_source"), table(heads, rows), note)

    def _fields(self) -> list[Content]:
        """Per source a table of its fields, whole rows first; of the sides of quality those that were looked at."""
        words = self._words
        found: list[Content] = []
        for source in self._view.sources:
            fields = scores.by_field(scores.of_source(self._view.delivered, source))
            shown = [one for one in _FIELD_DIMENSIONS if any(one in summed for summed in fields.values())]
            heads = {"field": words.say("scorecard.page.head.field")} | {one: words.dimension(one) for one in shown}
            rows: list[dict[str, Content]] = [
                {"field": words.field(field), **self._cells(summed, shown)} for field, summed in fields.items()
            ]
            found.append(panel(words.say("scorecard.page.fields_of", source=source), table(heads, rows)))
        return found

    def _published(self) -> list[Content]:
        words, view = self._words, self._view
        golden = [row for row in view.published if row.field is not None]
        checked = scores.by_table(row for row in view.published if row.field is None)
        found: list[Content] = []
        if golden:
            tiles = (
                tag("div", tag("h3", words.field(row.field)), self._cell(row.score), class_="filled") for row in golden
            )
            found.append(panel(words.say("scorecard.page.golden"), tag("div", *tiles, class_="in six")))
        if checked:
            shown = [one for one in DIMENSIONS if any(one in summed for summed in checked.values())]
            heads = {"table": words.say("scorecard.page.head.table")} | {one: words.dimension(one) for one in shown}
            lines: list[dict[str, Content]] = [
                {"table": tag("span", name, class_="mono"), **{one: self._plain(summed.get(one)) for one in shown}}
                for name, summed in checked.items()
            ]
            note = tag("p", words.say("scorecard.page.checks_note"), class_="in small muted")
            found.append(panel(words.say("scorecard.page.checks"), table(heads, lines), note))
        return found

    def _cells(self, summed: Mapping[Dimension, Score], shown: Sequence[Dimension]) -> dict[str, Content]:
        return {one: self._cell(summed.get(one)) for one in shown}

    def _cell(self, score: Score | None) -> Markup:
        """A share with its bar, and the counts it comes from."""
        if score is None or score.share is None:
            return self._plain(score)
        return join(self._plain(score), bar(score.share))

    def _plain(self, score: Score | None) -> Markup:
        """The same without the bar."""
        if score is None or score.share is None:
            return tag("span", "–", class_="muted")
        share = tag("b" if score.n_failed else "span", self._words.share(score))
        return tag("span", share, tag("span", self._words.counts(score), class_="small muted"), class_="score")

    def _definitions(self) -> Markup:
        words = self._words
        terms = (
            join(tag("dt", words.dimension(one)), tag("dd", words.say(f"scorecard.means.{one}"))) for one in DIMENSIONS
        )
        return panel(
            words.say("scorecard.page.definitions"),
            tag("p", words.say("scorecard.means.score"), class_="in"),
            tag("dl", *terms, class_="in terms"),
            tag("p", words.say("scorecard.means.sources"), class_="in small muted"),
        )
