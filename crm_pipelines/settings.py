"""The environment and the project folder, read once, by the doors only, and passed down as values.

Variables of the process come first, then those of the project's `.env`: an operator can override a file, and a file
never overrides an operator.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.rules.faults import validation_faults
from crm_pipelines.rules.load import PROJECT_FILE
from crm_pipelines.rules.project_key import read_project_key
from crm_pipelines.rules.yaml_text import Document, Place

DEMO_PROJECT = "demo-project"
PROJECT_VARIABLE = "CRM_PIPELINES_PROJECT"
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseSettings):
    """What the environment says; every variable is in `.env.example` and in `docs/settings.md`.

    Attributes:
        project: `CRM_PIPELINES_PROJECT`: the project folder; without it the current folder when it is a project, else
            `demo-project` in it.
        lang: `CRM_PIPELINES_LANG`: language of messages, `en` or `ja`.
        log_level: `CRM_PIPELINES_LOG_LEVEL`.
        project_key: `PROJECT_KEY`: 32 bytes in hexadecimal, made by `init`; ids and keyed hashes depend on it.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    project: Path | None = Field(default=None, alias="CRM_PIPELINES_PROJECT")
    lang: Literal["en", "ja"] | None = Field(default=None, alias="CRM_PIPELINES_LANG")
    log_level: LogLevel = Field(default="INFO", alias="CRM_PIPELINES_LOG_LEVEL")
    project_key: str | None = Field(default=None, alias="PROJECT_KEY", repr=False)

    @classmethod
    def settings_customise_sources(  # the signature pydantic-settings calls
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed in: `load_settings` reads the environment and the project's `.env` itself."""
        return (init_settings,)


def variable_names() -> tuple[str, ...]:
    """Every variable this product reads, sorted; those a project file names as `${NAME}` are its own."""
    return tuple(sorted(field.alias or name for name, field in Settings.model_fields.items()))


def find_project(asked: Path | None, environment: Mapping[str, str] | None = None) -> Path:
    """The project folder: `--project`, else `CRM_PIPELINES_PROJECT`, else the current folder when it is a project.

    Without any of them `demo-project` in the current folder. Nothing is said of whether it exists: `init` makes it, and
    `load_project` says when it is not one.
    """
    named = (os.environ if environment is None else environment).get(PROJECT_VARIABLE)
    implied = Path() if Path(PROJECT_FILE).is_file() else Path(DEMO_PROJECT)
    return (asked or (Path(named) if named else implied)).expanduser().absolute()


def project_environment(root: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables of the project's `.env` with the process's own over them; an empty one counts as not set."""
    path = root / ".env"
    written = dotenv_values(path, interpolate=False, encoding="utf-8-sig") if path.is_file() else {}
    own = os.environ if environment is None else environment
    return {name: value for part in (written, own) for name, value in part.items() if value}


def load_settings(root: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a project.

    Raises:
        ConfigurationError: a variable has a value it cannot have.
    """
    variables = project_environment(root, environment)
    values = {name: variables[name] for name in variable_names() if name in variables}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        document = Document(".env", {**values}, {})
        raise ConfigurationError(validation_faults(error, Settings, document)) from None


def require_project_key(root: Path, environment: Mapping[str, str] | None = None) -> bytes:
    """The project's key.

    Raises:
        ConfigurationError: it is missing or too short; the message says how to restore it.
    """
    if not root.is_dir():
        raise ConfigurationError([Place(str(root)).fault("configuration.no_project_folder")])
    key, fault = read_project_key(project_environment(root, environment))
    if key is None or fault is not None:
        raise ConfigurationError([fault] if fault else [])
    return key
