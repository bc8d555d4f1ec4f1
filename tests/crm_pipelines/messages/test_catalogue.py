"""The catalogue: complete in both languages, and rendering that never fails a reader."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from crm_pipelines.messages.catalogue import catalogue, has_message, render, render_fault
from crm_pipelines.messages.language import LANGUAGES
from crm_pipelines.rules.rule_set import shipped_rules
from crm_pipelines.rules.yaml_text import Place

ROOT = Path(__file__).parents[3]
PACKAGES = ("crm_pipelines", "connectors", "assets", "quality")
CODE = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")


def test_both_languages_know_the_same_codes() -> None:
    assert catalogue("en").keys() == catalogue("ja").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    empty = [code for code, message in catalogue(language).items() if not all(form.strip() for form in message.forms)]
    assert empty == []


def test_both_languages_use_the_same_facts() -> None:
    english, japanese = catalogue("en"), catalogue("ja")
    differing = [code for code in english if english[code].placeholders != japanese[code].placeholders]
    assert differing == []


def test_every_plural_has_a_count() -> None:
    without = [code for code, message in catalogue("en").items() if len(message.forms) > 1 and not message.count_fact]
    assert without == []


def test_every_code_in_the_source_has_words() -> None:
    missing = sorted({f"{code} ({file})" for file, code in _codes_in_source() if not has_message(code)})
    assert missing == []


def test_every_shipped_check_and_mapping_has_words() -> None:
    codes = {check.message for check in shipped_rules().quality.checks.values()}
    for path in (ROOT / "crm_pipelines" / "rules" / "mappings").glob("*.yaml"):
        codes |= set(re.findall(r"reason: ([a-z_.]+)", path.read_text(encoding="utf-8")))
    assert [code for code in sorted(codes) if not has_message(code)] == []


def test_the_scan_finds_codes_however_they_are_passed() -> None:
    source = (
        'raise ConfigurationError([place.fault("a.b", x)])\nFault(code="c.d")\nPlace("x").fault("e.f")\nprint("g.h")'
    )
    assert sorted(_codes_in(ast.parse(source))) == ["a.b", "c.d", "e.f"]


def test_facts_stand_in_the_sentence() -> None:
    text = render("configuration.duplicate_key", {"field": "sources.mail", "expected": "3"}, "en")
    assert "“sources.mail”" in text
    assert "line 3" in text


def test_japanese_reader_gets_japanese() -> None:
    assert "プロジェクト" in render("configuration.invalid", {"n_faults": 2}, "ja")


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 fault."), (2, "2 faults."), (0, "0 faults."), (1234, "1,234 faults.")]
)
def test_count_chooses_the_form(count: int, words: str) -> None:
    assert render("configuration.invalid", {"n_faults": count}, "en").endswith(words)


def test_a_fact_that_is_a_code_is_rendered_first() -> None:
    facts = {"field": "complete", "found": "maybe", "expected": "configuration.expected.boolean"}
    assert render("configuration.wrong_value", facts, "ja").endswith("true または false")


def test_unknown_code_still_says_what_there_is() -> None:
    assert render("no.such_code", {"row": 3, "file": None}, "ja") == "no.such_code (row=3)"


def test_missing_fact_does_not_fail_the_reader() -> None:
    assert render("configuration.missing_field", {}, "en") == "“…” is missing."


def test_unknown_language_is_english() -> None:
    assert render("cli.word.yes", {}, "fr") == "yes"


def test_fault_of_a_file_begins_with_its_place() -> None:
    fault = Place("rules/quality.yaml", 7, ("checks",)).fault("configuration.missing_field")
    assert render_fault(fault, "en").startswith("rules/quality.yaml:7: ")


@pytest.mark.parametrize(
    ("facts", "code", "expected"),
    [
        ({"n_failed": 1, "n_checked": 12345}, "quality.not_null", "12,345"),
        ({"quarantined_share": 0.2, "budget_share": 0.05}, "quality.quarantine_share", "20%"),
        ({"field": "x", "expected": 12345}, "configuration.duplicate_key", "12345"),
    ],
)
def test_name_of_a_fact_says_how_it_is_written(facts: dict[str, object], code: str, expected: str) -> None:
    assert expected in render(code, facts, "en")


def test_control_characters_of_a_fact_do_not_reach_a_terminal() -> None:
    assert "\x1b" not in render("configuration.missing_field", {"field": "a\x1b[2J"}, "en")


def _codes_in_source() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            for code in _codes_in(ast.parse(path.read_text(encoding="utf-8"))):
                yield file, code


def _codes_in(tree: ast.AST) -> Iterator[str]:
    """Codes handed to an error, a fault, a refusal or to rendering, as the first argument or as `code`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if not re.search(r"Error$|^_?[Ff]ault$|^refusal$|^render$|^line$|_fault$", name):
            continue
        passed = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "code")]
        for value in passed:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.fullmatch(value.value):
                yield value.value


def test_catalogue_files_are_sorted_by_code() -> None:
    for language in LANGUAGES:
        path = ROOT / "crm_pipelines/messages/locale" / language / "LC_MESSAGES/messages.po"
        codes = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert codes == sorted(codes)


def test_help_texts_of_options_are_codes_with_words() -> None:
    missing: list[str] = []
    for path in sorted((ROOT / "crm_pipelines" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "help" and isinstance(node.value, ast.Constant):
                code = str(node.value.value)
                missing += [] if has_message(code) else [f"{path.name}: {code}"]
    assert missing == []


def test_yaml_of_the_shipped_rules_names_no_sentence() -> None:
    for path in (ROOT / "crm_pipelines" / "rules" / "defaults").glob("quality.yaml"):
        checks = yaml.safe_load(path.read_text(encoding="utf-8"))["checks"]
        assert all(CODE.fullmatch(check["message"]) for check in checks.values())


def test_tables_and_their_columns_have_headings() -> None:
    missing: set[str] = set()
    for path in sorted((ROOT / "crm_pipelines" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "table":
                missing |= {code for code in _headings(node) if not has_message(code)}
    assert sorted(missing) == []


def _headings(call: ast.Call) -> Iterator[str]:
    """Title and headings that a call of `Output.table` names by themselves, not by a variable."""
    name, columns = call.args[0], call.args[1]
    if isinstance(name, ast.Constant):
        yield f"cli.table.{name.value}"
    for column in columns.elts if isinstance(columns, ast.Tuple) else ():
        if isinstance(column, ast.Constant):
            yield f"cli.column.{column.value}"
