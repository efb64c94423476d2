"""Files of customers: who may, what is in them, and that they come back in."""

import csv
import hashlib
import io
import tracemalloc
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from backoffice.audit.models import ExportRun
from backoffice.core.files.exports import CsvDialect
from backoffice.core.files.layouts import Layout
from backoffice.core.text.formats import NO_YEAR
from backoffice.core.text.periods import local_day
from customers.choices import Module, Source
from customers.consent.ledger import grant_consent, withdraw_consent
from customers.exporting.files import export_customers
from customers.importing import import_customers
from customers.models import Customer
from customers.records.registering import set_active
from tests.factories import make_customer, make_organisation

HEADERS = (
    "id,first_name,last_name,email,phone,phone2,company,tax_id,language,country,state,city,postcode,address1,"
    "address2,birthday,source,modules,tags,joined,orders,revenue,average_order_value,monthly_spend,tips,last_order,"
    "last_order_status,points,earned_points,marketing_communications,system_notifications,contact_permission,status"
)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def rows_of(content: bytes, delimiter=",") -> list[dict]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


@pytest.fixture
def download(sign_in, manager):
    client = sign_in(manager)
    return lambda query="", ending="csv": client.get(f"/customers/export.{ending}?{query}")


def test_csv_has_the_fixed_headers_and_every_figure(download, organisation):
    customer = make_customer(
        organisation,
        first_name="Zoë",
        phone="+491713920012",
        birthday=date(1990, 5, 3),
        module_bits=Module.SHOP,
        marketing_consent=True,
        joined_at=datetime(2026, 3, 10, 12, tzinfo=UTC),
        stats={
            "receipts_count": 3,
            "revenue_cents": 10_000,
            "tips_cents": 250,
            "points": 7,
            "earned_points": 9,
            "first_order_on": timezone_today(),
        },
    )

    response = download()

    content = body(response)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[0] == HEADERS
    (row,) = rows_of(content)
    assert row["id"] == str(customer.pk)
    assert row["phone"] == "'+491713920012"
    assert row["birthday"] == "1990-05-03"
    assert row["joined"] == "2026-03-10T13:00:00+01:00"
    assert (row["orders"], row["revenue"], row["average_order_value"]) == ("3", "100.00", "33.33")
    assert (row["monthly_spend"], row["tips"], row["points"], row["earned_points"]) == (
        "100.00",
        "2.50",
        "7",
        "9",
    )
    assert (row["marketing_communications"], row["contact_permission"]) == ("TRUE", "FALSE")
    assert (row["status"], row["last_order"], row["modules"]) == ("active", "", "shop")
    assert 'filename="customers-' in response["Content-Disposition"]


def timezone_today():
    from django.utils import timezone

    return timezone.now().date()


def test_german_files_open_by_a_double_click(download, manager, organisation):
    make_customer(organisation, stats={"revenue_cents": 1234567, "receipts_count": 1})
    manager.language = "de"
    manager.save()

    (row,) = rows_of(body(download()), ";")

    assert row["revenue"] == "12345,67"


def test_separator_and_decimal_sign_can_be_chosen(download, organisation):
    make_customer(organisation, stats={"revenue_cents": 1250})

    (row,) = rows_of(body(download("delimiter=tab&decimal=,&columns=revenue,email")), "\t")

    assert row["revenue"] == "12,50"
    assert list(row) == ["email", "revenue"]


def test_a_file_for_other_programs_has_no_signs_against_formulas(download, organisation, sign_in, manager):
    make_customer(
        organisation,
        first_name="=1+1",
        company="'s Keller",
        phone="+491713920012",
        birthday=date(NO_YEAR, 5, 3),
    )
    columns = "columns=first_name,phone,company,birthday"

    (usual,) = rows_of(body(download(f"{columns}&for=excel")))
    (plain,) = rows_of(body(download(f"{columns}&for=programs")))

    assert list(usual.values()) == ["'=1+1", "'+491713920012", "''s Keller", "'--05-03"]
    assert list(plain.values()) == ["=1+1", "+491713920012", "'s Keller", "--05-03"]
    assert body(download(columns)) == body(download(f"{columns}&for=excel"))
    assert '<option value="programs">Other programs</option>' in download_dialog(sign_in(manager))


