"""The scorecard as one HTML page for whoever owns the data: what is good, what is not, and what it costs."""

from zoneinfo import ZoneInfo

from crm_pipelines.cli.page.charts import bar
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
_DEAREST = 12


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
        items = (tag("li", self._words.fault(one)) for one in verdict(self._view))
        return panel(self._words.say("scorecard.page.verdict"), tag("ul", *items, class_="in sentences"))

    def _tiles(self) -> Markup:
        summed = scores.by_dimension(self._view.delivered)
        tiles = (self._tile(dimension, summed.get(dimension, Score())) for dimension in DIMENSIONS)
        return tag("div", *tiles, class_="tiles six")

    def _tile(self, dimension: Dimension, score: Score) -> Markup:
        note = self._words.say("scorecard.page.not_looked_at")
        if score.n_checked:
            note = self._words.say("scorecard.page.of_values", n_failed=score.n_failed, n_checked=score.n_checked)
        return tile(self._words.dimension(dimension), self._words.share(score), note)

    def _trends(self) -> Markup:
        words, points = self._words, self._view.points
        first, last = (words.day(points[place].at) for place in (0, -1))
        charts = []
        for dimension in DIMENSIONS:
            shares = [point.scores.get(dimension, Score()).share for point in points]
            latest = points[-1].scores.get(dimension, Score())
            ends = (words.percent(floor_of(shares)), words.percent(1.0), words.share(latest))
            label = words.say("scorecard.page.trend_of", dimension=words.dimension(dimension))
            chart = trend_chart(Trend(label, shares, first, last, ends))
            charts.append(tag("figure", tag("figcaption", words.dimension(dimension)), chart))
        return panel(
            words.say("scorecard.page.trend"),
            tag("div", *charts, class_="in trends"),
            self._points(),
            tag("p", words.say("scorecard.page.trend_note"), class_="in small muted"),
        )

    def _points(self) -> Markup:
        words = self._words
        heads = {"at": words.say("scorecard.page.time")} | {one: words.dimension(one) for one in DIMENSIONS}
        rows: list[dict[str, Content]] = [
            {"at": words.time(point.at)} | {one: words.share(point.scores.get(one, Score())) for one in DIMENSIONS}
            for point in self._view.points[-_POINTS_IN_TABLE:]
        ]
        return table(heads, rows, numeric=DIMENSIONS)

    def _costs(self) -> Markup:
        words, costs = self._words, self._view.costs
        title = words.say("scorecard.page.costs")
        if not costs:
            return panel(title, tag("p", words.say("scorecard.not_measured"), class_="in"))
        most = max((one.n_unmatched_high or 0.0 for one in costs), default=0.0)
        told = [one for one in costs if one.n_defective and one.n_unmatched is not None][:_DEAREST]
        heads = ("source", "customer_type", "field", "n_defective", "n_unmatched", "blanked")
        rows = [self._cost(one, most) for one in told]
        measured = words.say(
            "scorecard.page.measured_at", at=words.time(costs[0].measured_at), version=costs[0].publication
        )
        listed = table({name: words.say(f"scorecard.page.head.{name}") for name in heads}, rows, ("n_defective",))
        return panel(
            title,
            tag("p", words.say("scorecard.page.costs_mean"), class_="in"),
            listed if rows else tag("p", words.say("scorecard.costs_nothing"), class_="in"),
            tag("p", words.say("scorecard.page.costs_how"), class_="in small muted"),
            note=tag("span", measured, class_="small muted"),
        )

    def _cost(self, cost: DefectCost, most: float) -> dict[str, Content]:
        words = self._words
        share = (cost.n_unmatched or 0.0) / most if most else 0.0
        return {
            "source": data_text(cost.source),
            "customer_type": words.customer_type(cost.customer_type),
            "field": words.field(cost.field),
            "n_defective": words.of(cost.n_defective, cost.n_records),
            "n_unmatched": join(tag("b", words.between(cost)), bar(share, "odd")),
            "blanked": words.blanked(cost),
        }

    def _sources(self) -> Markup:
        words = self._words
        heads = {"source": words.say("scorecard.page.head.source")} | {one: words.dimension(one) for one in DIMENSIONS}
        rows: list[dict[str, Content]] = []
        for source in self._view.sources:
            summed = scores.by_dimension(scores.of_source(self._view.delivered, source))
            rows.append({"source": data_text(source)} | {one: self._cell(summed.get(one)) for one in DIMENSIONS})
        everything = scores.by_dimension(self._view.delivered)
        everywhere: dict[str, Content] = {"source": words.say("scorecard.page.all_sources")}
        rows.append(everywhere | {one: self._cell(everything.get(one)) for one in DIMENSIONS})
        return panel(words.say("scorecard.page.by_source"), table(heads, rows))

    def _fields(self) -> list[Content]:
        """Per source a table of its fields, whole rows first."""
        words = self._words
        dimensions = (*_FIELD_DIMENSIONS, Dimension.UNIQUENESS, Dimension.TIMELINESS)
        heads = {"field": words.say("scorecard.page.head.field")} | {one: words.dimension(one) for one in dimensions}
        found: list[Content] = []
        for source in self._view.sources:
            fields = scores.by_field(scores.of_source(self._view.delivered, source))
            rows: list[dict[str, Content]] = [
                {"field": words.field(field)} | {one: self._cell(summed.get(one)) for one in dimensions}
                for field, summed in fields.items()
            ]
            title = words.say("scorecard.page.fields_of", source=source)
            found.append(panel(title, table(heads, rows)))
        return found

    def _published(self) -> list[Content]:
        words, view = self._words, self._view
        golden = [row for row in view.published if row.field is not None]
        checked = scores.by_table(row for row in view.published if row.field is None)
        found: list[Content] = []
        if golden:
            heads = {name: words.say(f"scorecard.page.head.{name}") for name in ("field", "filled")}
            rows: list[dict[str, Content]] = [
                {"field": words.field(row.field), "filled": self._cell(row.score)} for row in golden
            ]
            found.append(panel(words.say("scorecard.page.golden"), table(heads, rows)))
        if checked:
            heads = {"table": words.say("scorecard.page.head.table")}
            shown = [one for one in DIMENSIONS if any(one in summed for summed in checked.values())]
            lines: list[dict[str, Content]] = [
                {"table": tag("span", name, class_="mono")} | {one: self._cell(summed.get(one)) for one in shown}
                for name, summed in checked.items()
            ]
            heads |= {one: words.dimension(one) for one in shown}
            note = tag("p", words.say("scorecard.page.checks_note"), class_="in small muted")
            found.append(panel(words.say("scorecard.page.checks"), table(heads, lines), note))
        return found

    def _cell(self, score: Score | None) -> Content:
        """A share with its bar, and the counts it comes from."""
        if score is None or score.share is None:
            return "–"
        counts = self._words.counts(score)
        return join(
            tag("span", self._words.share(score), class_="whole"),
            bar(score.share),
            tag("span", counts, class_="small muted whole"),
        )

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
