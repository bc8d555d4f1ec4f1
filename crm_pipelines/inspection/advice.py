"""What a person should do before the file is taken in, and what is worth a look; the first first."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from crm_pipelines.inspection.batches import MOST_COLUMNS, Misfits
from crm_pipelines.inspection.header_words import INDIVIDUAL_NUMBER, KEY
from crm_pipelines.inspection.report import Advice, Column, FileReport
from crm_pipelines.messages.catalogue import has_message
from crm_pipelines.model.errors import Fact, Fault

_ODD_SHARE = 0.05
_MANY_JUNK = 0.02
_PHONE_LIKE = re.compile(r"[0-9+(][0-9 ()+-]{8,}")
_OWN_FORM = frozenset({"email", "phone", "fax", "postal_code", "birth_date"})
_NUMBERS = frozenset({"phone", "fax", "postal_code", "corporate_number", KEY})
_ANYTHING = frozenset({"website", "free_text", "external_ids", "tags"})
_EMAIL_LIKE = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DATES = frozenset({"birth_date", "updated_at", "created_at"})
_NAMED_LATER = 5


def advice_of(
    report: FileReport, headings: Sequence[str], misfits: Misfits, shifted: Sequence[int], n_nul: int
) -> FileReport:
    """The report with its advice.

    Args:
        report: everything else.
        headings: as they stand in the header, before blank and repeated ones got names.
        misfits: with lines.
        shifted: lines of sampled rows whose values stand in columns of others.
        n_nul: rows with NUL characters.
    """
    found = [*_of_rows(report, misfits, n_nul), *_of_header(report, headings), *_of_shape(report)]
    if shifted:
        facts: dict[str, Fact] = {"n_rows": len(shifted), "lines": _lines(shifted), "n_sampled": report.n_sampled}
        found.append(Advice("act", Fault("inspect.advice.shifted", facts)))
    for column in report.columns:
        found += _of_column(column, report.region)
    found += _of_duplicates(report)
    return replace(report, advice=tuple(sorted(found, key=lambda one: one.level != "act")))


def shifted_rows(sample: pl.DataFrame, lines: Sequence[int], columns: Sequence[Column]) -> list[int]:
    """Lines of sampled rows where two values and more stand in columns of another kind.

    An e-mail address in a column of anything else is a stranger, a phone in that of the e-mail addresses, and a value
    without any digit in one of phones, postal codes or dates.
    """
    kinds = {column.name: str(column.meaning.name) for column in columns if column.meaning.is_field}
    kinds = {name: kind for name, kind in kinds.items() if kind not in _ANYTHING}
    strangers: Counter[int] = Counter()
    for name, kind in kinds.items():
        for line, value in zip(lines, sample[name].to_list() if name in sample.columns else (), strict=False):
            if value and value.strip() and _is_stranger(value.strip(), kind):
                strangers[line] += 1
    return sorted(line for line, count in strangers.items() if count >= 2)


def _is_stranger(value: str, kind: str) -> bool:
    if kind == "email":
        return "@" not in value and "＠" not in value and bool(_PHONE_LIKE.fullmatch(value))
    if kind not in _OWN_FORM:
        return bool(_EMAIL_LIKE.fullmatch(value))
    return "@" in value or not re.search("[0-9０-９]", value)


def _of_rows(report: FileReport, misfits: Misfits, n_nul: int) -> Iterator[Advice]:
    shape = report.shape
    for lines in report.foreign:
        code = "inspect.advice.foreign_lines"
        facts: dict[str, Fact] = {"encoding": _encoding(shape.encoding), "other": _encoding(lines.encoding)}
        yield Advice("act", Fault(code, {**facts, "n_rows": lines.n_lines, "lines": str(lines.first_line)}))
    n_foreign = sum(lines.n_lines for lines in report.foreign)
    for code, count in misfits.counts.items():
        if code == "row.undecodable" and count <= n_foreign:
            continue  # told already
        shown: dict[str, Fact] = {"n_rows": count, "lines": _lines(misfits.lines[code])}
        if code == "row.column_count":
            widths = ", ".join(str(width) for width, _ in misfits.widths.most_common(3))
            shown |= {"n_columns": len(report.columns), "found": widths}
        yield Advice("act", Fault(f"inspect.advice.{code.removeprefix('row.')}", shown))
    if n_nul:
        yield Advice("act", Fault("inspect.advice.nul", {"n_rows": n_nul}))
    if not report.n_rows:
        yield Advice("act", Fault("inspect.advice.no_rows"))


def _of_header(report: FileReport, headings: Sequence[str]) -> Iterator[Advice]:
    if report.shape.has_header_line and report.header_line is None:
        yield Advice("act", Fault("inspect.advice.no_header"))
        return
    if report.header_line is not None and report.header_line > 1:
        yield Advice("look", Fault("inspect.advice.header_below", {"header_row": report.header_line}))
    twice = [name for name, count in Counter(name.strip() for name in headings if name.strip()).items() if count > 1]
    if twice:
        yield Advice("act", Fault("inspect.advice.heading_twice", {"names": _names(twice)}))
    filled = {column.name for column in report.columns if column.n_filled}
    blank = [name for name, heading in zip(_column_names(report), headings, strict=False) if not heading.strip()]
    if unnamed := [name for name in blank if name in filled]:
        yield Advice("look", Fault("inspect.advice.no_heading", {"n_columns": len(unnamed), "names": _names(unnamed)}))
    empty = [name for name in blank if name not in filled]
    if report.n_rows and empty and empty == _column_names(report)[-len(empty) :]:
        yield Advice("look", Fault("inspect.advice.trailing_columns", {"n_columns": len(empty)}))
    others = [column.name for column in report.columns if not column.n_filled and column.name not in empty]
    if report.n_rows and others:
        facts: dict[str, Fact] = {"n_columns": len(others), "names": _names(others)}
        yield Advice("look", Fault("inspect.advice.empty_columns", facts))


def _column_names(report: FileReport) -> list[str]:
    return [column.name for column in report.columns]


def _of_shape(report: FileReport) -> Iterator[Advice]:
    shape = report.shape
    ends = [end for end, count in report.line_ends.items() if end and count > (1 if report.n_rows > 20 else 0)]
    if len(ends) > 1:
        yield Advice("look", Fault("inspect.advice.mixed_line_ends", {"found": ", ".join(sorted(ends)).upper()}))
    if shape.is_misnamed:
        facts: dict[str, Fact] = {"found": shape.format, "expected": shape.suffix_format}
        yield Advice("look", Fault("inspect.advice.wrong_suffix", facts))
    if shape.format == "json":
        yield Advice("act", Fault("inspect.advice.json_document"))
    if len(report.columns) >= MOST_COLUMNS:
        yield Advice("act", Fault("inspect.advice.many_columns", {"n_columns": len(report.columns)}))
    if shape.n_sheets > 1:
        yield Advice("look", Fault("inspect.advice.more_sheets", {"sheet": shape.sheet, "n_sheets": shape.n_sheets}))
    if report.region != "JP" and not any(column.meaning.name == "country" for column in report.columns):
        yield Advice("look", Fault("inspect.advice.region", {"country": report.region}))


def _of_column(column: Column, region: str) -> Iterator[Advice]:
    meaning, signs, votes = column.meaning.name, column.signs, column.votes.signs
    facts: dict[str, Fact] = {"column": column.name}
    if meaning == INDIVIDUAL_NUMBER:
        yield Advice("act", Fault("inspect.advice.individual_number", facts), column.name)
    if signs["scientific"] and (meaning in _NUMBERS or signs["scientific"] > 0.5 * column.n_filled):
        yield Advice("act", Fault("inspect.advice.scientific", {**facts, "n_values": signs["scientific"]}), column.name)
    for field, kinds in (("phone", ("phone", "fax")), ("postal", ("postal_code",))):
        if meaning in kinds and (share := votes.get(f"lost_zero_{field}", 0.0)):
            told = {**facts, "value_share": round(share, 3), "n_values": column.votes.n_values}
            yield Advice("act", Fault(f"inspect.advice.lost_zero_{field}", told), column.name)
    if signs["lost_characters"]:
        told = {**facts, "n_values": signs["lost_characters"]}
        yield Advice("act", Fault("inspect.advice.lost_characters", told), column.name)
    elif column.n_mojibake:
        told = {**facts, "n_values": column.n_mojibake, "n_sampled": column.n_sampled}
        yield Advice("act", Fault("inspect.advice.mojibake", told), column.name)
    yield from _of_dates(column, facts)
    yield from _of_values(column, facts)


def _of_dates(column: Column, facts: dict[str, Fact]) -> Iterator[Advice]:
    votes = column.votes
    if column.meaning.name not in _DATES and votes.shares.get("date", 0.0) < 0.5:
        return
    day, month, either = (votes.signs.get(name, 0.0) for name in ("day_first", "month_first", "either_order"))
    if day + month + either > 0.1:
        order = "mixed" if day and month else "day_first" if day else "month_first" if month else "either"
        yield Advice("act", Fault(f"inspect.advice.date_order_{order}", facts), column.name)
    if votes.signs.get("excel_serial", 0.0) > _ODD_SHARE:
        share = round(votes.signs["excel_serial"], 3)
        yield Advice("act", Fault("inspect.advice.excel_serial", {**facts, "value_share": share}), column.name)


def _has_open_order(column: Column) -> bool:
    return column.votes.signs.get("month_first", 0.0) + column.votes.signs.get("either_order", 0.0) > 0


def _of_values(column: Column, facts: dict[str, Fact]) -> Iterator[Advice]:
    meaning = column.meaning
    if meaning.reason.code == "inspect.reason.contradicted":
        yield Advice("act", Fault("inspect.advice.contradicted", {**facts, **meaning.reason.facts}), column.name)
    odd = 1 - (meaning.share if meaning.share is not None else 1.0) - column.n_junk / max(1, column.n_sampled)
    if meaning.name in _OWN_FORM and not _has_open_order(column) and odd > _ODD_SHARE and column.votes.n_values > 10:
        told = {**facts, "meaning": f"inspect.meaning.{meaning.name}", "value_share": round(odd, 3)}
        yield Advice("look", Fault("inspect.advice.odd_values", told), column.name)
    if column.n_sampled and column.n_junk >= _MANY_JUNK * column.n_sampled and meaning.name is not None:
        share = round(column.n_junk / column.n_sampled, 3)
        yield Advice("look", Fault("inspect.advice.junk", {**facts, "value_share": share}), column.name)
    if column.n_distinct == 1 and column.n_filled == column.n_rows > _NAMED_LATER:
        yield Advice("look", Fault("inspect.advice.constant", facts), column.name)
    if column.signs["controls"]:
        told = {**facts, "n_values": column.signs["controls"]}
        yield Advice("look", Fault("inspect.advice.controls", told), column.name)


def _of_duplicates(report: FileReport) -> Iterator[Advice]:
    for one in report.duplicates:
        if one.kind == "rows" and one.n_rows:
            yield Advice("look", Fault("inspect.advice.equal_rows", {"n_rows": one.n_rows}))
        if one.kind == "key" and one.n_rows:
            facts: dict[str, Fact] = {"column": one.columns[0], "n_rows": one.n_rows, "n_values": one.n_values}
            yield Advice("act", Fault("inspect.advice.key_repeats", facts), one.columns[0])
    if not report.keys and not report.proposal.key and report.n_rows > 1:
        yield Advice("act", Fault("inspect.advice.no_key"))
    if report.proposal.mapping is None:
        yield Advice("act", Fault("inspect.advice.no_meaning"))


def _encoding(codec: str | None) -> str:
    """As the code of its name where it has one."""
    code = f"inspect.encoding.{(codec or '').replace('-', '_')}"
    return code if has_message(code) else (codec or "").upper()


def _lines(lines: Sequence[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:_NAMED_LATER])
    return f"{shown}, …" if len(lines) > _NAMED_LATER else shown


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED_LATER])
    return f"{shown}, …" if len(names) > _NAMED_LATER else shown
