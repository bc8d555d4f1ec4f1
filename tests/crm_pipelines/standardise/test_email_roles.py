import pytest

from crm_pipelines.standardise.email_roles import is_role


@pytest.mark.parametrize(
    "local",
    ["info", "sales01", "info-jp", "tokyo-info", "eigyo.osaka", "jinji-saiyo", "supportcenter", "salesteam", "keiribu",
     "no.reply", "noreply123", "contact+web", "kontakt", "ventas", "kaikei"],
)  # fmt: skip
def test_a_desk_is_known(local: str) -> None:
    assert is_role(local)


@pytest.mark.parametrize("local", ["sato.sales", "infante", "adminova", "hinfo.k", "presley", "t.mailer", "taro", ""])
def test_a_person_is_no_desk(local: str) -> None:
    assert not is_role(local)
