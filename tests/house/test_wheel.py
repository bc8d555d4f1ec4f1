"""What is installed is what stands here: queries, tables, rules and messages too, not the code alone."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
PACKAGES = ("crm_pipelines", "connectors", "assets", "quality")
_BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    own, built = tmp_path / "own", tmp_path / "built"
    own.mkdir()
    for package in PACKAGES:
        shutil.copytree(ROOT / package, own / package, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, own)
    expected = {str(path.relative_to(own)) for package in PACKAGES for path in (own / package).rglob("*.*")}
    expected |= {str(path.relative_to(own)) for path in (own / "crm_pipelines/rules/template").rglob("*")}
    subprocess.run([sys.executable, "-c", _BUILD, str(built)], cwd=own, check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    with ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert {name for name in expected if (own / name).is_file()} - held == set()
