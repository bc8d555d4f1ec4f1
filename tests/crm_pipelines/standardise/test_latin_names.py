import pytest

from crm_pipelines.standardise.latin_names import read_latin_name


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("Nguyen Van An", "Nguyen", "Van An"),
        ("Tan Wei Ling", "Tan", "Wei Ling"),
        ("Chen Wei", "Chen", "Wei"),
        ("Wei Chen", "Chen", "Wei"),
        ("José Ortega y Gasset", "Ortega y Gasset", "José"),
        ("Oscar de los Santos", "de los Santos", "Oscar"),
        ("Takahashi M.", "Takahashi", "M."),
        ("Tanaka-san", "Tanaka", ""),
    ],
)
def test_order_and_particles(text: str, family: str, given: str) -> None:
    name = read_latin_name(text)
    assert (name.family, name.given) == (family, given)


def test_asides_are_taken_apart() -> None:
    name = read_latin_name("Maria Lopez (née Schmidt)")
    assert (name.family, name.given, name.former) == ("Lopez", "Maria", "Schmidt")
