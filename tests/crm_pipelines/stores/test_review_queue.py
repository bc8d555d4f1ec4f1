from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_pipelines.clustering.questions import Question, question_id
from crm_pipelines.model.enums import QuestionKind
from crm_pipelines.stores import components
from crm_pipelines.stores.review_queue import replace_questions
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, row


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    opened.land(*(row(key, "佐藤 太郎") for key in "1234"))
    opened.intake()
    yield opened
    opened.warehouse.close()


def question(left: str, right: str) -> Question:
    sides = [tuple(f"erp:{key}" for key in side) for side in (left, right)]
    return Question(question_id(*sides), QuestionKind.PAIR, sides[0], sides[1], "review_band", 3.0, 2.0, 1.0)


def ask(road: SmallRoad, reached: str, *questions: Question) -> list[tuple[str, int]]:
    """(sides, day asked) of the queue after the records reached were looked at."""
    with road.step("clusters", reads=("records",)) as step:
        step.temporary("reached", f"select record_key from record_keys where record_id[5:] in ({reached})")
        replace_questions(step, questions)
    return [
        (f"{left}|{right}", (asked_at - DAY_ONE).days)
        for left, right, asked_at in road.rows(
            """select array_to_string(list_transform(record_ids_left, lambda r: r[5:]), ''),
                   array_to_string(list_transform(record_ids_right, lambda r: r[5:]), ''), asked_at
               from review_queue order by 1, 2"""
        )
    ]


def test_questions_about_other_records_stay(road: SmallRoad) -> None:
    ask(road, "'1', '2', '3', '4'", question("1", "2"), question("3", "4"))
    assert ask(road, "'1', '2'", question("12", "3")) == [("12|3", 1), ("3|4", 1)]


def test_question_that_needs_no_answer_any_more_goes(road: SmallRoad) -> None:
    ask(road, "'1', '2'", question("1", "2"))
    assert ask(road, "'2'") == []


def test_question_is_as_old_as_the_newest_delivery_of_its_records(road: SmallRoad) -> None:
    road.land(row("2", "佐藤 次郎"))
    road.intake()
    assert ask(road, "'1', '2', '3'", question("1", "2"), question("1", "3")) == [("1|2", 2), ("1|3", 1)]


def test_day_of_a_question_follows_a_delivery_that_matching_does_not_see(road: SmallRoad) -> None:
    ask(road, "'1', '2'", question("1", "2"))
    road.land(row("2", "佐藤 太郎", updated_at="2026-03-03"))
    road.intake()
    assert ask(road, "'3'") == [("1|2", 2)]


def pair(road: SmallRoad, left: int, right: int, band: str) -> None:
    with road.step("scored_pairs") as step:
        step.con.execute(
            """insert into scored_pairs by name
               select ? as record_key_l, ? as record_key_r, 'erp:' || ? as record_id_l, 'erp:' || ? as record_id_r,
                   'person' as customer_type, 1.5 as match_weight, false as is_contradiction, ? as band""",
            [left, right, str(left), str(right), band],
        )


def reached(road: SmallRoad, seed: int, together: tuple[tuple[str, ...], ...] = ()) -> list[int]:
    with road.step("clusters") as step:
        components.reach(step, f"select cast({seed} as integer) as record_key", together)
        found = step.con.execute("select record_key from reached order by 1").fetchall()
    return [key for (key,) in found]


def test_change_reaches_along_joining_pairs_and_what_people_joined_and_no_further(road: SmallRoad) -> None:
    pair(road, 1, 2, "AUTO_MATCH")
    pair(road, 2, 3, "REVIEW")
    assert reached(road, 1) == reached(road, 2) == [1, 2]
    assert reached(road, 1, (("erp:2", "erp:4"),)) == [1, 2, 4]


def test_change_reaches_the_old_mates_of_a_record(road: SmallRoad) -> None:
    with road.step("clusters") as step:
        step.temporary("reached", "select record_key from record_keys")
        components.replace_clusters(step, components.placed([("erp:1", "erp:3"), ("erp:2",), ("erp:4",)]))
    assert reached(road, 3) == [1, 3]


def test_neighbours_are_the_whole_clusters_behind_a_pair_worth_asking_about(road: SmallRoad) -> None:
    pair(road, 1, 2, "REVIEW")
    pair(road, 1, 4, "NON_MATCH")
    with road.step("clusters") as step:
        step.temporary("reached", "select record_key from record_keys")
        components.replace_clusters(step, components.placed([("erp:1",), ("erp:2", "erp:3"), ("erp:4",)]))
    with road.step("clusters") as step:
        components.reach(step, "select cast(1 as integer) as record_key", ())
        assert sorted(components.neighbours(step).rows()) == [("erp:2", "erp:2"), ("erp:3", "erp:2")]
        assert components.edges(step)["record_id_r"].to_list() == ["erp:2"]
        assert components.live_records(step)["record_id"].to_list() == ["erp:1"]
        assert components.live_named(step, ["erp:4", "erp:9", "erp:2"]) == ["erp:2", "erp:4"]


def test_a_pair_of_two_customers_has_a_say_between_records_that_others_bring_together(road: SmallRoad) -> None:
    pair(road, 1, 2, "AUTO_MATCH")
    pair(road, 2, 3, "AUTO_MATCH")
    pair(road, 1, 3, "NON_MATCH")
    pair(road, 1, 4, "NON_MATCH")
    with road.step("clusters") as step:
        components.reach(step, "select cast(1 as integer) as record_key", ())
        found = components.edges(step).select("record_id_l", "record_id_r").rows()
        assert sorted(found) == [("erp:1", "erp:2"), ("erp:1", "erp:3"), ("erp:2", "erp:3")]
        components.reach(step, "select cast(1 as integer) as record_key", [("erp:1", "erp:4")])
        assert ("erp:1", "erp:4") in components.edges(step).select("record_id_l", "record_id_r").rows()


def test_only_records_whose_cluster_changed_are_marked(road: SmallRoad) -> None:
    def place(*clusters: tuple[str, ...]) -> list[str]:
        with road.step("clusters") as step:
            step.temporary("reached", "select record_key from record_keys")
            components.replace_clusters(step, components.placed(clusters))
        return road.values(
            """select key from changed_keys where topic = 'clusters'
               and commit_number = (select commit_number from warehouse_meta) order by 1"""
        )

    assert place(("erp:1",), ("erp:2", "erp:3"), ("erp:4",)) == ["1", "2", "3", "4"]
    assert place(("erp:1",), ("erp:2", "erp:3"), ("erp:4",)) == []
    assert place(("erp:1",), ("erp:2", "erp:3", "erp:4")) == ["4"]