def download_dialog(client) -> str:
    return client.get("/customers/export/").text


@pytest.mark.parametrize(
    "query", ["for=nobody", "delimiter=x", "decimal=:", "columns=secret", "selected=abc", "source=moon"]
)
def test_an_unknown_layout_is_refused_with_a_reason(download, organisation, query):
    response = download(query)

    assert response.status_code == 400
    assert "No file was made" in response.content.decode()
    assert not ExportRun.objects.exists()


def test_export_honours_search_filters_selection_and_sort(download, organisation):
    make_customer(organisation, first_name="Anna", last_name="Adler", source=Source.WEB)
    berta = make_customer(organisation, first_name="Berta", last_name="Zander", source=Source.WEB)
    resting = make_customer(organisation, first_name="Carla")
    set_active(resting, is_active=False, actor=None)

    def first_names(query):
        return [row["first_name"] for row in rows_of(body(download(query)))]

    assert first_names("sort=-name") == ["Berta", "Anna"]
    assert first_names("sort=name") == ["Anna", "Berta"]
    assert first_names("q=Anna") == ["Anna"]
    assert first_names(f"selected={berta.pk}") == ["Berta"]
    assert sorted(first_names(f"selected={berta.pk}&all=1")) == ["Anna", "Berta"]
    assert first_names("status=inactive") == ["Carla"]
    assert first_names(f"selected={resting.pk}") == []
    assert sorted(first_names("source=web&marketing=no")) == ["Anna", "Berta"]
    assert first_names("source=store") == []


def test_another_organisations_customer_cannot_be_selected(download, other_organisation):
    foreign = make_customer(other_organisation)

    assert rows_of(body(download(f"selected={foreign.pk}"))) == []


@pytest.mark.parametrize("sign", ["=1+1", "+1", "-1", "@x", "|x", "%x", "\tx", "＝1", "'x", "'=1"])
def test_no_cell_of_a_csv_can_run_as_a_formula_and_it_comes_back(download, organisation, sign):
    Customer.objects.filter(pk=make_customer(organisation).pk).update(company=sign)

    (row,) = rows_of(body(download()))

    assert row["company"] == f"'{sign}"
    empty = make_organisation()
    from tests.factories import make_location

    make_location(empty)
    import_customers(io.BytesIO(body(download())), organisation=empty)
    assert Customer.objects.get(organisation=empty).company == sign.strip()


def test_xlsx_is_typed_and_text_stays_text(download, organisation):
    make_customer(
        organisation,
        first_name="=1+1",
        last_name="Ünal & Söhne <x>",
        phone="+491713920012",
        postcode="01067",
        birthday=date(1990, 5, 3),
        joined_at=datetime(2026, 3, 10, 12, 30, tzinfo=UTC),
        stats={"revenue_cents": 1234567, "receipts_count": 2},
    )

    sheet = load_workbook(io.BytesIO(body(download(ending="xlsx")))).active

    header, cells = list(sheet.iter_rows())
    row = {head.value: cell for head, cell in zip(header, cells, strict=True)}
    assert row["first_name"].value == "=1+1"
    assert row["first_name"].data_type in {"s", "inlineStr"}
    assert row["last_name"].value == "Ünal & Söhne <x>"
    assert (row["phone"].value, row["postcode"].value) == ("+491713920012", "01067")
    assert row["revenue"].value == 12345.67
    assert row["birthday"].value == datetime(1990, 5, 3)
    assert row["joined"].value == datetime(2026, 3, 10, 13, 30)
    assert row["marketing_communications"].value is False
    assert row["last_order"].value is None


