"""An explanation as one HTML page: the two records side by side, the waterfall, the keys, the clusters."""

from collections.abc import Mapping, Sequence

from crm_pipelines.cli import explain_rows as rows
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.page.explanation_words import Words
from crm_pipelines.cli.page.frame import framed, notice, panel, tile
from crm_pipelines.cli.page.growth_chart import growth_chart
from crm_pipelines.cli.page.markup import Content, Markup, data_text, join, tag
from crm_pipelines.cli.page.waterfall_chart import waterfall_chart, waterfall_legend
from crm_pipelines.matching.explanation import verdict
from crm_pipelines.matching.levels import NULL_LEVEL_NAME
from crm_pipelines.stores import story_sentences as sentences
from crm_pipelines.stores.pair_stories import ClusterStory, Compared, PairStory

_RULES_SHOWN = 6
_MOST_LEAVES = 80
_STORED = ("record_a", "record_b", "match_weight", "band")
_HISTORY = ("happened_at", "event", "reason", "n_records", "other_id")
_RELATIONSHIPS = ("relationship", "customer_from", "customer_to", "told_by", "in_common")
_MEMBERS = ("record", "name", "birth_date", "email", "phone", "address", "corporate_number")


def pair_page(words: Words, story: PairStory) -> str:
    """The page of two records."""
    title = words.say("explain.page.title", record_a=story.left.name, record_b=story.right.name)
    said = sentences.conclusion(story)
    headline = words.fault(said[0]) if said else words.say("explain.page.not_live")
    first, last = _pair_sections(words, story)
    return framed(
        title,
        words.language,
        _head(words, headline, story.publication, story.model_version, title),
        notice(words.say("explain.page.private")),
        *first,
        *last,
        tag("footer", words.say("explain.page.how"), class_="end"),
    )


def cluster_page(words: Words, story: ClusterStory) -> str:
    """The page of one customer."""
    title = words.say("explain.page.cluster_title", golden_id=story.subject.name)
    said = [*sentences.introduction("ID", story.subject), *sentences.growing(story)]
    return framed(
        title,
        words.language,
        _head(words, title, story.publication, story.model_version),
        notice(words.say("explain.page.private")),
        panel(words.say("explain.page.short"), words.sentences(said)),
        _grown(words, story),
        _refusals(words, story),
        _titled(words, "members", _filled(_MEMBERS, rows.member_rows(story.records)), rows.member_rows(story.records)),
        _titled(words, "relationships", _RELATIONSHIPS, rows.relationship_rows(story.relationships)),
        _titled(words, "history", _HISTORY, rows.history_rows(story.history, words.zone)),
        tag("footer", words.say("explain.page.how"), class_="end"),
    )


def _head(words: Words, headline: str, publication: str, model_version: str, about: str | None = None) -> Markup:
    made = words.say("explain.page.about", publication=publication, model_version=model_version)
    of = tag("span", about) if about else None
    return tag("div", tag("h1", headline), of, tag("span", made, class_="small muted"), class_="head")


def _pair_sections(words: Words, story: PairStory) -> tuple[list[Content], list[Content]]:
    intro = [
        *sentences.introduction("A", story.left),
        *sentences.introduction("B", story.right),
        *sentences.which_pair(story),
    ]
    together = sentences.together_or_apart(story)
    compared = story.compared
    if compared is None:
        return [panel(words.say("explain.page.short"), words.sentences([*intro, *together]))], []
    judged = sentences.weighing(compared, verdict(compared.score, words.model), story.model_version)
    first: list[Content] = [
        _tiles(words, compared),
        panel(words.say("explain.page.short"), words.sentences([*intro, *judged])),
        panel(
            words.say("cli.table.waterfall"),
            waterfall_chart(words, compared.fall, compared.names_shared),
            note=waterfall_legend(words),
        ),
        _values(words, story, compared),
        _not_stored(words, compared),
    ]
    return first, [_clusters(words, story), _people(words, compared, story)]


def _tiles(words: Words, compared: Compared) -> Markup:
    score, fall = compared.score, compared.fall
    held = [words.cell("comparison", step.comparison) for step in fall.held_by]
    return tag(
        "div",
        tile(words.say("cli.column.match_weight"), words.weight(score.match_weight), _stored(words, compared)),
        tile(
            words.say("explain.page.pair_alone"),
            words.say(f"explain.page.band_{score.band.value.lower()}"),
            score.band.value,
            is_word=True,
        ),
        tile(
            words.say("explain.page.person"),
            words.cell("person", bool(held)),
            " · ".join(held) if held else words.say("explain.page.nobody_needed"),
            is_word=True,
        ),
        class_="tiles",
    )


