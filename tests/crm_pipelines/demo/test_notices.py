from datetime import date

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.notices import notice


def test_all_kinds_of_automatic_mail_occur() -> None:
    rng = seeded(1, "notices")
    record = next(found for found in Dealer(1, "easy", date(2026, 4, 1)).deal(50) if found.source == "mail")
    headers = {header for _ in range(200) for header in notice(rng, record, "auto.1@relay.example.jp")[2]}
    assert "Auto-Submitted: auto-replied" in headers
    assert "Precedence: bulk" in headers
    assert any("report-type=delivery-status" in header for header in headers)
    assert any("report-type=disposition-notification" in header for header in headers)
