"""Every scalar stays text, every node knows its line, and nothing in a file can hurt."""

import pytest

from crm_pipelines.rules.yaml_text import DEEPEST_NODE, LARGEST_FILE, Document, dotted, read_yaml


def read(text: str) -> Document:
    return read_yaml(text.encode(), "x.yaml")


def codes(document: Document) -> list[tuple[str, object]]:
    return [(fault.code, fault.facts["line"]) for fault in document.faults]


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "yes",
        "on",
        "0901",
        "1e5",
        "2024-01-01",
        "null",
        "~",
        "1_000",
        "0x1F",
        "12:30:00",
        ".inf",
        "顧客番号",
        "00",
    ],
)
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_scalar_stays_the_text_that_was_written(written: str, quote: str) -> None:
    assert read(f"key: {quote}{written}{quote}\n").data == {"key": written}


def test_key_stays_text_too() -> None:
    assert read("yes: 1\n0901: 2\n").data == {"yes": "1", "0901": "2"}


def test_empty_value_is_none_and_empty_quotes_are_a_text() -> None:
    assert read('a:\nb: ""\nc: []\nd: {}\n').data == {"a": None, "b": "", "c": [], "d": {}}


def test_several_lines_are_one_text() -> None:
    assert read("a: |\n  x\n  y\nb: >-\n  p\n  q\n").data == {"a": "x\ny\n", "b": "p q"}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_empty_file_is_an_empty_mapping(text: str) -> None:
    document = read(text)
    assert (document.data, document.faults) == ({}, ())


def test_every_node_knows_its_line() -> None:
    document = read("# comment\na:\n  b: 1\n  c:\n    - x\n    - {d: 2,\n       e: 3}\n")
    lines = {(): 1, ("a",): 2, ("a", "b"): 3, ("a", "c"): 4, ("a", "c", 0): 5, ("a", "c", 1): 6}
    lines |= {("a", "c", 1, "d"): 6, ("a", "c", 1, "e"): 7}
    assert document.lines == lines


def test_unknown_path_has_the_line_of_what_is_around_it() -> None:
    assert read("a:\n  b: 1\n").line(("a", "nothing", 3)) == 1


def test_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read_yaml(b"\xef\xbb\xbfa: 1\n", "x.yaml").data == {"a": "1"}


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"a: 1\nb: [1, 2\nc: 3\n", "configuration.syntax", 3),
        (b"a: 1\n  b: 2\n", "configuration.syntax", 2),
        (b"a:\n\tb: 1\n", "configuration.tab", 2),
        (b"a: 1\n\x82\xa0: 2\n", "configuration.not_utf8", 2),
        (b"a: 1\nb: \x07\n", "configuration.control_character", 2),
        (b"a: 1\nb: &x [1]\n", "configuration.alias", 2),
        (b"a: 1\nschedule: */10 * * * *\n", "configuration.alias", 2),
        (b"a: 1\n---\nb: 2\n", "configuration.syntax", 2),
        (b"a: 1\n? [x, y]\n: 2\n", "configuration.key_not_text", 2),
        (b"a: " + b"[" * (DEEPEST_NODE + 2) + b"]" * (DEEPEST_NODE + 2), "configuration.too_deep", 1),
        (b"#" * (LARGEST_FILE + 1), "configuration.file_too_large", None),
    ],
)
def test_unreadable_file_is_a_fault_with_its_line(raw: bytes, code: str, line: int | None) -> None:
    assert codes(read_yaml(raw, "x.yaml")) == [(code, line)]


def test_alias_bomb_is_refused_before_it_unfolds() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10))
    assert [code for code, _ in codes(read(f"l0: &l0 [x]\n{levels}\n"))] == ["configuration.alias"]


def test_every_duplicate_key_is_told_and_the_first_counts() -> None:
    document = read("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert codes(document) == [("configuration.duplicate_key", 2), ("configuration.duplicate_key", 3)]
    assert document.data == {"a": "1", "b": {"c": "1"}}


def test_tags_construct_nothing() -> None:
    assert read("a: !!python/object/apply:os.system [x]\n").data == {"a": ["x"]}


def test_path_is_written_as_users_count() -> None:
    assert dotted(("interactions", 0, "channel")) == "interactions[1].channel"
