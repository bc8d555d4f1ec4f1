"""Which files a source consists of."""

import pytest

from connectors.kit.bookmarks import FileMark, FileMarks
from connectors.kit.paths import opened, source_files
from crm_pipelines.model.delivery import SourceContext
from crm_pipelines.model.errors import FatalSourceError


def names(folder, path, suffixes=()):
    return [file.name for file in source_files(SourceContext("q", str(folder)), path, suffixes)]


def test_a_path_is_a_file_a_folder_or_a_glob(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("b.csv", "a.CSV", "c.txt", "deep/d.csv", "[1].csv"):
        (tmp_path / "in" / name).write_text("x")
    assert names(tmp_path, "in", (".csv",)) == ["[1].csv", "a.CSV", "b.csv", "deep/d.csv"]
    assert names(tmp_path, "in/*.txt") == ["c.txt"]
    assert names(tmp_path, "in/[1].csv") == ["[1].csv"]
    assert names(tmp_path, str(tmp_path / "in" / "b.csv")) == ["b.csv"]
    assert names(tmp_path, "*/deep/*") == ["in/deep/d.csv"]


@pytest.mark.parametrize("path", ["nowhere", "nowhere.csv", "nowhere/*.csv"])
def test_a_missing_place_is_fatal(tmp_path, path):
    with pytest.raises(FatalSourceError) as caught:
        names(tmp_path, path)
    assert caught.value.facts == {"source": "q", "path": path}


def test_the_size_at_opening_bounds_the_reading(tmp_path):
    (tmp_path / "a.csv").write_text("12345")
    (file,) = source_files(SourceContext("q", str(tmp_path)), "a.csv")
    with opened(file) as handle:
        (tmp_path / "a.csv").write_text("123456789")
        assert handle.read(0, 100) == b"12345"
        assert handle.has_changed_size()


def test_digests_tell_beginnings_apart_in_any_order_of_asking(tmp_path):
    (tmp_path / "a.csv").write_text("12345")
    (tmp_path / "b.csv").write_text("12399")
    first, second = source_files(SourceContext("q", str(tmp_path)), "*.csv")
    with opened(first) as one, opened(second) as other:
        assert one.digest_at(5) != other.digest_at(5)
        assert one.digest_at(3) == other.digest_at(3)


@pytest.mark.parametrize("bookmark", [None, {}, {"files": 7}, {"files": {"a": 7}}, {"files": {"a": [1]}}])
def test_a_bookmark_of_another_shape_is_no_bookmark(bookmark):
    assert FileMarks.from_bookmark(bookmark).by_name == {}


def test_marks_survive_a_bookmark_and_hide_names():
    marks = FileMarks()
    marks.put("山田.csv", FileMark(10, "d", 5, 1, is_finished=True, encoding="cp932"))
    bookmark = marks.as_bookmark()
    assert FileMarks.from_bookmark(bookmark).get("山田.csv") == marks.get("山田.csv")
    assert "山田" not in str(bookmark)