def test_every_export_is_logged_with_filter_rows_columns_and_hash(download, organisation, manager):
    make_customer(organisation)

    content = body(download("q=Paula&columns=email"))

    run = ExportRun.objects.get()
    assert (run.actor, run.kind, run.format, run.status) == (manager, "customers", "csv", "done")
    assert (run.rows_count, run.columns) == (1, ["email"])
    assert run.query == "q=Paula"
    assert run.sha256 == hashlib.sha256(content).hexdigest()


def test_a_broken_off_download_is_not_logged_as_complete(organisation):
    make_customer(organisation)
    chunks = export_customers(
        Customer.objects.of(organisation),
        organisation=organisation,
        actor=None,
        layout=Layout("csv", CsvDialect(",", ".")),
    )

    next(iter(chunks))

    assert ExportRun.objects.get().status == "started"


def test_the_daily_limit_says_when_to_come_back(download, organisation, settings):
    settings.EXPORTS_PER_USER_AND_DAY = 1
    make_customer(organisation)

    assert download().status_code == 200
    response = download()
    assert response.status_code == 429
    assert "Try again tomorrow" in response.content.decode()


@pytest.mark.parametrize("role", ["staff", "manager", "admin"])
def test_only_managers_and_admins_export(sign_in, request, organisation, role):
    make_customer(organisation)
    client = sign_in(request.getfixturevalue(role))

    status = client.get("/customers/export.csv").status_code
    page = client.get("/customers/").content.decode()

    assert status == (403 if role == "staff" else 200)
    assert ("export.csv" in page) == (role != "staff")


def test_memory_does_not_grow_with_the_rows(organisation):
    location = make_customer(organisation).location
    small = peak_of_export(organisation)
    Customer.objects.bulk_create(
        Customer(organisation=organisation, location=location, first_name=f"G{n}", source="web")
        for n in range(6_000)
    )
    from customers.models import CustomerStats

    CustomerStats.objects.bulk_create(
        CustomerStats(customer_id=pk, organisation=organisation)
        for pk in Customer.objects.filter(stats=None).values_list("pk", flat=True)
    )

    assert peak_of_export(organisation) < small + 6 * 1024 * 1024


def peak_of_export(organisation) -> int:
    tracemalloc.start()
    try:
        for _ in export_customers(
            Customer.objects.of(organisation).order_by("pk"),
            organisation=organisation,
            actor=None,
            layout=Layout("csv", CsvDialect(",", ".")),
        ):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_shell_writes_the_same_file_complete_or_not_at_all(organisation, tmp_path, download):
    make_customer(organisation)
    target = tmp_path / "guests.csv"

    call_command("export_customers", format="csv", output=str(target), language="en", verbosity=0)

    assert target.read_bytes() == body(download())
    assert not list(tmp_path.glob("*.part"))
    call_command("export_customers", "--for=programs", format="csv", output=str(target), language="en")
    assert target.read_bytes() == body(download("for=programs")) != body(download())


def test_export_and_import_elsewhere_give_the_same_customers(organisation, download):
    from tests.factories import make_location

    for number in range(5):
        make_customer(
            organisation,
            first_name=["Zoë", "Ægir", "李", "O'Neil", "👩‍🍳"][number],
            phone2=f"+49301234{number:04d}",
            postcode=f"0106{number}",
            birthday=date(1980, 1, 1 + number),
            language="de",
            country="DE",
            source=Source.WEB,
            module_bits=number,
            tags_text="",
            joined_at=datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC),
        )
    content = body(download("sort=email"))
    elsewhere = make_organisation()
    make_location(elsewhere)

    result = import_customers(io.BytesIO(content), organisation=elsewhere)

    assert (result.counts.created, result.counts.rejected) == (5, 0)
    again = b"".join(
        export_customers(
            Customer.objects.of(elsewhere).order_by("email_key"),
            organisation=elsewhere,
            actor=None,
            layout=Layout("csv", CsvDialect(",", ".")),
        )
    )
    without_ids = [[{**row, "id": ""} for row in rows_of(one)] for one in (content, again)]
    assert without_ids[0] == without_ids[1]


