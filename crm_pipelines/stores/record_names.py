"""Record ids as people write them: a personal key (a Message-ID) stands there as its source wrote it, or hashed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_pipelines.model.ids import hashed_key, record_id, source_record_id
from crm_pipelines.rules.load import LoadedProject

_OBSERVATION = re.compile(r"(.*?)(?:#([a-z][a-z0-9_]*))?", re.DOTALL)
_HASHED = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class RecordNames:
    """Turns what people write into the ids that the tables hold.

    Attributes:
        project_key: secret.
        personal_sources: sources whose keys say something about a person and are hashed.
        systems: name of a source in the project file -> its name in ids, where the two differ.
    """

    project_key: bytes = field(repr=False)
    personal_sources: frozenset[str]
    systems: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, loaded: LoadedProject) -> "RecordNames":
        """Ask the connectors of a project which keys are personal; none of them opens anything."""
        personal = (
            name
            for name, source in loaded.sources.items()
            if source.connector(source.options, source.context).key_is_personal
        )
        renamed = {one.declared: name for name, one in loaded.sources.items() if one.declared != name}
        return cls(loaded.project_key, frozenset(personal), renamed)

    def record_id(self, written: str) -> str:
        """The record id behind `source:key` or `source:key#observation`; an id that is hashed already stays."""
        system, colon, rest = written.partition(":")
        system = self.systems.get(system, system)
        matched = _OBSERVATION.fullmatch(rest)
        if system not in self.personal_sources or matched is None:
            return f"{system}{colon}{rest}"
        key, observation = matched.groups()
        if _HASHED.fullmatch(key):
            return f"{system}:{rest}"
        return record_id(source_record_id(system, self._hashed(system, key)), observation)

    def source_record_id(self, source: str, key: str) -> str:
        """The id of a row by its source's name and its key as the source writes it; a key hashed already stays."""
        system = self.systems.get(source, source)
        is_bare = system in self.personal_sources and _HASHED.fullmatch(key) is None
        return source_record_id(system, self._hashed(system, key) if is_bare else key)

    def _hashed(self, system: str, key: str) -> str:
        bare = key[1:-1] if key.startswith("<") and key.endswith(">") else key
        return hashed_key(self.project_key, system, bare)
