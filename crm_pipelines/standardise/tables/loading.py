"""Read the packaged tables, each once per process; they count as constants."""

import gzip
import json
from functools import cache
from importlib.resources import files


@cache
def kanji_folds() -> dict[str, dict[str, str]]:
    """Return `strict` and `loose`: variant character -> base character."""
    folds: dict[str, dict[str, str]] = json.loads(_text("kanji_folds.json.gz"))
    return folds


@cache
def surname_rows() -> dict[str, tuple[int, str]]:
    """Return folded surname -> (persons bearing it, 0 when unknown; katakana readings, best first, one string)."""
    rows = (line.split("\t") for line in _text("surnames.tsv.gz").split("\n"))
    return {name: (int(count), readings) for name, count, readings in rows}


@cache
def given_name_rows() -> dict[str, str]:
    """Return folded given name -> katakana readings, best first, separated by a space."""
    rows = (line.partition("\t") for line in _text("given_names.tsv.gz").split("\n"))
    return {name: readings for name, _, readings in rows}


@cache
def name_kanji_rows() -> dict[str, str]:
    """Return folded kanji -> how given names read it, most usual first, separated by a space."""
    rows = (line.partition("\t") for line in _text("name_kanji.tsv.gz").split("\n"))
    return {char: readings for char, _, readings in rows}


def _text(name: str) -> str:
    packed = files("crm_pipelines.standardise.tables").joinpath(name).read_bytes()
    return gzip.decompress(packed).decode("utf-8")
