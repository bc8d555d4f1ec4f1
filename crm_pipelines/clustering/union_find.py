"""Disjoint sets of record ids whose representative is always the smallest member: no order of joining shows."""

from collections.abc import Iterable


class UnionFind:
    """Grows with use: an id never seen before is a set of its own."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}

    def find(self, record: str) -> str:
        """The smallest id of the record's set."""
        parent = self._parent
        root = record
        while parent.get(root, root) != root:
            root = parent[root]
        while parent.get(record, record) != root:
            parent[record], record = root, parent[record]
        return root

    def union(self, left: str, right: str) -> str:
        """Join two sets; return the smallest id of the result."""
        low, high = sorted((self.find(left), self.find(right)))
        if low != high:
            self._parent[high] = low
            self._parent.setdefault(low, low)
            self._members.setdefault(low, [low]).extend(self._members.pop(high, [high]))
        return low

    def join(self, records: Iterable[str]) -> None:
        """Join all records into one set."""
        listed = list(records)
        for record in listed:
            self._parent.setdefault(record, record)
            self._members.setdefault(self.find(record), [self.find(record)])
            self.union(listed[0], record)

    def group(self, record: str) -> list[str]:
        """All ids of the record's set, unsorted."""
        return self._members.get(self.find(record), [record])

    def groups(self) -> list[tuple[str, ...]]:
        """All sets seen, each sorted, in the order of their smallest ids."""
        return sorted(tuple(sorted(members)) for members in self._members.values())
