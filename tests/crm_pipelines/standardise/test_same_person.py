from crm_pipelines.standardise.same_person import same_person


def test_the_order_of_the_two_names_makes_no_difference() -> None:
    for left, right in (("中島優", "ナカジマ マサル"), ("鈴木一郎", "鈴木次郎"), ("井上翔", "INOUE Sho")):
        assert same_person(left, right) == same_person(right, left)


def test_placeholders_and_companies_are_nobody() -> None:
    assert not same_person("不明", "不明")
    assert not same_person("株式会社青木", "株式会社青木")
