from dataclasses import replace
from pathlib import Path

from django.core.management.base import CommandError
from django.http import QueryDict

from backoffice.core.files.exports import CsvDialect
from backoffice.core.files.layouts import EXCEL, READERS, Layout
from backoffice.staff.commands import OrganisationCommand
from customers.exporting import export_customers
from customers.listing import ListState


class Command(OrganisationCommand):
    help = "Export customers to a CSV or XLSX file; complete or absent, never half."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--format", choices=["csv", "xlsx"], required=True)
        parser.add_argument("--output", metavar="FILE", required=True)
        parser.add_argument(
            "--query", default="", help="the query string of the list, for example status=all&source=web"
        )
        parser.add_argument("--language", choices=["de", "es", "en"], help="default: the organisation's")

        parser.add_argument(
            "--for",
            choices=READERS,
            default=EXCEL,
            dest="reader",
            help="excel (default): text of a CSV cannot run as a formula; programs: values as they are",
        )

    def handle(self, *args, **options):
        organisation = self.organisation(options)
        language = options["language"] or organisation.language
        state = ListState(QueryDict(options["query"]), organisation=organisation, language=language)
        if state.errors:
            raise CommandError(" ".join(state.errors.values()))
        dialect = replace(CsvDialect.of(language), guarded=options["reader"] == EXCEL)
        chunks = export_customers(
            state.sorted_customers(),
            organisation=organisation,
            actor=None,
            layout=Layout(options["format"], dialect),
            query=options["query"],
        )
        self._write(chunks, Path(options["output"]))

    def _write(self, chunks, path: Path) -> None:
        # under another name first: who finds the file finds all of it (TRUST I9)
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("wb") as file:
                file.writelines(chunks)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        self.stdout.write(f"Wrote {path}")
