"""The list of ASVS: no requirement of level 2 is missing, and every test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# chapter.section -> number of requirements of levels 1 and 2; their numbers run from 1 without a gap
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
REQUIREMENTS = [f"V{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)]


def rows() -> list[tuple[list[str], str]]:
    """Requirements of each row, and what shows it."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (V\d[^|]*) \|[^|]*\| ([^|]*) \|$", text, re.MULTILINE)
    return [(covered(named), shown) for named, shown in found]


def covered(named: str) -> list[str]:
    """`V1.1.1–V1.2.2, V1.3.1` as single requirements."""
    found = []
    for part in named.split(","):
        first, _, last = part.strip().partition("–")
        found += REQUIREMENTS[REQUIREMENTS.index(first) : REQUIREMENTS.index(last or first) + 1]
    return found


def test_every_requirement_of_level_two_stands_in_the_list_once() -> None:
    assert len(REQUIREMENTS) == 253
    assert sorted(one for named, _ in rows() for one in named) == sorted(REQUIREMENTS)


def test_every_row_names_a_test_that_exists_or_a_reason() -> None:
    for named, shown in rows():
        tests = re.findall(r"`([\w/]+)::(\w+)`", shown)
        assert tests or shown.startswith("reason: "), named
        for path, name in tests:
            source = (ROOT / "tests" / "crm_pipelines" / f"{path}.py").read_text(encoding="utf-8")
            assert f"def {name}(" in source, (named, name)
