import os
import signal

from crm_pipelines.cli.ending import Ending


def test_a_signal_ends_the_wait_and_the_second_one_is_as_ever() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Ending().by_signals() as ending:
        assert not ending.wait(0.0)
        os.kill(os.getpid(), signal.SIGTERM)
        assert ending.wait(3_600.0)
        assert signal.getsignal(signal.SIGTERM) == before
    assert signal.getsignal(signal.SIGTERM) == before


def test_it_ends_with_the_one_who_started_it() -> None:
    assert not Ending(os.getppid()).wait(0.0)
    assert Ending(os.getpid()).wait(3_600.0)
