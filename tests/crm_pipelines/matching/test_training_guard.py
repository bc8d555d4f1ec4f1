"""When a trained model may take the place of the one in use."""

from crm_pipelines.matching.training_guard import LEAST_ANSWERS, Behaviour, objections
from crm_pipelines.model.enums import CustomerType

BEFORE = Behaviour(n_joined=1_000, n_asked=100, n_two_steps=800, n_conflicts=40)


def codes(after: Behaviour, before: Behaviour = BEFORE) -> list[str]:
    return [fault.code for fault in objections(CustomerType.PERSON, before, after)]


def test_the_same_behaviour_and_a_better_one_pass() -> None:
    assert codes(BEFORE) == []
    assert codes(Behaviour(1_050, 90, 850, 35)) == []


def test_a_model_that_joins_clearly_fewer_is_objected_to() -> None:
    assert codes(Behaviour(992, 100, 800, 40)) == []
    assert codes(Behaviour(980, 100, 800, 40)) == ["train.fewer_joined"]


def test_a_model_with_more_conflicts_is_objected_to() -> None:
    assert codes(Behaviour(1_200, 100, 800, 43)) == []
    assert codes(Behaviour(1_200, 100, 800, 50)) == ["train.more_conflicts"]


def test_answers_decide_where_there_are_enough() -> None:
    def answered(n_answers: int, n_errors: int, n_joined: int = 1_000) -> Behaviour:
        return Behaviour(n_joined, 100, 800, 40, n_answers, n_errors)

    enough = LEAST_ANSWERS
    assert codes(answered(enough, 5, n_joined=900), answered(enough, 5)) == []
    assert codes(answered(enough, 6), answered(enough, 5)) == ["train.more_errors"]
    assert codes(answered(enough - 1, 6), answered(enough - 1, 5)) == []
