"""The records of a question, or of a customer, as a picture: who hangs together by what, drawn the same way every time.

Records stand on a ring inside the box of their customer, in the order of their ids; the customers of one side of the
question stand below each other. Nothing is arranged by weight, so the picture of a question never moves.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crm_pipelines.clustering.union_find import UnionFind
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look

MOST_DRAWN = 24
"""Above so many records each customer is drawn as one."""
N_BRIDGES = 5
_MOST_BETWEEN = 6
_MOST_ROWS = 40
_ROOM = 46.0  # px of the ring for each record
_EDGE = 40.0
_GAP = 130.0
_LABEL = 106.0  # px of the id above a box
_SHAPES: Mapping[str, str] = {
    "sql": "square",
    "odoo": "square",
    "sap_business_partner": "square",
    "web_form": "circle",
    "zendesk": "diamond",
    "zendesk_export": "diamond",
    "freshdesk": "diamond",
    "intercom": "diamond",
    "imap": "triangle",
    "mail_files": "triangle",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A record, or a whole customer with `n_records` of them; the place is in px."""

    name: str
    label: str
    shape: str
    x: float
    y: float
    n_records: int = 1


@dataclass(frozen=True, slots=True)
class Box:
    """The customer around its records."""

    golden_id: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A scored pair: `merged` inside a customer, `asked` between two, `against` where it speaks or was decided so."""

    left: str
    right: str
    kind: str
    weight: float
    x1: float = 0.0
    y1: float = 0.0
    x2: float = 0.0
    y2: float = 0.0
    has_pill: bool = False

    @property
    def width(self) -> float:
        """Of the stroke, in px."""
        return round(min(max(abs(self.weight) / 3, 1.2), 5.0), 1)

    @property
    def middle(self) -> tuple[float, float]:
        """Where its weight is written."""
        return round((self.x1 + self.x2) / 2, 1), round((self.y1 + self.y2) / 2, 1)


@dataclass(frozen=True, slots=True)
class Graph:
    """All of the picture.

    Attributes:
        lines: those that are drawn.
        rows: what its table says, the weakest first.
        n_records: of all customers.
        is_collapsed: whether customers are drawn as one each.
    """

    boxes: tuple[Box, ...]
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    rows: tuple[Line, ...]
    width: float
    height: float
    n_records: int
    is_collapsed: bool


def graph_of(look: Look, sides: Sequence[Sequence[str]], sight: Sight) -> Graph:
    """Draw records with all that belongs to their customers.

    Args:
        look: at the publication.
        sides: of a question both; of a customer its records alone. Each is a column.
        sight: what the reader sees of the names of records.
    """
    columns = [look.customers_with(side) for side in sides]
    n_records = sum(len(members) for column in columns for members in column.values())
    is_collapsed = n_records > MOST_DRAWN
    boxes, nodes, width, height = _laid_out(look.loaded, columns, is_collapsed=is_collapsed)
    home = {record: name for column in columns for name, members in column.items() for record in members}
    pairs = sorted(_pairs(look, home), key=lambda one: (one.weight, one.left, one.right))
    rows = [one for one in pairs if one.kind != "merged"][:N_BRIDGES] if is_collapsed else pairs[:_MOST_ROWS]
    places = {node.name: (node.x, node.y) for node in nodes}
    lines = _between_customers(pairs, home) if is_collapsed else _telling(pairs)
    drawn = _drawn(lines, places)
    shown = tuple(replace(node, name=sight.record(node.name)) for node in nodes)
    told = tuple(replace(one, left=sight.record(one.left), right=sight.record(one.right)) for one in rows)
    return Graph(boxes, shown, drawn, told, width, height, n_records, is_collapsed)


def _pairs(look: Look, home: Mapping[str, str]) -> Iterable[Line]:
    """The stored pairs among all the records, and those that people parted."""
    rows = look.con.execute(
        """select record_id_l, record_id_r, match_weight, is_contradiction from scored_pairs
           where record_id_l in (select unnest(cast($records as varchar[])))
               and record_id_r in (select unnest(cast($records as varchar[])))
           order by record_id_l, record_id_r""",
        {"records": sorted(home)},
    ).fetchall()
    for left, right, weight, contradicts in rows:
        is_apart = (left, right) in look.desk.demanded.apart
        against = is_apart or contradicts or weight < 0
        kind = "merged" if home[left] == home[right] else "against" if against else "asked"
        yield Line(left, right, kind, float(weight))


def _between_customers(pairs: Sequence[Line], home: Mapping[str, str]) -> list[Line]:
    """The strongest pair between each two customers, as a line between the two."""
    found: dict[tuple[str, str], Line] = {}
    for one in pairs:
        if one.kind != "merged":
            ends = sorted((home[one.left], home[one.right]))
            found[ends[0], ends[1]] = Line(ends[0], ends[1], one.kind, one.weight)
    return list(found.values())


def _telling(pairs: Sequence[Line]) -> list[Line]:
    """What a picture can hold: inside a customer the pairs that hold it together, between two the strongest."""
    strongest_first = sorted(pairs, key=lambda one: (-one.weight, one.left, one.right))
    groups, holding = UnionFind(), []
    for one in strongest_first:
        if one.kind == "merged" and groups.find(one.left) != groups.find(one.right):
            groups.join((one.left, one.right))
            holding.append(one)
    return [*holding, *[one for one in strongest_first if one.kind != "merged"][:_MOST_BETWEEN]]


def _drawn(lines: Sequence[Line], places: Mapping[str, tuple[float, float]]) -> tuple[Line, ...]:
    """Lines with their ends; the strongest between customers has its weight written on it."""
    strongest = max((one for one in lines if one.kind != "merged"), key=lambda one: one.weight, default=None)
    return tuple(
        Line(one.left, one.right, one.kind, one.weight, *places[one.left], *places[one.right],
             has_pill=one is strongest)
        for one in lines
    )  # fmt: skip


def _laid_out(
    loaded: LoadedProject, columns: Sequence[Mapping[str, Sequence[str]]], *, is_collapsed: bool
) -> tuple[tuple[Box, ...], tuple[Node, ...], float, float]:
    """Boxes column by column, the nodes in them, and how large it all is."""
    boxes: list[Box] = []
    nodes: list[Node] = []
    x, height = 0.0, 0.0
    for column in columns:
        y, widest = 0.0, _LABEL
        for golden_id, members in column.items():
            ring = 0.0 if is_collapsed or len(members) == 1 else max(34.0, len(members) * _ROOM / math.tau)
            size = 2 * (ring + _EDGE)
            boxes.append(Box(golden_id, x, round(y, 1), round(size, 1), round(size + 22, 1)))
            centre = x + size / 2, y + 22 + size / 2
            if is_collapsed:
                nodes.append(Node(golden_id, golden_id, "customer", *_rounded(*centre), len(members)))
            else:
                nodes += _ring(loaded, members, centre, ring)
            y, widest = y + size + 34, max(widest, size)
        x, height = round(x + widest + _GAP, 1), max(height, y - 12)
    return tuple(boxes), tuple(nodes), round(x - _GAP, 1), round(height, 1)


def _ring(loaded: LoadedProject, members: Sequence[str], centre: tuple[float, float], ring: float) -> Iterable[Node]:
    for place, record in enumerate(members):
        angle = math.tau * place / len(members) - math.pi / 2
        at = _rounded(centre[0] + ring * math.cos(angle), centre[1] + ring * math.sin(angle))
        source = record.partition(":")[0]
        yield Node(record, source, shape_of(loaded, source), *at)


def shape_of(loaded: LoadedProject, source: str) -> str:
    """The sign of a source, by how it is read."""
    found = loaded.sources.get(source)
    return "wedge" if found is None else _SHAPES.get(found.entry.connector, "wedge")


def _rounded(x: float, y: float) -> tuple[float, float]:
    return round(x, 1), round(y, 1)
