from importlib.resources import files

from crm_pipelines.standardise.tables import build
from crm_pipelines.standardise.tables.loading import given_name_rows, kanji_folds, name_kanji_rows, surname_rows

TABLES = files("crm_pipelines.standardise.tables")


def test_tables_are_small_and_told_in_their_origins() -> None:
    origins = TABLES.joinpath("ORIGINS.md").read_text(encoding="utf-8")
    sizes = {table.name: len(table.read_bytes()) for table in TABLES.iterdir() if table.name.endswith(".gz")}
    assert sum(sizes.values()) < 4_000_000
    assert max(sizes.values()) < 1_500_000
    assert all(name in origins for name in sizes)


def test_packaged_fold_is_the_one_the_builder_makes() -> None:
    assert kanji_folds()["strict"] == build.kanji_folds()


def test_folding_has_no_chains() -> None:
    folds = kanji_folds()["strict"]
    assert not set(folds.values()) & set(folds)


def test_tables_hold_what_their_names_say() -> None:
    assert surname_rows()["佐藤"] == (1887000, "サトウ")
    assert given_name_rows()["太郎"].split()[0] == "タロウ"
    assert "ショウ" in name_kanji_rows()["翔"].split()
    assert len(surname_rows()) > 75_000
