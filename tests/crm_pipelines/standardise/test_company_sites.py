import pytest

from crm_pipelines.standardise.company_sites import Site, is_place, split_facility, split_site


@pytest.mark.parametrize(
    ("text", "left", "site"),
    [
        ("青木製作所茗荷谷支店", "青木製作所", Site("茗荷谷支店")),
        ("みずほ銀行渋谷支店営業第一課", "みずほ銀行", Site("渋谷支店", "営業第一課")),
        ("青木 厚木工場 開発部", "青木", Site("厚木工場", "開発部")),
        ("平安堂書店", "平安堂書店", Site()),
        ("青木 服部", "青木 服部", Site()),
        ("東京支店", "東京支店", Site()),
        ("山本 自転車店", "山本 自転車店", Site()),
    ],
)
def test_site_goes_and_a_name_that_ends_like_one_stays(text: str, left: str, site: Site) -> None:
    assert split_site(text, glued=True) == (left, site)


def test_behind_name_and_form_all_may_be_the_site() -> None:
    assert split_site("本社", glued=True, all_of_it=True) == ("", Site("本社"))


def test_facility_stands_behind_the_corporation() -> None:
    assert split_facility("青空会 青空クリニック") == ("青空会", "青空クリニック")
    assert split_facility("青空クリニック") == ("青空クリニック", "")


def test_places_with_a_direction_or_a_number_are_places() -> None:
    assert is_place("新宿西口")
    assert is_place("第二")
    assert not is_place("青木")
