from datetime import date, datetime

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.letters import desk_signature, quoted, signature, writes_latin
from crm_pipelines.demo.record import DemoRecord


def a_mail() -> DemoRecord:
    found = (record for record in Dealer(1, "easy", date(2026, 4, 1)).deal(400) if record.source == "mail")
    record = next(record for record in found if record.is_person and not writes_latin(record))
    record.name, record.company, record.department, record.job_title = "佐藤 太郎", "株式会社青葉商事", "営業部", "課長"
    record.phone, record.email = "03-3210-0001", "t.sato@aoba.example.jp"
    record.postal_code, record.address = "101-0064", "東京都千代田区神田猿楽町1-2-3"
    return record


def test_every_layout_names_person_company_and_phone() -> None:
    rng, record = seeded(1, "layouts"), a_mail()
    layouts = {signature(rng, record) for _ in range(100)}
    assert len(layouts) > 8
    for layout in layouts:
        assert record.name in layout
        assert record.company in layout
        assert record.phone in layout
        assert "〒101-0064 東京都" in layout


def test_a_department_already_in_the_company_is_not_repeated() -> None:
    rng, record = seeded(1, "departments"), a_mail()
    record.company = "株式会社青葉商事 営業部"
    assert not any("営業部 営業部" in signature(rng, record) for _ in range(50))


def test_empty_fields_leave_no_line() -> None:
    rng, record = seeded(1, "empty"), a_mail()
    record.company = record.department = record.job_title = record.phone = record.address = record.postal_code = ""
    for _ in range(50):
        assert all(line.strip() for line in signature(rng, record).splitlines())
        assert "TEL" not in signature(rng, record)


def test_mailers_quote_in_three_ways() -> None:
    rng, at = seeded(1, "quotes"), datetime.fromisoformat("2025-06-02T09:15")
    found = {quoted(rng, desk_signature(), sender="デスク <desk@midori-tsuhan.example.jp>", at=at) for _ in range(50)}
    assert len(found) == 3
    assert any("\n2025年6月2日(月) 9:15 デスク" in text and "\n> 担当 中村 葵" in text for text in found)
    assert any("-----Original Message-----\nFrom: デスク" in text for text in found)
    assert any("差出人: デスク" in text for text in found)
