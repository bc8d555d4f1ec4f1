"""Which addresses are pages."""

INBOX = "/inbox/"
HOME = "/review"
"""Where somebody is led who asks for nothing in particular."""

SECOND_FACTOR = "/settings/me/second-factor"
"""Where somebody sets up the second factor; who needs one first gets nowhere else."""

LIVE = "/live"
"""What an open page asks by itself; that somebody sits before it does not follow."""


def is_page(path: str) -> bool:
    """Whether an address is one of those that people look at, and not one that programs post to."""
    return not path.startswith(INBOX)


def own_path(path: str) -> str:
    """A path of this server; anything else would send somebody away."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else HOME
