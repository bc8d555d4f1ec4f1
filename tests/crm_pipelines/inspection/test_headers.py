"""Which line is the header."""

import pytest

from crm_pipelines.inspection.headers import header_at
from crm_pipelines.model.file_shape import FileRow


def rows(*lines: str) -> list[FileRow]:
    return [FileRow(line.split(",") if line else [], number) for number, line in enumerate(lines, start=1)]


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (["顧客コード,氏名,電話番号", "1,山田太郎,03-1234-5678"], 0),
        (["顧客一覧,,", "2026/11/01 出力,,", "", "顧客コード,氏名,電話番号", "1,山田太郎,03-1234-5678"], 3),
        (["顧客一覧", "顧客コード,氏名,電話番号", "1,山田太郎,03-1234-5678"], 1),
        (["Kundennr,Vorname,Nachname", "17,Jörg,Müller"], 0),
        (["zzz,yyy,xxx", "1,abc,2026-01-01", "2,abd,2026-01-02"], 0),
        (["顧客コード,氏名,電話番号"], 0),
        (["メール", "a@b.jp", "c@d.jp"], 0),
        (["ABC,C1"], 0),
    ],
)
def test_header_is_found(lines: list[str], at: int) -> None:
    assert header_at(rows(*lines)) == at


@pytest.mark.parametrize(
    "lines",
    [
        ["C001,山田太郎,03-1234-5678", "C002,鈴木花子,03-1234-5679"],
        ["1,2,3", "4,5,6"],
        ["a@b.jp", "c@d.jp"],
        ["山田太郎,東京都,男", "鈴木花子,大阪府,女"],
        [],
        ["", ""],
    ],
)
def test_values_are_no_header(lines: list[str]) -> None:
    assert header_at(rows(*lines)) is None


def test_an_unreadable_line_is_no_header() -> None:
    assert header_at([FileRow([], 1, 0, "row.broken_quotes"), *rows("氏名,電話番号")]) == 1
