"""How many histories are played, and how long each may be."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

_STEPS = 12


def play(histories: type[RuleBasedStateMachine], n_histories: int, *, is_shortened: bool = True) -> None:
    """Play histories; the same ones each time.

    Args:
        histories: of what.
        n_histories: how many.
        is_shortened: of those that break a promise the shortest is looked for.

    Raises:
        AssertionError: one breaks a promise.
    """
    asked = settings(
        derandomize=True, deadline=None, database=None, max_examples=n_histories, stateful_step_count=_STEPS,
        suppress_health_check=list(HealthCheck), print_blob=False, report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink) if is_shortened else (Phase.generate,),
    )  # fmt: skip
    run_state_machine_as_test(histories, settings=asked)


def found_wrong(histories: type[RuleBasedStateMachine], n_histories: int, *, is_shortened: bool = True) -> list[str]:
    """Play histories; what was wrong with one that breaks a promise, as the calls that bring it about."""
    if n_histories == 0:
        return []
    try:
        play(histories, n_histories, is_shortened=is_shortened)
    except Exception as error:  # noqa: BLE001 - whatever a product under test may raise
        return ["\n".join([f"{histories.__name__}: {error}", *getattr(error, "__notes__", ())])]
    return []
