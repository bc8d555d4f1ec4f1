import ast
import importlib
import re
from pathlib import Path

import pytest

from tests.house.source_files import PACKAGES, ROOT, python_files, text_of

_LONGEST_FILE = 400
_NAMELESS = re.compile(r"(utils?|helpers?|common|misc|manager|processor|handler|final|tmp|stuff|base)")


@pytest.mark.parametrize("name", PACKAGES)
def test_package_name_is_this_repositorys(name: str) -> None:
    """`assets`, `quality` and `connectors` are words that another distribution might bring, too."""
    package = importlib.import_module(name)
    assert Path(str(package.__file__)).parent == ROOT / name


@pytest.mark.parametrize(
    "path", [path for path in python_files(with_tests=False) if path.name == "__init__.py"], ids=str
)
def test_init_file_holds_a_docstring_and_nothing_else(path: Path) -> None:
    body = ast.parse(text_of(path)).body
    assert len(body) == 1
    assert ast.get_docstring(ast.parse(text_of(path)))


def test_tests_are_no_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_file_is_longer_than_can_be_read() -> None:
    lengths = {str(path): text_of(path).count("\n") for path in python_files()}
    assert {path: length for path, length in lengths.items() if length > _LONGEST_FILE} == {}


def test_file_names_say_what_is_inside() -> None:
    stems = {path: path.stem.removeprefix("test_") for path in python_files()}
    assert [
        str(path) for path, stem in stems.items() if any(_NAMELESS.fullmatch(part) for part in stem.split("_"))
    ] == []


def test_assets_keep_their_annotations() -> None:
    """Dagster reads the annotations of an asset's arguments and refuses postponed ones."""
    postponed = [
        str(path) for path in python_files() if path.parts[0] == "assets" and "import annotations" in text_of(path)
    ]
    assert postponed == []


def test_every_statement_file_is_read_by_some_code() -> None:
    code = "".join(text_of(path) for path in python_files(with_tests=False))
    statements = (ROOT / "crm_pipelines/stores/sql").glob("*.sql")
    unread = [path.stem for path in statements if path.stem not in code and not path.stem.startswith("publish_")]
    assert unread == []


def test_nothing_names_a_package_index() -> None:
    """Installing uses the index that the user's own pip is set up with."""
    named = re.compile(r"(--(extra-)?index-url|--find-links|\[\[?tool\.uv\.index|pypi\.org/simple|files\.pythonhosted)")
    looked_at = [ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "requirements.lock", ROOT / ".ci/run"]
    assert [path.name for path in looked_at if named.search(path.read_text(encoding="utf-8"))] == []
