"""An evaluation as one HTML page: figures, curves over the threshold, advice, parts, what differs elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm_pipelines.cli.evaluate_comparison import Compared
from crm_pipelines.cli.evaluate_shown import BLOCKING_COLUMNS, lowest_first, rules_with_a_say, segment_words
from crm_pipelines.cli.evaluation_report import Report, Threshold, advice_fault, interval
from crm_pipelines.cli.output import Output
from crm_pipelines.cli.page.curve_chart import Axis, Line, Mark, interval_bar, key, line_chart, round_axis
from crm_pipelines.cli.page.frame import framed, panel, table, tile
from crm_pipelines.cli.page.markup import Content, Markup, data_text, join, tag
from crm_pipelines.messages.catalogue import format_fact, render
from crm_pipelines.model.errors import Fault

_FIGURES = ("precision", "recall", "f1")
_DIMENSIONS = ("source_pair", "script_pair", "segment", "phenomenon")
_MOST_ROWS = 60
_MOST_SEGMENTS = 15
_FLOORS = (0.9, 0.8, 0.5, 0.0)  # where the axis of precision may begin
_SHOWN_STEP = 2
_WHOLE = {"customer_type": "whole"}  # words that are not to be broken


class EvaluationPage:
    """What was found, in a reader's language.

    Args:
        language: of the words.
        version: the publication.
        report: the figures; None when only a comparison was asked for.
        compared: what differs from another version; None when none was asked for.
    """

    def __init__(self, language: str, version: str, report: Report | None, compared: Compared | None) -> None:
        self._language = language
        self._version = version
        self._report = report
        self._compared = compared
        self._words = Output(language)

    def text(self) -> str:
        """The whole page."""
        title = self._say("evaluate.page.title", version=self._version)
        return framed(
            title,
            self._language,
            tag("div", tag("h1", title), class_="head"),
            *(self._measured(self._report) if self._report else ()),
            *(self._differing(self._compared) if self._compared else ()),
            tag("footer", self._say("evaluate.page.how"), class_="end"),
        )

    def _measured(self, report: Report) -> list[Content]:
        return [
            self._tiles(report),
            self._sentences("evaluate.page.about", report.about),
            self._figures(report),
            *(self._curve(kind, one) for kind, one in report.thresholds.items()),
            *(self._parts(report, dimension) for dimension in _DIMENSIONS),
            self._blocking(report.blocking),
        ]

    def _tiles(self, report: Report) -> Markup | None:
        pairwise = [row for row in report.figures if row["measure"] == "pairwise" and row["customer_type"] != "all"]
        tiles = [
            tile(
                f"{self._cell('customer_type', row['customer_type'])}: {self._say(f'cli.column.{name}')}",
                "–" if row[name] is None else f"{row[name]:.3f}",
                _range(row, name),
            )
            for row in pairwise
            for name in _FIGURES
        ]
        return tag("div", *tiles, class_="tiles") if tiles else None

    def _sentences(self, title: str, faults: Sequence[Fault]) -> Markup | None:
        items = (tag("li", self._words.words("", fault)) for fault in faults)
        return panel(self._say(title), tag("ul", *items, class_="in sentences")) if faults else None

    def _figures(self, report: Report) -> Markup:
        name = "estimated_figures" if report.is_estimate else "figures"
        return panel(self._say(f"cli.table.{name}"), self._table(("customer_type", "measure"), report.figures))

    def _table(self, named: Sequence[str], rows: Sequence[Mapping[str, Any]], *more: str) -> Markup:
        """Rows with their figures as numbers, the first of them as a bar too."""
        columns = (*named, *(f"{name}_interval" for name in _FIGURES), "n_counted", *more)
        heads = {column: self._say(f"cli.column.{column}") for column in columns}
        return table(heads, [self._row(row, columns) for row in rows], numeric=("n_counted", *more))

    def _row(self, row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Content]:
        cells: dict[str, Content] = {}
        for column in columns:
            figure = column.removesuffix("_interval")
            if figure in _FIGURES:
                cells[column] = join(tag("span", interval(row, figure) or "–"), interval_bar(row, figure))
            else:
                cells[column] = tag("span", self._cell(column, row.get(column)), class_=_WHOLE.get(column))
        return cells

    def _curve(self, customer_type: str, threshold: Threshold) -> Markup:
        word = self._cell("customer_type", customer_type)
        points = list(threshold.points.iter_rows(named=True))
        least = min(point["precision"] for point in points)
        floor = next(one for one in _FLOORS if one <= least)
        names = {name: self._say(f"cli.column.{name}") for name in (*_FIGURES, "from_weight")}
        over = line_chart(
            self._say("evaluate.page.curve_label", customer_type=word),
            Axis(0, 1, names["recall"]),
            Axis(floor, 1, names["precision"]),
            [Line("precision", [(one["recall"] or 0.0, one["precision"]) for one in points])],
            [Mark(kind, at["recall"] or 0.0, at["precision"]) for kind, at in self._marked(threshold, points)],
        )
        by = line_chart(
            self._say("evaluate.page.threshold_label", customer_type=word),
            round_axis(points[0]["threshold"], points[-1]["threshold"], names["from_weight"]),
            Axis(0, 1, ""),
            [Line(name, [(one["threshold"], one[name] or 0.0) for one in points]) for name in ("precision", "recall")],
            [Mark(kind, at["threshold"]) for kind, at in self._marked(threshold, points)],
        )
        legend = key(
            [
                ("line precision", names["precision"]),
                ("line recall", names["recall"]),
                ("at now", self._say("evaluate.page.legend_now")),
                ("at advised", self._say("evaluate.page.legend_advised")),
            ]
        )
        return panel(
            f"{self._say('evaluate.page.curve')}: {word}",
            tag("p", self._words.words("", advice_fault(customer_type, threshold)), class_="in"),
            self._yaml(customer_type, threshold),
            tag("div", over, by, class_="in two"),
            tag("details", tag("summary", self._say("cli.table.thresholds")), self._steps(points), class_="in"),
            tag("p", self._say("evaluate.page.curve_note"), class_="in small muted"),
            note=legend,
        )

    def _marked(self, threshold: Threshold, points: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
        """The points of the threshold in use and of the advised one."""
        wanted = {
            "now": None if threshold.now is None else threshold.now.auto_match,
            "advised": threshold.advice.threshold,
        }
        return [
            (kind, min(points, key=lambda point: (abs(point["threshold"] - at), point["threshold"])))
            for kind, at in wanted.items()
            if at is not None
        ]

    def _blocking(self, rules: Sequence[Mapping[str, Any]]) -> Markup | None:
        """What each blocking rule brings together; nothing where there is no truth to hold it against."""
        if not rules:
            return None
        heads = {column: self._say(f"cli.column.{column}") for column in BLOCKING_COLUMNS}
        rows: list[dict[str, Content]] = [
            {column: tag("span", self._cell(column, row[column]), class_=_WHOLE.get(column)) for column in heads}
            for row in rules_with_a_say(rules)
        ]
        return panel(self._say("cli.table.blocking"), table(heads, rows, numeric=BLOCKING_COLUMNS[2:]))

    def _yaml(self, customer_type: str, threshold: Threshold) -> Markup | None:
        """The lines for `rules/matching.yaml`, where the advice differs from what is in use."""
        at, now = threshold.advice.threshold, threshold.now
        if at is None or now is None or advice_fault(customer_type, threshold).code == "evaluate.advice.right":
            return None
        lines = ["thresholds:", f"  {customer_type}:", f"    auto_match: {at:g}"]
        lines += [f"    review: {at:g}"] if now.review > at else []
        written = tag("pre", "\n".join(lines), tabindex="0")
        return tag("div", tag("h3", self._say("evaluate.page.yaml")), written, class_="in")

    def _steps(self, points: Sequence[Mapping[str, Any]]) -> Markup:
        columns = ("from_weight", "precision_interval", "recall_share", "n_counted")
        rows: list[dict[str, Content]] = [
            {
                "from_weight": f"{point['threshold']:g}",
                "precision_interval": interval(point, "precision"),
                "recall_share": self._cell("recall_share", point["recall"]),
                "n_counted": self._cell("n_counted", point["n"]),
            }
            for point in points
            if point["threshold"] % _SHOWN_STEP == 0
        ]
        return table({name: self._say(f"cli.column.{name}") for name in columns}, rows, numeric=columns)

    def _parts(self, report: Report, dimension: str) -> Markup | None:
        rows, n_more = lowest_first([row for row in report.segments if row["dimension"] == dimension], _MOST_SEGMENTS)
        if not rows:
            return None
        named = [{**row, "segment": segment_words(row, self._language)} for row in rows]
        more = ("n_true",) if dimension.endswith("_pair") else ()
        notes = [self._say("evaluate.page.interval_note")]
        notes += [self._say("evaluate.page.more", n_more=n_more)] if n_more else []
        word = self._cell("dimension", dimension)
        return panel(
            self._say("evaluate.page.by_dimension", dimension=word),
            self._table(("segment", "customer_type"), named, *more),
            tag("p", " ".join(notes), class_="in small muted"),
        )

    def _differing(self, compared: Compared) -> list[Content]:
        counts = compared.counts
        tiles = [
            tile(self._say(f"evaluate.page.count.{name}"), self._cell(f"n_{name}", counts[f"n_{name}"]), None)
            for name in ("kept", "gained", "lost", "split", "merged", "moved")
        ]
        return [
            self._sentences_of(compared),
            tag("div", *tiles, class_="tiles"),
            self._listed(
                "changed_pairs",
                ("change", "record_a", "record_b", "match_weight", "band", "is_right"),
                compared.changed,
            ),
            self._listed("moved_records", ("record_id", "from_id", "to_id"), compared.moved),
        ]

    def _sentences_of(self, compared: Compared) -> Markup:
        items = (tag("li", self._words.words("", fault)) for fault in compared.sentences(self._version))
        title = self._say("evaluate.page.compare_title", other=compared.other)
        return panel(title, tag("ul", *items, class_="in sentences"))

    def _listed(self, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Markup | None:
        if not rows:
            return None
        cells = [
            {column: data_text(self._cell(column, row[column])) for column in columns} for row in rows[:_MOST_ROWS]
        ]
        heads = {column: self._say(f"cli.column.{column}") for column in columns}
        n_more = len(rows) - len(cells)
        more = tag("p", self._say("evaluate.page.more", n_more=n_more), class_="in small muted") if n_more else None
        return panel(self._say(f"cli.table.{name}"), table(heads, cells, numeric=("match_weight",)), more)

    def _say(self, code: str, **facts: object) -> str:
        return render(code, facts, self._language)

    def _cell(self, name: str, value: Any) -> str:
        if isinstance(value, float) and not name.endswith("_share"):
            return format_fact(name, round(value, 2), self._language)
        return self._words.words(name, value)


def _range(row: Mapping[str, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "" if low is None else f"{low:.3f}–{high:.3f}"
