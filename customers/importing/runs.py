"""What a person does with a file of customers; what all imports share is in `backoffice.imports.runs`."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables import TableOptions
from backoffice.core.text.names import split_name
from backoffice.imports.runs import begin, check_size, clear_old, have_checked
from backoffice.imports.runs import start_unchecked as start_run_unchecked
from customers.importing.fields import CONSENTS
from customers.importing.kept import clear_kept_files
from customers.importing.mapping import ConsentBasis, CustomerMapping
from customers.importing.profiling import Profile, open_questions, remember_mapping
from customers.importing.reading import CustomerReader
from customers.importing.terms import make_terms
from customers.importing.values import email_list
from customers.models import ImportRun


def start_upload(
    *,
    organisation,
    actor,
    name: str,
    size: int,
    chunks: Iterable[bytes],
    consent: ConsentBasis | None = None,
    options: TableOptions | None = None,
) -> ImportRun:
    """Keep an uploaded file and have it read, by `options` where they say how. With `consent` every
    row counts as a yes to marketing that says nothing else. Raises ValidationError when the file is
    empty or too large.
    """
    check_size(size)
    return _begin(organisation, actor, name, chunks, consent, options=asdict(options) if options else None)


def start_paste(
    *, organisation, actor, text: str, name: str, consent: ConsentBasis | None = None
) -> ImportRun:
    """Keep pasted e-mails as a file of their own; else as `start_upload`. Raises ValidationError
    when there is none.
    """
    people = list(email_list(text))
    if not people:
        raise ValidationError(_("Paste at least one e-mail."), code="empty")
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["email", "first_name", "last_name"])
    for _line, full_name, email in people:
        writer.writerow([email, *split_name(full_name)])
    kind = ImportRun.Kind.PASTED
    chunks = [content.getvalue().encode()]
    return _begin(organisation, actor, name, chunks, consent, kind=kind, options=_PASTED)


_PASTED = {"encoding": "utf-8", "delimiter": ",", "header_line": 1}


def _begin(organisation, actor, name, chunks, consent, *, kind="", options: dict | None = None) -> ImportRun:
    mapping = CustomerMapping(consent=consent, subscribe_all=consent is not None)
    whose = {"organisation": organisation, "actor": actor, "mapping": mapping.to_json()}
    return begin(ImportRun, name=name, chunks=chunks, kind=kind, options=options, **whose)


def start_check(run: ImportRun, mapping: CustomerMapping, *, actor, by_hand: bool = True) -> None:
    """Keep how the file is meant, and have every row checked.

    Raises ValidationError when a column is missing or named twice; `by_hand` also when it leaves a
    question open, and what a person has chosen is remembered for the next file.
    """
    profile = Profile.from_json(run.profile)
    mapping = _fitting(run, profile, mapping)
    if by_hand and (questions := open_questions(profile, mapping)):
        message = _("Say whether the day or the month comes first in: %(names)s.")
        raise ValidationError(message, code="day_order", params={"names": ", ".join(questions)})
    have_checked(run, mapping.to_json(), actor=actor)
    # columns without names of their own tell nothing about the next file
    if by_hand and profile.header_line and run.kind != ImportRun.Kind.PASTED:
        remember_mapping(run.organisation, profile, mapping)


def _fitting(run: ImportRun, profile: Profile, mapping: CustomerMapping) -> CustomerMapping:
    """The mapping for the columns of this file. Raises ValidationError when it cannot be used."""
    mapping = mapping.for_headers(profile.headers)
    mapping.check()
    if not run.tells_consents and set(mapping.columns.values()) & set(CONSENTS):
        raise ValidationError(_("Consents are not taken from contacts (vCard)."), code="consent")
    CustomerReader(run.organisation, profile.headers, mapping)
    make_terms(run.organisation, mapping)
    return mapping


def start_unchecked(run: ImportRun, mapping: CustomerMapping, *, actor) -> None:
    """Take the rows of a file in that was read but not checked. Raises ValidationError as `start_check`."""
    mapping = _fitting(run, Profile.from_json(run.profile), mapping)
    start_run_unchecked(run, mapping.to_json(), actor=actor)


def clear_old_imports() -> None:
    """Hourly, of files of customers."""
    clear_kept_files()
    clear_old(ImportRun)
