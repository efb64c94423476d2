"""The page of a table leads to its file: one answer for every list that gives one out."""

from django.http import HttpResponseBase

from backoffice.audit.exports import give_out
from backoffice.core.files.downloads import file_response, read_layout, refuse
from backoffice.core.files.layouts import DownloadRefused
from backoffice.core.files.resources import TableResource
from backoffice.core.text.formats import formats_for


def table_response(
    request, resource: TableResource, rows, *, format: str, kind: str, name: str, query: str, errors=()
) -> HttpResponseBase:
    """The rows as a streamed and logged file in the layout that the address asks for.

    `name` is that of the file and takes the day as `%(day)s`. `errors` are sentences on what of the
    address could not be read: then there is no file, and the page says why.
    """
    organisation = request.organisation
    try:
        layout = read_layout(request.GET, format, resource.fields)
        if errors:
            raise DownloadRefused(*errors)
        export = resource.export(
            rows, currency=organisation.currency, export_fields=layout.columns, tz=organisation.tz
        )
        chunks = give_out(
            export, organisation=organisation, actor=request.user, kind=kind, layout=layout, query=query
        )
    except DownloadRefused as error:
        return refuse(request, error)
    return file_response(chunks, name % {"day": formats_for(organisation).today.isoformat()}, format)
