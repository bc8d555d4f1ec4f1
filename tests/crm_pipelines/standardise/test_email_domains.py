import pytest

from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.email_domains import domain_kind, is_placeholder_domain, mistyped_for


def test_no_large_provider_is_a_typing_error_of_another() -> None:
    table = contact_table("email_domains")
    known = [*table["carriers"], *table["isps"], *table["free"], *table["typo_targets"], *table["end_targets"]]
    assert [domain for domain in known if mistyped_for(domain)] == []


@pytest.mark.parametrize(
    ("domain", "kind"),
    [("docomo.ne.jp", "carrier"), ("d.vodafone.ne.jp", "carrier"), ("k9.dion.ne.jp", "isp"), ("yahoo.com.mx", "free"),
     ("sute.jp", "disposable"), ("aoba.co.jp", "")],
)  # fmt: skip
def test_the_kind_of_a_domain_is_told(domain: str, kind: str) -> None:
    assert domain_kind(domain) == kind


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("example.com", True), ("mail.example.com", False), ("example.de", True), ("pc.localhost", True),
     ("example-shop.com", False), ("counterexample.com", False)],
)  # fmt: skip
def test_reserved_domains_belong_to_nobody(domain: str, expected: bool) -> None:
    assert is_placeholder_domain(domain) is expected