def test_marketing_consent_alone_reaches_nobody(download, organisation, sign_in, manager):
    """Contact permission withdrawn, no address, or both fine: only the last may be written to."""
    people = {
        "Asked never": {},
        "Allowed": {"contact_consent": True},
        "Withdrawn": {},
        "Nowhere": {"email": "", "phone": ""},
        "Second phone": {"email": "", "phone": "", "phone2": "+4930123456"},
        "Without consent": {"marketing_consent": False, "contact_consent": True},
    }
    for name, values in people.items():
        customer = make_customer(organisation, last_name=name, **{"marketing_consent": True} | values)
        if name == "Withdrawn":
            withdraw_consent(customer, "contact", actor=None)

    def last_names(query):
        return {row["last_name"] for row in rows_of(body(download(query)))}

    assert last_names("reachable=yes") == {"Asked never", "Allowed", "Second phone"}
    assert last_names("reachable=no") == {"Withdrawn", "Nowhere", "Without consent"}
    assert last_names("reachable=no&marketing=yes") == {"Withdrawn", "Nowhere"}
    dialog = sign_in(manager).get("/customers/export/?marketing=yes").content.decode()
    assert "2 customers of these agreed to marketing and are still not reachable" in dialog
    dialog = sign_in(manager).get("/customers/export/?reachable=yes").content.decode()
    assert "agreed to marketing and are still" not in dialog


def test_a_contact_permission_given_again_makes_reachable(organisation, admin):
    customer = make_customer(organisation, marketing_consent=True)
    withdraw_consent(customer, "contact", actor=None)
    assert not Customer.objects.reachable()
    grant_consent(customer, "contact", method="paper", occurred_at=customer.joined_at, actor=admin)

    assert Customer.objects.reachable().get() == customer


def test_the_menu_warns_when_a_list_of_consents_is_not_one_of_reachable_people(
    sign_in, manager, organisation
):
    make_customer(organisation, marketing_consent=True)
    client = sign_in(manager)

    assert "marketing=yes&amp;reachable=yes" in client.get("/customers/?marketing=yes").content.decode()
    for query in ("", "marketing=yes&reachable=yes"):
        assert "Show reachable customers only" not in client.get(f"/customers/?{query}").content.decode()


def test_the_dialog_keeps_the_selection_and_says_how_many(sign_in, manager, organisation):
    first, second, _third = (make_customer(organisation) for _ in range(3))

    page = sign_in(manager).get(f"/customers/export/?sort=name&selected={first.pk}&selected={second.pk}")

    content = page.content.decode()
    assert "2 customers" in content
    for customer in (first, second):
        assert f'name="selected" value="{customer.pk}"' in content


def test_a_download_is_told_on_the_page_that_comes_next(sign_in, manager, organisation):
    first, _second = make_customer(organisation), make_customer(organisation)
    client = sign_in(manager)

    client.get(f"/customers/export.xlsx?selected={first.pk}")

    day = local_day(timezone.now(), organisation.tz)
    told = f"1 customer exported: customers-{day}.xlsx"
    assert told in client.get("/toasts/").content.decode()
    assert "exported" not in client.get("/toasts/").content.decode()


def test_a_refused_download_tells_nothing_of_a_file(sign_in, manager, organisation):
    client = sign_in(manager)
    client.get("/customers/export.csv?selected=abc")

    assert "exported" not in client.get("/toasts/").content.decode()


def test_the_list_shows_who_is_reachable(sign_in, manager, organisation):
    make_customer(organisation, last_name="A", marketing_consent=True)
    withdrawn = make_customer(organisation, last_name="B", marketing_consent=True)
    withdraw_consent(withdrawn, "contact", actor=None)
    manager.membership.list_columns = ["reachable"]
    manager.membership.save()

    rows = sign_in(manager).get("/customers/?sort=name").context["rows"]

    assert ["Yes" in row.cells for row in rows] == [True, False]
