"""Which column of a file is which field, and how that is found out: by headers, by an earlier file."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Self

from django.utils import translation

from backoffice.core.text.formats import LOCALES
from backoffice.imports.models import FileImport
from backoffice.imports.profiling import IGNORED, FileProfile, Guess, header_key

_LOOKED_THROUGH = 20


@dataclass(frozen=True)
class ColumnMapping:
    """`columns` maps headers to fields, "" to none. A kind of import that asks more adds fields."""

    columns: dict[str, str] = field(default_factory=dict)

    @classmethod
    def guessed(cls, profile: FileProfile) -> Self:
        return cls({header: profile.guesses[header].field for header in profile.headers})

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping) -> Self:
        return cls(**{item.name: values[item.name] for item in fields(cls) if item.name in values})

    @property
    def headers(self) -> dict[str, str]:
        """Headers by field."""
        return {name: header for header, name in self.columns.items() if name != IGNORED}

    @property
    def ignored(self) -> list[str]:
        return [header for header, name in self.columns.items() if name == IGNORED]


def earlier_mapping(run: FileImport, headers: Collection[str]) -> dict | None:
    """That of the newest import with these columns which somebody had taken in, None without one."""
    taken = type(run).objects.filter(organisation=run.organisation_id, started_at__isnull=False)
    mappings = taken.exclude(state=FileImport.State.UNDONE).order_by("-pk").values_list("mapping", flat=True)
    for mapping in mappings[:_LOOKED_THROUGH]:
        if set(mapping.get("columns", ())) == set(headers):
            return mapping
    return None


def spellings(labels: Mapping[str, object], aliases: Path) -> dict[str, str]:
    """Fields by `header_key`: of their own codes, of a list of aliases (TOML), of their labels."""
    known = {header_key(name): name for name in labels}
    for name, headers in tomllib.loads(aliases.read_text(encoding="utf-8")).items():
        for header in headers:
            known.setdefault(header_key(header), name)
    for language in LOCALES:
        with translation.override(language):
            for name, label in labels.items():
                known.setdefault(header_key(str(label)), name)
    return known


def guesses(found: Mapping[str, str], codes: Collection[str]) -> dict[str, Guess]:
    """What each column is taken for, from the field by header; of two that sound alike the one called exactly
    as one of `codes`, else the first."""
    taken = {name: header for header, name in reversed(found.items())}
    taken |= {header: header for header in found if header in codes}
    return {
        header: Guess(name, "header") if name and taken[name] == header else Guess(IGNORED, "")
        for header, name in found.items()
    }
