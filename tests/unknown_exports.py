# ruff: noqa: E501 - tables: their lines follow the meaning, not the width
"""Files as vendors export them, for tests of `inspect`: a Japanese customer list and an international contact list."""

import csv
import io
from collections.abc import Sequence

VENDOR_HEADER = (
    "顧客コード", "会社名", "担当者名", "フリガナ", "郵便番号", "住所1", "住所2", "電話番号", "FAX", "メールアドレス", "生年月日",
    "性別", "部署名", "役職", "営業担当", "メルマガ", "備考", "更新日時",
)  # fmt: skip
_PEOPLE = (
    ("山田 太郎", "ヤマダ タロウ"), ("鈴木花子", "スズキ ハナコ"), ("髙橋　健一", "タカハシ ケンイチ"), ("佐藤美咲", "サトウ ミサキ"),
    ("田中 直樹", "タナカ ナオキ"), ("伊藤さくら", "イトウ サクラ"), ("渡辺 浩", "ワタナベ ヒロシ"),
)  # fmt: skip
_COMPANIES = ("株式会社青木製作所", "東西商事(株)", "有限会社みなと物産", "さくら印刷株式会社", "合同会社北星")
_PLACES = (
    ("100-0001", "東京都千代田区千代田"), ("530-0001", "大阪府大阪市北区梅田"), ("460-0008", "愛知県名古屋市中区栄"),
)  # fmt: skip


def vendor_rows(n_rows: int) -> list[list[str]]:
    """Rows of a Japanese business system: 18 columns, every value well formed."""
    rows = []
    for number in range(n_rows):
        name, kana = _PEOPLE[number % len(_PEOPLE)]
        code, place = _PLACES[number % len(_PLACES)]
        rows.append([
            f"C{number:06d}", _COMPANIES[number % len(_COMPANIES)], name, kana, code,
            f"{place}{number % 7 + 1}-{number % 20 + 1}-{number % 11 + 1}", "青空ビル3F" if number % 3 else "",
            f"0{7 + number % 3}0-{2345 + number % 7000:04d}-{6781 - number % 6000:04d}", f"03-{3210 + number % 99}-{4502 + number % 997}",
            f"taro{number}@aoki{number % 9}.co.jp", f"{1950 + number % 50}/{number % 12 + 1:02d}/{number % 28 + 1:02d}",
            "男" if number % 2 else "女", ("営業部", "総務部")[number % 2], ("部長", "課長", "")[number % 3],
            ("営業一郎", "営業次郎")[number % 2], ("希望", "不要")[number % 2], "", f"2026-0{number % 9 + 1}-1{number % 9} 09:30:00",
        ])  # fmt: skip
    return rows


INTERNATIONAL_HEADER = (
    "Contact ID", "First Name", "Last Name", "Company", "Job Title", "Email", "Mobile Phone", "Street", "City", "State",
    "ZIP", "Country", "Date of Birth", "Email Opt Out", "Owner", "Last Modified Date",
)  # fmt: skip


def international_rows(n_rows: int) -> list[list[str]]:
    """Rows of an American CRM: 16 columns, dates with the month first."""
    first, last = (
        ("Anna", "José", "Priya", "John", "Chloé"),
        ("Smith", "García", "Patel", "O'Brien", "Müller", "Brown", "Lee"),
    )
    return [
        [
            f"003{number:06d}", first[number % 5], last[number % 7], ("Acme Inc.", "Globex LLC", "Initech Ltd")[number % 3],
            ("Sales Manager", "CEO", "Engineer")[number % 3], f"person{number}@acme{number % 5}.com",
            f"+1 415 {220 + number % 700} {1000 + number % 9000}", f"{number + 1} Main St", ("Austin", "San Francisco")[number % 2],
            ("TX", "CA")[number % 2], ("73301", "94105")[number % 2], "USA", f"{number % 12 + 1:02d}/{number % 28 + 1:02d}/19{50 + number % 50}",
            ("TRUE", "FALSE")[number % 2], "Sam Lee", f"2026-03-0{number % 9 + 1}T10:00:00Z",
        ]
        for number in range(n_rows)
    ]  # fmt: skip


def csv_bytes(
    header: Sequence[str] | None, rows: Sequence[Sequence[str]], encoding: str = "cp932", delimiter: str = ","
) -> bytes:
    """A delimited file with CRLF."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([*([header] if header else []), *rows])
    return text.getvalue().encode(encoding)
