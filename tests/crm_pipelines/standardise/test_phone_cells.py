from crm_pipelines.standardise.phone_cells import phone_texts


def test_a_number_carries_its_extension_flags_and_first_group() -> None:
    (found,) = phone_texts("代表 03-5253-1111 内線0205")
    assert (found.number, found.head, found.extension, found.flags) == ("0352531111", "03", "0205", ("representative",))


def test_a_group_of_lines_keeps_its_first_number() -> None:
    (found,) = phone_texts("03-1234-5678～9")
    assert (found.number, found.flags) == ("0312345678", ("range",))


def test_a_cell_without_digits_is_one_text_without_number() -> None:
    assert [found.number for found in phone_texts("非公開")] == [""]
    assert phone_texts("  ") == []
