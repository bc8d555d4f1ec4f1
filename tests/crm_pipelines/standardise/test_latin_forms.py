import pytest

from crm_pipelines.standardise.latin_forms import form_behind, form_in_front, is_form_alone, plain_form


@pytest.mark.parametrize("spelled", ["S.A.", "SA", "s. a.", "sa", "S.A"])
def test_stops_spaces_and_case_make_no_difference(spelled: str) -> None:
    form = form_behind(f"Danone {spelled}")
    assert form is not None
    assert form.code == "SA"


def test_longest_form_wins() -> None:
    form = form_behind("Keller GmbH & Co. KG")
    assert form is not None
    assert (form.code, form.start) == ("GMBH", 7)
    assert "DE" in form.countries


@pytest.mark.parametrize("text", ["Smith & Co.", "LLC", "Golden PC", "Bank NA", "Built-Inc", "Nokia", ""])
def test_what_is_no_form_behind_a_name_is_none(text: str) -> None:
    assert form_behind(text) is None


def test_form_in_front_knows_what_closes_the_name() -> None:
    text = "PT Astra International Tbk"
    form = form_in_front(text)
    assert form is not None
    assert text[form.end : form.closing].strip() == "Astra International"


def test_form_alone_is_told() -> None:
    assert is_form_alone("Co., Ltd.")
    assert not is_form_alone("Acme Ltd.")


def test_plain_form_is_written_as_the_table_writes_it() -> None:
    assert plain_form("S. de R.L. de C.V.") == "s de rl de cv"
    assert plain_form("GmbH & Co. KG") == "gmbh and co kg"


def test_form_with_its_partners_is_found_in_capitals_too() -> None:
    for spelled in ("S.a.s. di Rossi Mario & C.", "S.A.S. DI ROSSI MARIO & C.", "SAS DI ROSSI MARIO E C."):
        found = form_behind(f"Officine Rossi {spelled}")
        assert found is not None
        assert (found.code, found.start) == ("SAS", 15)


def test_state_mark_in_brackets_closes_a_name() -> None:
    found = form_in_front("PT Bank Timur (Persero) Tbk")
    assert found is not None
    assert found.closing == 14
