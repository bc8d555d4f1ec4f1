"""Put the values of variables where the project file says `${NAME}`."""

import re
from collections.abc import Mapping

from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.yaml_text import Document, Path, Text

_VARIABLE = re.compile(r"\$(?:\$(?=\{)|\{([A-Za-z_][A-Za-z0-9_]*)\})")


def substituted(document: Document, environment: Mapping[str, str]) -> tuple[Text, tuple[Fault, ...]]:
    """Replace `${NAME}` in every text of a document; `$${` stands for `${` itself.

    Returns:
        The data with the values in it, and a fault per variable that is not set.
    """
    faults: list[Fault] = []

    def replace(text: str, path: Path) -> str:
        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name is None:
                return "$"
            if environment.get(name):
                return environment[name]
            fault = document.fault("configuration.missing_variable", path, None, ".env")
            faults.append(Fault(fault.code, {**fault.facts, "variable": name}))
            return match.group(0)

        return _VARIABLE.sub(value, text)

    def walk(node: Text, path: Path) -> Text:
        if isinstance(node, str):
            return replace(node, path)
        if isinstance(node, dict):
            return {name: walk(inner, (*path, name)) for name, inner in node.items()}
        if isinstance(node, list):
            return [walk(inner, (*path, index)) for index, inner in enumerate(node)]
        return node

    return walk(document.data, ()), tuple(faults)
