from django.utils.translation import gettext_lazy as _

from backoffice.imports.pages.base import ImportPages
from customers.importing.pages.results import CustomerRunView
from customers.importing.rights import refuse_consents_of_others
from customers.models import ImportRun


class CustomerImportPages(ImportPages):
    model, view_class = ImportRun, CustomerRunView
    right = "customers.import_customer"
    templates = "customers/importing"
    parent = (_("Customers"), "customers:list")
    title = _("Import customers")
    is_running, is_done = _("Customers are imported"), _("The customers are in")
    to_result = _("Show customers")
    none_yet = _(
        "Import the customers of your old system, the contacts of a phone or a list of e-mails: as CSV, XLSX "
        "or vCard, or by pasting."
    )

    columns_title = _("Columns of the file and fields of a customer")
    field_title = _("Field of the customer")
    below_columns = "customers/importing/_columns_below.html"

    def check_start(self, request, run: ImportRun) -> None:
        refuse_consents_of_others(run, user=request.user)


pages = CustomerImportPages()
may_import = pages.guard
