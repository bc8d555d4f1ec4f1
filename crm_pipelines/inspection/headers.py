"""Which of the first lines is the header, if any: words that are no values, above values."""

import re
from collections import Counter
from collections.abc import Sequence

from crm_pipelines.inspection.header_words import header_vote
from crm_pipelines.inspection.patterns import pattern_of
from crm_pipelines.model.file_shape import FileRow

SEARCHED_ROWS = 100
_VALUE = re.compile(
    r"@|^[+(]?[0-9０-９][0-9０-９ ./:()_-]*$|^〒?[0-9]{3}-?[0-9]{4}|^https?://|^(?:true|false|null|nan)$",
    re.IGNORECASE,
)
_LONGEST_HEADING = 60


def header_at(rows: Sequence[FileRow]) -> int | None:
    """Index of the header among the first rows; None when there is none.

    The header is the first line with the usual number of cells (title lines above it have fewer) whose cells are
    nearly all filled, different, and no values. Known words decide for it; without any it must also differ from the
    lines below.
    """
    filled = [(at, [cell or "" for cell in row.cells]) for at, row in enumerate(rows) if row.cells and not row.fault]
    if not filled:
        return None
    widths = Counter(len(cells) for _, cells in filled)
    width = max(widths, key=lambda one: (widths[one], one))
    wide = [(at, cells) for at, cells in filled if _is_wide(cells, width)]
    for number, (at, cells) in enumerate(wide[:10]):
        below = [cells for _, cells in wide[number + 1 :]]
        if _is_header(cells, below, is_alone=len(wide) == 1):
            return at
    return None


def _is_wide(cells: Sequence[str], width: int) -> bool:
    n_filled = sum(bool(cell.strip()) for cell in cells)
    return len(cells) >= width and n_filled >= min(width, max(2, 0.5 * width))


def _is_header(cells: Sequence[str], below: Sequence[Sequence[str]], *, is_alone: bool) -> bool:
    words = [cell.strip() for cell in cells if cell.strip()]
    n_values = sum(map(_is_value, words))
    if any(len(word) > _LONGEST_HEADING for word in words) or n_values > 0.5 * len(words):
        return False
    votes = [vote.strength for word in words if (vote := header_vote(word)) is not None and not _is_value(word)]
    if sum(strength >= 0.9 for strength in votes) >= max(1, 0.25 * len(words)):
        return True
    if len(words) < 0.8 * len(cells) or len(set(words)) < len(words) or n_values > 0.2 * len(words):
        return False
    return is_alone or _differs(cells, below)


def _differs(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether most cells have another shape than the values below, where those have one, and none is such a value."""
    n_shaped = n_different = 0
    for place, cell in enumerate(cells):
        values = [row[place].strip() for row in below if place < len(row) and row[place].strip()]
        if cell.strip() in values:
            return False
        shapes = Counter(pattern_of(value) for value in values)
        if shapes and shapes.most_common(1)[0][1] >= 0.8 * len(values):
            n_shaped += 1
            n_different += pattern_of(cell) not in shapes
    return n_different > 0 and n_different >= 0.5 * n_shaped


def _is_value(text: str) -> bool:
    return bool(_VALUE.search(text))
