"""A clerical sample: pairs for people to judge, in a file to fill in, and beside it how they were drawn.

`sample.csv` (or `.jsonl`) shows the values of both records and nothing of what the machine thinks of them; the answer
goes into the column `answer`: `same`, `different` or `unsure`. `sample.csv.design.json` says how the pairs were drawn,
so that the answers can be counted for those that were not. Pairs may be answered through the ledger instead.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from crm_pipelines.cli.page.private_file import write_private
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.matching.evaluation_strata import Stratum
from crm_pipelines.model.errors import Fault

_VALUES = (
    *("name", "name_kana", "organisation_name", "birth_date", "gender", "corporate_number"),
    *("email", "phone", "postal_code", "address"),
)
_COLUMNS = (
    "pair",
    "answer",
    *(f"{name}_{side}" for name in _VALUES for side in ("a", "b")),
    *("record_id_a", "record_id_b"),
)
_ANSWERS = {
    **dict.fromkeys(("same", "match", "同じ", "同一"), True),
    **dict.fromkeys(("different", "no_match", "別", "別人", "違う"), False),
}
_NO_ANSWER = ("", "unsure", "不明", "わからない")
# What a spreadsheet takes for a formula (OWASP, "CSV Injection"); as in the exports, one apostrophe goes in front.
_FORMULA = re.compile(r"^'*[=+\-@＝＋－＠\t\r\n]")


@dataclass(frozen=True, slots=True)
class Design:
    """How a sample was drawn.

    Attributes:
        publication: from which version.
        model_version: that scored its pairs.
        seed: of the draw.
        strata: see `evaluation_strata`.
        pairs: one row per pair drawn: `record_id_l, record_id_r, stratum, match_weight, may_merge`.
    """

    publication: str
    model_version: str
    seed: int
    strata: list[Stratum]
    pairs: pl.DataFrame


def design_path(sample: Path) -> Path:
    """Where the design of a sample lies."""
    return sample.with_name(f"{sample.name}.design.json")


def write_sample(path: Path, design: Design, values: Mapping[str, Mapping[str, str | None]]) -> None:
    """Write the file to fill in and the design, readable by their owner alone.

    Args:
        path: ends with `.jsonl` for JSON lines; CSV otherwise.
        design: how it was drawn.
        values: record id -> what a person compares.
    """
    rows = [_row(number, pair, values) for number, pair in enumerate(design.pairs.iter_rows(named=True), start=1)]
    if path.suffix == ".jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        written = io.StringIO(newline="")
        writer = csv.DictWriter(written, _COLUMNS)
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
        text = f"\ufeff{written.getvalue()}"
    plain = {
        "publication": design.publication,
        "model_version": design.model_version,
        "seed": design.seed,
        "strata": [asdict(stratum) for stratum in design.strata],
        "pairs": list(design.pairs.iter_rows(named=True)),
    }
    write_private(design_path(path), json.dumps(plain, ensure_ascii=False, indent=1) + "\n")
    write_private(path, text)


def _row(number: int, pair: Mapping[str, Any], values: Mapping[str, Mapping[str, str | None]]) -> dict[str, Any]:
    sides = {"a": pair["record_id_l"], "b": pair["record_id_r"]}
    compared = {
        f"{name}_{side}": values.get(record, {}).get(name) or None for name in _VALUES for side, record in sides.items()
    }
    return {"pair": number, "answer": None, **compared, **{f"record_id_{side}": sides[side] for side in sides}}


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def read_design(sample: Path) -> Design:
    """How a sample was drawn.

    Raises:
        RefusedInputError: the design is not beside the sample, or is not one.
    """
    path = design_path(sample)
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        strata = [Stratum(**stratum) for stratum in plain["strata"]]
        schema = {"record_id_l": pl.String, "record_id_r": pl.String, "stratum": pl.Int64, "match_weight": pl.Float64}
        pairs = pl.DataFrame(plain["pairs"], schema={**schema, "may_merge": pl.Boolean})
        return Design(plain["publication"], plain["model_version"], int(plain["seed"]), strata, pairs)
    except (OSError, ValueError, KeyError, TypeError):
        raise RefusedInputError("evaluate.no_design", file=sample.name, design=path.name) from None


def read_answers(sample: Path) -> dict[tuple[str, str], bool]:
    """The answers in a file that was filled in: pair of record ids (smaller first) -> is one customer.

    Raises:
        RefusedInputError: the file cannot be read, or an answer is none that is known, with its line.
    """
    faults: list[Fault] = []
    answers: dict[tuple[str, str], bool] = {}
    for line, row in _rows(sample):
        written = str(row.get("answer") or "").strip().lower()
        ids = str(row.get("record_id_a") or ""), str(row.get("record_id_b") or "")
        if written in _ANSWERS and all(ids):
            answers[min(ids), max(ids)] = _ANSWERS[written]
        elif written not in _NO_ANSWER:
            code = "evaluate.wrong_answer" if all(ids) else "evaluate.no_pair_ids"
            faults.append(Fault(code, {"file": sample.name, "line": line, "field": "answer"}))
    if faults:
        raise RefusedInputError("evaluate.bad_sample", faults, file=sample.name)
    return answers


def _rows(sample: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        text = sample.read_text(encoding="utf-8-sig")
        if sample.suffix == ".jsonl":
            lines: Sequence[str] = text.splitlines()
            yield from ((number, json.loads(line)) for number, line in enumerate(lines, start=1) if line.strip())
        else:
            reader = csv.DictReader(io.StringIO(text, newline=""))
            yield from ((reader.line_num, row) for row in reader)
    except (OSError, UnicodeDecodeError, ValueError, csv.Error):
        raise RefusedInputError("evaluate.unreadable_sample", file=sample.name) from None
