"""Read YAML so that every scalar stays the text that was written, and every node knows its line.

YAML's own typing turns `no` into false, `0901` into 577 and `2024-01-01` into a date; a customer number or a code of a
legacy system must not change because it is not quoted. So nothing is typed here: the schema that reads a field types
it. An empty value is None. Anchors and aliases are refused: an alias can blow a few bytes up into gigabytes, and a cron
pattern that starts with an unquoted `*` would be read as one.
"""

import errno
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeAlias

import yaml

from crm_pipelines.model.errors import Fault

Text: TypeAlias = "str | None | list[Text] | dict[str, Text]"
Path: TypeAlias = tuple[str | int, ...]

LARGEST_FILE = 1 << 20  # bytes; the largest project file seen is some tens of kilobytes
DEEPEST_NODE = 24


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file as text.

    Attributes:
        file: its path as a user knows it, relative to the project folder.
        data: mappings, lists, texts and None; an empty mapping when the file is empty or could not be read.
        lines: path of a node -> its line, 1-based; for a key of a mapping the line of the key.
        faults: what is wrong with the file as YAML.
    """

    file: str
    data: Text
    lines: Mapping[Path, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def line(self, path: Path) -> int | None:
        """Line of the node at `path`, or of the nearest node around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def at(self, path: Path) -> Text:
        """The node at `path`; None when there is none."""
        node: Any = self.data
        for step in path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return None
        return node  # type: ignore[no-any-return] # walks a tree of Text

    def fault(self, code: str, path: Path, found: str | None = None, expected: str | None = None) -> Fault:
        """A fault of this file at `path`, with the facts every configuration fault carries."""
        return Place(self.file, self.line(path), path).fault(code, found, expected)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands; `line` is None when the file as a whole is meant."""

    file: str
    line: int | None = None
    path: Path = ()

    def fault(self, code: str, found: str | None = None, expected: str | None = None) -> Fault:
        """A configuration fault: where it is, what stands there and what should."""
        field = dotted(self.path) or None
        facts = {"file": self.file, "line": self.line, "field": field, "found": found, "expected": expected}
        return Fault(code, facts)


def dotted(path: Path) -> str:
    """Write a path as users do: `sources.mail.host`, `interactions[1].channel`."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_yaml(raw: bytes, file: str) -> Document:
    """Read one YAML document; never raises for what stands in the file, but lists it in `faults`."""
    try:
        return _document(file, _composed(raw))
    except _UnreadableError as error:
        return Document(file, {}, {}, (Place(file, error.line).fault(error.code, error.found, error.expected),))


def read_yaml_file(path: FilePath, file: str) -> Document:
    """`read_yaml` of a file on disk; one that cannot be read is a fault like any other."""
    try:
        return read_yaml(path.read_bytes(), file)
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
        return Document(file, {}, {}, (Place(file).fault("configuration.not_readable", reason),))


class _UnreadableError(Exception):
    def __init__(self, code: str, line: int | None, found: str | None = None, expected: str | None = None) -> None:
        super().__init__(code, line)
        self.code, self.line, self.found, self.expected = code, line, found, expected


def _composed(raw: bytes) -> yaml.Node | None:
    loader = _TextLoader(_decoded(raw))
    try:
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _UnreadableError(_syntax_code(error), mark.line + 1 if mark else None, None, error.problem) from error
    finally:
        loader.dispose()


def _syntax_code(error: yaml.MarkedYAMLError) -> str:
    if "'\\t'" in (error.problem or ""):
        return "configuration.tab"
    said = error.context or ""
    return "configuration.alias" if "an alias" in said or "an anchor" in said else "configuration.syntax"


def _decoded(raw: bytes) -> str:
    if len(raw) > LARGEST_FILE:
        raise _UnreadableError("configuration.file_too_large", None, f"{len(raw)}", f"{LARGEST_FILE}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _UnreadableError("configuration.not_utf8", raw[: error.start].count(b"\n") + 1) from error
    if (strange := yaml.reader.Reader.NON_PRINTABLE.search(text)) is not None:
        raise _UnreadableError("configuration.control_character", text.count("\n", 0, strange.start()) + 1)
    return text


class _TextLoader(yaml.SafeLoader):
    """Composes the node graph; constructs nothing."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call] # of the library
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _UnreadableError("configuration.alias", line)
        if self.depth > DEEPEST_NODE:
            raise _UnreadableError("configuration.too_deep", line, None, f"{DEEPEST_NODE}")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _document(file: str, node: yaml.Node | None) -> Document:
    lines: dict[Path, int] = {(): 1}
    faults: list[Fault] = []

    def convert(node: yaml.Node, path: Path) -> Text:
        if isinstance(node, yaml.ScalarNode):
            return None if node.value == "" and node.style is None else str(node.value)
        if isinstance(node, yaml.SequenceNode):
            items: list[Text] = []
            for index, item in enumerate(node.value):
                lines[*path, index] = item.start_mark.line + 1
                items.append(convert(item, (*path, index)))
            return items
        return dict(entries(node, path))

    def entries(node: yaml.Node, path: Path) -> Iterator[tuple[str, Text]]:
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                faults.append(Place(file, line, path).fault("configuration.key_not_text"))
                continue
            here = (*path, str(key.value))
            if here in lines:
                first = str(lines[here])
                faults.append(Place(file, line, here).fault("configuration.duplicate_key", None, first))
                continue
            lines[here] = line
            yield str(key.value), convert(value, here)

    data = {} if node is None else convert(node, ())
    return Document(file, {} if data is None else data, lines, tuple(faults))
