from crm_pipelines.standardise.decimal_digits import ascii_digits


def test_decimal_digits_of_any_script_become_ascii_and_nothing_else_changes() -> None:
    assert ascii_digits("٠٥٠-๑๒ २ 三 ² é") == "050-12 2 三 ² é"
