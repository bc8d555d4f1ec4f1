from crm_pipelines.standardise.name_split import guess_cut, other_cuts, split_name
from crm_pipelines.standardise.tables.loading import given_name_rows, surname_rows


def test_common_family_names_are_cut_right_before_listed_given_names() -> None:
    families = sorted((name for name, row in surname_rows().items() if row[0] >= 20_000), key=len)
    givens = sorted(given_name_rows())[::997]
    pairs = [(family, givens[at % len(givens)]) for at, family in enumerate(families)]
    wrong = [
        family + given for family, given in pairs if (cut := split_name(family + given)) is None or cut.family != family
    ]
    assert len(wrong) / len(pairs) < 0.01


def test_known_long_family_name_beats_a_short_one() -> None:
    for whole, family in (("小野寺昭", "小野寺"), ("佐々木希", "佐々木"), ("長谷川京子", "長谷川")):
        cut = split_name(whole)
        assert cut is not None
        assert cut.family == family


def test_no_known_family_name_no_cut() -> None:
    assert split_name("謎巌彩芽") is None
    guess = guess_cut("謎巌彩芽")
    assert guess is not None
    assert (guess.family, guess.given) == ("謎巌", "彩芽")


def test_other_cuts_are_those_with_a_known_given_name() -> None:
    assert [(cut.family, cut.given) for cut in other_cuts("仲里依紗")] == [("仲", "里依紗")]
    assert other_cuts("渡邉拓也") == []


def test_a_given_name_that_no_list_has_does_not_beat_a_known_one() -> None:
    cut = split_name("金田一耕助")
    assert cut is not None
    assert (cut.family, cut.given) == ("金田一", "耕助")
