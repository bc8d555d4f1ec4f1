from pathlib import Path

from crm_pipelines.stores.project_paths import ProjectPaths


def test_everything_that_is_written_lies_below_data() -> None:
    paths = ProjectPaths(Path("/acme"))
    written = [
        paths.landing,
        paths.inbox_of("web_form"),
        paths.models,
        paths.identity,
        paths.ledger,
        paths.warehouse,
        paths.publication,
        paths.publication_candidate,
        paths.search_index,
        paths.published,
        paths.current,
        paths.operations,
        paths.dagster,
        paths.lock,
    ]
    assert all(paths.data in path.parents for path in written)
    assert len(set(written)) == len(written)


def test_configured_paths_hang_from_the_project_folder_unless_absolute() -> None:
    paths = ProjectPaths(Path("/acme"))
    assert paths.resolve("data/inbox/legacy") == Path("/acme/data/inbox/legacy")
    assert paths.resolve("/mnt/export") == Path("/mnt/export")
