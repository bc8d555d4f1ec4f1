"""Conditions over the columns of one row, as people write them in `rules/quality.yaml`, and as SQL.

    customer_type = 'organisation' and corporate_number is present
    not (email is empty and phone is empty)
    length(name) <= 200
    channel in ('email', 'phone')
    postal_code matches '[0-9]{7}'

A condition names columns, texts in quotes, numbers and the words below, and nothing else: it is read word by word and
written anew as SQL, so nothing of what somebody wrote is run as it stands. As in SQL, what is said of an empty value is
neither true nor false, unless it asks whether the value is there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|!=|=|<|>|\(|\)|,))"
)
_SIGNS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_WORDS = frozenset({"and", "or", "not", "is", "empty", "present", "in", "matches", "length", "true", "false"})
_DEEPEST = 20
NUMBER, TEXT, FLAG = "number", "text", "flag"


class ConditionError(ValueError):
    """A condition that cannot be read; `found` is the word where that shows, empty at the end."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was read.

    Attributes:
        sql: the same as SQL over the columns.
        columns: it names, each once, in order.
        compared: (column, kind of what it is compared with): number, text or flag; for the types to be looked after.
    """

    sql: str
    columns: tuple[str, ...]
    compared: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison; `column` is None for what is written out, `kind` None for a column as it stands."""

    sql: str
    column: str | None
    kind: str | None


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def read_condition(written: str) -> Condition:
    """Read a condition.

    Raises:
        ConditionError: it is none.
    """
    reader = _Reader(_tokens(written))
    sql = reader.any_of(0)
    if reader.next is not None:
        raise ConditionError(reader.next)
    return Condition(sql, tuple(dict.fromkeys(reader.columns)), tuple(dict.fromkeys(reader.compared)))


def _tokens(written: str) -> list[str]:
    found, at = list[str](), 0
    text = written.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(text[at:].strip()[:20])
        found.append(match[0].strip())
        at = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    """Reads tokens from the left; every method takes what is its own and gives it back as SQL."""

    tokens: Sequence[str]
    at: int = 0
    columns: list[str] = field(default_factory=list)
    compared: list[tuple[str, str]] = field(default_factory=list)

    @property
    def next(self) -> str | None:
        """The token that comes, or None at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def any_of(self, depth: int) -> str:
        """Conditions joined by `or`."""
        parts = [self._all_of(depth)]
        while self._takes("or"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"

    def _all_of(self, depth: int) -> str:
        parts = [self._one(depth)]
        while self._takes("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else f"({' and '.join(parts)})"

    def _one(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise ConditionError(self.next or "")
        if self._takes("not"):
            return f"(not {self._one(depth + 1)})"
        if self._takes("("):
            inner = self.any_of(depth + 1)
            self._needs(")")
            return inner
        return self._comparison()

    def _comparison(self) -> str:
        left = self._operand()
        if self._takes("is"):
            return self._presence(left)
        is_denied = self._takes("not")
        if self._takes("in"):
            found = self._list(left)
        elif self._takes("matches"):
            found = f"regexp_full_match({left.sql}, {self._pattern(left)})"
        elif not is_denied and self.next in _SIGNS:
            sign = _SIGNS[self._taken()]
            right = self._operand()
            self._compare(left, right)
            return f"({left.sql} {sign} {right.sql})"
        elif not is_denied and left.column is not None and left.kind is None:
            self.compared.append((left.column, FLAG))  # a column of its own: `survives`
            return left.sql
        else:
            raise ConditionError(self.next or "")
        return f"(not {found})" if is_denied else found

    def _presence(self, left: _Operand) -> str:
        is_denied = self._takes("not")
        word = self._taken().lower()
        if left.column is None or word not in {"empty", "present"}:
            raise ConditionError(word)
        return f"({left.sql} is {'' if (word == 'empty') != is_denied else 'not '}null)"

    def _list(self, left: _Operand) -> str:
        self._needs("(")
        values = [self._operand()]
        while self._takes(","):
            values.append(self._operand())
        self._needs(")")
        for value in values:
            if value.column is not None:
                raise ConditionError(value.column)
            self._compare(left, value)
        return f"({left.sql} in ({', '.join(value.sql for value in values)}))"

    def _pattern(self, left: _Operand) -> str:
        pattern = self._operand()
        if pattern.kind != TEXT or pattern.column is not None:
            raise ConditionError(pattern.column or pattern.sql)
        self._compare(left, pattern)
        return pattern.sql

    def _operand(self) -> _Operand:
        word = self._taken()
        plain = word.lower()
        if word.startswith("'"):
            return _Operand(literal(word[1:-1].replace("''", "'")), None, TEXT)
        if word[0] in "-0123456789":
            return _Operand(word, None, NUMBER)
        if plain in {"true", "false"}:
            return _Operand(plain, None, FLAG)
        if plain == "length" and self._takes("("):
            column = self._column(self._taken())
            self._needs(")")
            self.compared.append((column, TEXT))
            return _Operand(f"length({quoted(column)})", column, NUMBER)
        column = self._column(word)
        return _Operand(quoted(column), column, None)

    def _column(self, word: str) -> str:
        if not (word[0].isalpha() or word[0] == "_") or word.lower() in _WORDS:
            raise ConditionError(word)
        self.columns.append(word)
        return word

    def _compare(self, left: _Operand, right: _Operand) -> None:
        """Remember what a column is compared with; two things written out, or of two kinds, compare nothing."""
        if left.column is None and right.column is None:
            raise ConditionError(right.sql)
        if left.kind is not None and right.kind is not None and left.kind != right.kind:
            raise ConditionError(right.sql)
        for one, other in ((left, right), (right, left)):
            if one.column is not None and one.kind is None and other.kind is not None:
                self.compared.append((one.column, other.kind))

    def _takes(self, word: str) -> bool:
        if self.next is None or self.next.lower() != word:
            return False
        self.at += 1
        return True

    def _needs(self, word: str) -> None:
        if not self._takes(word):
            raise ConditionError(self.next or "")

    def _taken(self) -> str:
        if self.next is None:
            raise ConditionError("")
        self.at += 1
        return self.tokens[self.at - 1]
