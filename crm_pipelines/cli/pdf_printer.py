"""A page as PDF, by a program of the system: Chromium or its kin, or WeasyPrint; none is asked over a network."""

import shutil
import subprocess  # starts a program that was found on the PATH with files of ours
import tempfile
from pathlib import Path

from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import StoreError

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_WEASYPRINT = "weasyprint"
_SECONDS = 120


def require_printer() -> str:
    """The program that prints.

    Raises:
        RefusedInputError: `scorecard.no_printer`: there is none.
    """
    for name in (*_BROWSERS, _WEASYPRINT):
        if (found := shutil.which(name)) is not None:
            return found
    raise RefusedInputError("scorecard.no_printer", programs=", ".join((_BROWSERS[0], _BROWSERS[2], _WEASYPRINT)))


def print_pdf(text: str, target: Path) -> None:
    """Print a self-contained page; only its owner can read the file.

    Args:
        text: the page as HTML.
        target: the PDF, over an older one of the name.

    Raises:
        RefusedInputError: `scorecard.no_printer`; the folder of the target is not there or may not be written to.
        StoreError: `scorecard.not_printed`: the program gave up.
    """
    program = require_printer()
    with tempfile.TemporaryDirectory(prefix="scorecard-") as folder:
        page, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(text, encoding="utf-8")
        try:
            subprocess.run(  # noqa: S603 - see above
                _command(program, page, printed), check=True, capture_output=True, timeout=_SECONDS, cwd=folder
            )
            content = printed.read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise StoreError("scorecard.not_printed", program=Path(program).name, error=type(error).__name__) from error
    _put(content, target)


def _command(program: str, page: Path, printed: Path) -> list[str]:
    if Path(program).name == _WEASYPRINT:
        return [program, str(page), str(printed)]
    # The page may load nothing (its own policy), and comes from us: no sandbox is needed, nor to be had in a container.
    return [
        program,
        *("--headless", "--disable-gpu", "--no-sandbox", "--no-pdf-header-footer", "--disable-background-networking"),
        f"--user-data-dir={printed.parent / 'profile'}",
        f"--print-to-pdf={printed}",
        page.as_uri(),
    ]


def _put(content: bytes, target: Path) -> None:
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(target)
    except OSError:
        draft.unlink(missing_ok=True)
        raise RefusedInputError("inspect.bad_target", file=str(target)) from None
