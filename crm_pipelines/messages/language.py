"""Which language a reader gets."""

from collections.abc import Mapping

LANGUAGES = ("en", "ja")
DEFAULT_LANGUAGE = "en"


def known_language(text: str | None) -> str | None:
    """The catalogue's language of a tag or locale (`ja`, `ja-JP`, `ja_JP.UTF-8`); None when there is none."""
    language = (text or "").replace("-", "_").split("_", maxsplit=1)[0].split(".", maxsplit=1)[0].strip().lower()
    return language if language in LANGUAGES else None


def choose_language(asked: str | None, project: str | None, environment: Mapping[str, str]) -> str:
    """The first of these that names a language of the catalogue.

    Args:
        asked: by `--lang`, or by the user of the web app.
        project: `language` of the project file.
        environment: `CRM_PIPELINES_LANG`, and the usual `LC_ALL`, `LC_MESSAGES`, `LANG`.
    """
    usual = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    candidates = (asked, environment.get("CRM_PIPELINES_LANG"), project, next((text for text in usual if text), None))
    return next((found for text in candidates if (found := known_language(text))), DEFAULT_LANGUAGE)
