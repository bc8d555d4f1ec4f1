import pytest

from crm_pipelines.standardise.address_states import is_state_in_full, plain_word, state_pattern, states_of


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("US", "tx", "TX"),
        ("US", "new mexico", "NM"),
        ("US", "calif", "CA"),
        ("CA", "ont", "ON"),
        ("AU", "tasmania", "TAS"),
    ],
)
def test_states_are_found_by_code_name_and_short_form(country: str, written: str, code: str) -> None:
    assert states_of(country)[written] == code


@pytest.mark.parametrize("line", ["Austin, TX", "Austin Texas", "Austin, Tex.", "Austin (T.X.)"])
def test_state_stands_at_the_end_of_a_line(line: str) -> None:
    found = state_pattern("US").search(line.rstrip("."))
    assert found is not None
    assert states_of("US")[plain_word(found["state"])] == "TX"


def test_state_inside_a_word_is_none() -> None:
    assert state_pattern("US").search("Galveston") is None
    assert state_pattern("US").search("Indianola") is None


@pytest.mark.parametrize(("name", "country"), [("Karnataka", "IN"), ("Selangor", "MY"), ("Nuevo León", "MX")])
def test_states_written_out_are_known(name: str, country: str) -> None:
    assert is_state_in_full(name, country)
    assert not is_state_in_full(name, "DE")