def _stored(words: Words, compared: Compared) -> str:
    """How the weight shown stands to the stored one."""
    stored = compared.stored
    if stored is None:
        return words.say("explain.page.not_stored")
    if stored.agrees_with(compared.score):
        return words.say("explain.page.stored")
    return words.say("explain.page.stored_other", weight=words.weight(stored.match_weight))


def _values(words: Words, story: PairStory, compared: Compared) -> Markup:
    """What both records say, and what the comparison makes of it."""
    assert story.chosen is not None  # noqa: S101 - what was compared was chosen
    shown: list[dict[str, Cell | Markup]] = []
    for row in rows.value_rows(compared):
        is_made = row["match_level"] != NULL_LEVEL_NAME
        level = tag("span", str(row["match_level"]), class_="tag") if is_made else None
        sentence = words.cell("sentence", row["sentence"])
        shown.append({
            "comparison": row["comparison"],
            "value_a": row["value_a"],
            "value_b": row["value_b"],
            "sentence": tag("span", join(sentence, " ", level), class_=None if is_made else "muted"),
            "level_weight": row["level_weight"] if is_made else None,
            "frequency_adjustment": row["frequency_adjustment"],
        })  # fmt: skip
    names = [
        tag("span", place, " ", data_text(record, class_="mono"))
        for place, record in zip("AB", story.chosen, strict=True)
    ]
    columns = ("comparison", "value_a", "value_b", "sentence", "level_weight", "frequency_adjustment")
    note = tag("span", names[0], " ↔ ", names[1], class_="small muted")
    return panel(words.say("cli.table.evidence"), words.table(columns, shown), note=note)


def _not_stored(words: Words, compared: Compared) -> Markup | None:
    if compared.stored is not None:
        return None
    shown: list[dict[str, Cell | Markup]] = []
    for row, rule in zip(rows.rule_rows(compared.rules, _RULES_SHOWN), compared.rules, strict=False):
        parts = [tag("div", words.fault(rows.part_fault(part)), class_=f"part {part.outcome}") for part in rule.parts]
        shown.append({**row, "parts": join(*parts)})
    return panel(
        words.say("explain.page.never_compared"),
        words.sentences(sentences.why_unstored(compared)),
        words.block("cli.table.blocking_rules", words.table(("rule", "outcome", "parts"), shown) if shown else None),
        _below(words, "path", _STORED, rows.path_rows(compared.left["record_id"], compared.path)),
        _below(words, "neighbours", _STORED, rows.neighbour_rows(compared)),
    )


def _clusters(words: Words, story: PairStory) -> Markup:
    return panel(
        words.say("explain.page.clusters"),
        words.sentences(sentences.together_or_apart(story)),
        _below(words, "chain", ("record_a", "record_b", "match_weight", "decision_id"), rows.chain_rows(story.chain))
        if story.is_one
        else None,
        _below(words, "history", _HISTORY, rows.history_rows(story.history, words.zone)),
        _below(words, "relationships", _RELATIONSHIPS, rows.relationship_rows(story.relationships)),
    )


def _people(words: Words, compared: Compared, story: PairStory) -> Markup | None:
    decided, asked = rows.decision_rows(compared.ruling), rows.question_rows(story.questions)
    if not decided and not asked:
        return None
    return panel(
        words.say("explain.page.people"),
        _below(words, "decisions", ("decision_id", "judgement", "effect", "contradicts"), decided),
        _below(words, "questions_between", ("question_id", "kind", "reason", "match_weight"), asked),
    )


def _grown(words: Words, story: ClusterStory) -> Markup | None:
    """The tree and its steps."""
    if not story.joins:
        return None
    is_drawn = len(story.records) <= _MOST_LEAVES
    columns = ("step", "record_a", "record_b", "match_weight", "by", "n_left", "n_right")
    return panel(
        words.say("cli.table.growth"),
        growth_chart(words, story.joins, story.records) if is_drawn else None,
        words.table(columns, rows.growth_rows(story)),
    )


def _refusals(words: Words, story: ClusterStory) -> Markup | None:
    if story.growth is None:
        return None
    found = rows.refused_rows(story.refused, story.growth, story.subject.members)
    return _titled(words, "refused_unions", ("record_a", "n_records", "match_weight", "sentence"), found)


def _filled(columns: Sequence[str], shown: Sequence[Mapping[str, Cell]]) -> tuple[str, ...]:
    """The columns in which at least one row says something."""
    return tuple(name for name in columns if any(row.get(name) is not None for row in shown))


def _titled(words: Words, name: str, columns: Sequence[str], shown: Sequence[Mapping[str, Cell]]) -> Markup | None:
    return panel(words.say(f"cli.table.{name}"), words.table(columns, shown)) if shown else None


def _below(words: Words, name: str, columns: Sequence[str], shown: Sequence[Mapping[str, Cell]]) -> Markup | None:
    return words.block(f"cli.table.{name}", words.table(columns, shown) if shown else None)
