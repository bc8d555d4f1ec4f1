import pytest

from crm_pipelines.standardise.organisation_signs import organisation_sign


@pytest.mark.parametrize(
    ("number", "name", "sign"),
    [
        ("7000012050002", None, ("number", "7000012050002")),
        ("7000-0120-50002", "株式会社青木", ("number", "7000012050002")),
        ("123", "株式会社青木", ("name", "青木/KK/prefix")),  # no number, so the name counts
        (None, "青木㈱", ("name", "青木/KK/suffix")),
        (None, "Acme, Inc.", ("name", "acme/INC/suffix")),
        (None, "青木", None),  # may be anybody's
        ("", "", None),
        (None, None, None),
    ],
)
def test_number_goes_before_a_name_with_its_form(
    number: str | None, name: str | None, sign: tuple[str, str] | None
) -> None:
    assert organisation_sign(number, name) == sign
