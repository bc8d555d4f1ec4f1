"""The repository's own files, as the tests of the house look at them."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("crm_pipelines", "connectors", "assets", "quality")


def python_files(*, with_tests: bool = True) -> list[Path]:
    """Every Python file of the packages, and of tests and docs, relative to the repository; sorted."""
    rooms = (*PACKAGES, "tests", "docs") if with_tests else PACKAGES
    return sorted(path.relative_to(ROOT) for room in rooms for path in (ROOT / room).rglob("*.py"))


def text_of(path: Path) -> str:
    """The text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")
