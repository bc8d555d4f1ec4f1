import pytest

from crm_pipelines.cli.commands import commands
from crm_pipelines.cli.main import run_command


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("command", list(commands()))
def test_help_of_every_command_has_words(capsys: pytest.CaptureFixture[str], command: str, language: str) -> None:
    assert run_command([command, "--help", "--lang", language], {}) == 0
    shown = capsys.readouterr().out
    assert "cli." not in shown
    assert ("使い方:" in shown) == (language == "ja")
