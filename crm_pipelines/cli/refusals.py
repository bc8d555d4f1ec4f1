"""What a command was given and cannot use: a file with wrong rows, an id nobody knows. Exit code 2."""

from collections.abc import Sequence

from crm_pipelines.model.errors import ConfigurationError, Fact, Fault

_MOST_SHOWN = 20


class RefusedInputError(ConfigurationError):
    """What the user handed to a command is wrong; all that is wrong with it, as far as it can be shown.

    Args:
        code: of the sentence above the faults.
        faults: the first twenty are shown.
        facts: of the sentence; `n_faults` is added.
    """

    def __init__(self, code: str, faults: Sequence[Fault] = (), **facts: Fact) -> None:
        super().__init__(faults[:_MOST_SHOWN])
        self.code = code
        self.facts = {**facts, "n_faults": len(faults)}
