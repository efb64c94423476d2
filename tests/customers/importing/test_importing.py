"""Customers from CSV: good rows in, bad rows out with a reason, again changes nothing."""

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from customers.choices import ConsentMethod, Purpose
from customers.consent.ledger import grant_consent, withdraw_consent
from customers.figures.counters import stored_counters, stored_daily, true_counters, true_daily
from customers.importing import import_customers, jobs, walking
from customers.models import ConsentEntry, Customer, CustomerCounters, CustomerTag
from tests.factories import make_customer

HEAD = "first_name,last_name,email,phone"


@pytest.fixture
def take(organisation, location):
    """Import rows under HEAD (or another) and return the result and the refused lines."""

    def take(*rows, head=HEAD, **options):
        refused = io.StringIO()
        content = "\r\n".join([head, *rows]).encode()
        result = import_customers(io.BytesIO(content), organisation=organisation, refused=refused, **options)
        return result, refused.getvalue().splitlines()[1:]

    return take


def test_rows_become_customers_with_everything_in_its_place(take, organisation, location):
    result, _refused = take(
        "Zoë,Müller,Zoe@Example.org,0171 3920012,AT,01067,1990-05-03,es,Stammgast; VIP,'=Firma,"
        '"shop, till",inactive',
        head=f"{HEAD},country,postcode,birthday,language,tags,company,modules,status",
    )

    customer = Customer.objects.get()
    assert (result.counts.created, result.counts.rejected) == (1, 0)
    assert (customer.email, customer.company, customer.postcode) == ("Zoe@Example.org", "=Firma", "01067")
    assert (customer.source, customer.location, customer.is_active) == ("import", location, False)
    assert (customer.language, customer.birthday.isoformat()) == ("es", "1990-05-03")
    assert [module.code for module in customer.modules] == ["shop", "till"]
    assert customer.phone == "+431713920012"  # read as an Austrian number: the row says AT
    assert customer.stats.receipts_count == 0


def test_the_same_file_again_changes_nothing(take, organisation):
    rows = [f"Guest,n{number},g{number}@example.org," for number in range(1_100)]

    first, _ = take(*rows)
    before = list(Customer.objects.order_by("pk").values())
    again, _ = take(*rows)

    assert (first.counts.created, again.counts.created, again.counts.unchanged) == (1_100, 0, 1_100)
    assert list(Customer.objects.order_by("pk").values()) == before
    assert stored_counters(organisation) == true_counters(organisation)
    assert stored_daily(organisation) == true_daily(organisation)


def test_existing_customers_are_completed_and_never_overwritten(take, organisation):
    customer = make_customer(
        organisation, first_name="Paula", last_name="", phone="", company="", email="p@example.org"
    )

    result, _ = take("Paula,Name,P@EXAMPLE.org,0171 3920012,Firma", head=f"{HEAD},company")

    now = Customer.objects.get(pk=customer.pk)
    assert (result.counts.completed, result.counts.created) == (1, 0)
    assert (now.first_name, now.phone, now.company) == ("Paula", "+491713920012", "Firma")
    assert "firma" in now.search_text


def test_one_customer_twice_in_a_file_is_one_customer(take):
    result, _ = take("Zoë,Müller,z@example.org,", "Zoë,Müller,Z@example.org,0171 3920012")

    assert Customer.objects.get().phone == "+491713920012"
    assert (result.counts.created, result.counts.rejected) == (1, 0)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("Zoë,Müller,,", "email", "phone number or an e-mail"),
        (",,z@example.org,", "first_name", "first or last name"),
        ("Zoë,Müller,no-mail,", "email", "has an @"),
        ("Zoë,Müller,zoë müller@example.org,", "email", "no space"),
        ("Zoë,Müller,zoe@example,", "email", "ending is missing"),
        ("Zoë,Müller,a@example.org;b,", "email", "one e-mail"),
        ("Zoë,Müller,a..b@example.org,", "email", "valid email"),
        ("Zoë,Müller,,0171-CALL", "phone", "digits only"),
        ("Zoë,Müller,,4.9171E+11", "phone", "rounded"),
        ("Zoë,Müller,,+49 171 1234567 / +49 171 76", "phone", "one phone number"),
        ("Zoë,Müller,,12", "phone", "Digits are missing"),
        (f"{'x' * 81},Müller,z@example.org,", "first_name", "80"),
        ("Zoë,Mül\x07ler,z@example.org,", "", "control characters"),
        ("Zoë,Müller,z@example.org,,extra", "", "more cells"),
    ],
)
def test_a_bad_row_is_refused_with_line_column_and_reason(take, row, column, reason):
    result, refused = take("Good,One,good@example.org,", row, "Good,Two,two@example.org,")

    assert (result.counts.created, result.counts.rejected) == (2, 1)
    fault = result.faults[0]
    assert (fault.line, fault.column) == (3, column)
    assert reason in fault.reason
    assert len(refused) == 1
    assert refused[0].startswith("3,")


def test_phone_of_one_customer_and_email_of_another_is_a_conflict(take, organisation):
    make_customer(organisation, phone="+491713920012", email="a@example.org")
    make_customer(organisation, phone="", email="b@example.org")

    result, _ = take("X,Y,b@example.org,0171 3920012")

    assert (result.counts.rejected, result.counts.completed) == (1, 0)
    assert "to another" in result.faults[0].reason


CONSENT_HEAD = f"{HEAD},marketing_communications"


@pytest.mark.parametrize("word", ["TRUE", "ja", "1", "sí", "yes"])
def test_a_consent_needs_a_clear_yes_and_a_stated_origin(take, word):
    without, _ = take(f"A,B,a@example.org,,{word}", head=CONSENT_HEAD)
    assert (without.counts.consents, without.counts.consents_without_origin) == (0, 1)
    assert not ConsentEntry.objects.exists()

    stated, _ = take(f"A,B,a@example.org,,{word}", head=CONSENT_HEAD, subscribe_origin="Newsletter 2024")

    assert stated.counts.consents == 1
    entry = ConsentEntry.objects.get()
    assert (entry.origin, entry.method, entry.wording_version) == ("Newsletter 2024", "import", "1")
    assert Customer.objects.get().marketing_consent is True
    assert CustomerCounters.objects.get().marketing == 1


@pytest.mark.parametrize("word", ["vielleicht", "Subscribed?", "TRUE TRUE"])
def test_a_word_that_is_no_yes_and_no_no_costs_no_customer_and_grants_nothing(take, word):
    result, _ = take(f"A,B,a@example.org,,{word}", head=CONSENT_HEAD, subscribe_origin="x")

    assert (result.counts.created, result.counts.hints, result.counts.consents) == (1, 1, 0)
    assert Customer.objects.get().marketing_consent is False


def test_an_import_never_lifts_a_withdrawal_nor_repeats_a_grant(take, organisation):
    gone = make_customer(organisation, first_name="", last_name="", email="gone@example.org")
    grant_consent(gone, Purpose.MARKETING, method=ConsentMethod.PAPER, occurred_at=gone.joined_at, actor=None)
    withdraw_consent(gone, Purpose.MARKETING, actor=None)

    for _ in range(2):
        take("A,B,gone@example.org,,TRUE", head=CONSENT_HEAD, subscribe_origin="x")

    assert Customer.objects.get().marketing_consent is False
    assert ConsentEntry.objects.count() == 2


def test_ids_computed_figures_and_unknown_columns_are_not_written(take, organisation):
    result, _ = take(
        "999,A,B,a@example.org,,500.00,99,blue",
        head="id,first_name,last_name,email,phone,revenue,points,shoe size",
    )

    customer = Customer.objects.get()
    assert customer.pk != 999
    assert (customer.stats.revenue_cents, customer.stats.points) == (0, 0)
    assert result.ignored_columns == ["shoe size"]


def test_a_dry_run_counts_the_same_and_writes_nothing(take):
    rows = ["A,B,a@example.org,", "A,B,A@example.org,0171 3920012", "C,D,nope,"]

    dry, refused = take(*rows, dry_run=True)

    assert (dry.counts.rows, dry.counts.created, dry.counts.rejected, len(refused)) == (3, 1, 1, 1)
    assert not Customer.objects.exists()
    real, _ = take(*rows)
    assert (real.counts.created, real.counts.rejected) == (dry.counts.created, dry.counts.rejected)


def test_a_chunk_is_stored_whole_or_not_at_all(take, monkeypatch):
    monkeypatch.setattr(walking, "CHUNK", 2)
    rows = [f"G,n{number},g{number}@example.org," for number in range(6)]
    stored = jobs.store
    calls = []

    def fail_on_second(*args):
        calls.append(1)
        stored(*args)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "store", fail_on_second)
    with pytest.raises(KeyboardInterrupt):
        take(*rows)
    assert Customer.objects.count() == 2

    monkeypatch.setattr(jobs, "store", stored)
    again, _ = take(*rows)
    assert (again.counts.created, again.counts.unchanged) == (4, 2)


@pytest.mark.parametrize("head", ["name,shoe", "", "email,email"])
def test_a_file_that_is_no_customer_list_is_refused_as_a_whole(take, head):
    with pytest.raises(ValidationError):
        take("a,b", head=head)
    assert not Customer.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_spreadsheets_encoding_and_separator_is_read(organisation, location, encoding):
    content = "first_name;last_name;email\r\nZoë;Müller;z@example.org\r\n".encode(encoding)

    import_customers(io.BytesIO(content), organisation=organisation)

    assert Customer.objects.get().name == "Zoë Müller"


def test_tags_come_in_once_and_are_searchable_as_filter(take):
    take('A,B,a@example.org,,"VIP, Büro"', 'C,D,c@example.org,,"vip"', head=f"{HEAD},tags")

    assert CustomerTag.objects.filter(tag__name_key="vip").count() == 2
    assert Customer.objects.get(email="a@example.org").tags_text == "Büro, VIP"


def test_customers_of_another_organisation_are_not_touched(take, other_organisation):
    foreign = make_customer(other_organisation, email="a@example.org", phone="")

    take("A,B,a@example.org,0171 3920012")

    foreign.refresh_from_db()
    assert foreign.phone == ""
    assert Customer.objects.count() == 2


def test_the_command_reports_and_keeps_the_refused_rows(organisation, location, tmp_path, capsys):
    path = tmp_path / "guests.csv"
    path.write_text(f"{HEAD}\nA,B,a@example.org,\nC,D,nope,\n")

    with pytest.raises(SystemExit) as ended:
        call_command("import_customers", str(path))

    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert "1 new" in out
    assert "1 refused" in out
    assert "nope" in (tmp_path / "guests.refused.csv").read_text()
    with pytest.raises(CommandError):
        call_command("import_customers", str(tmp_path / "missing.csv"))


def test_an_import_is_logged_with_counts_and_hash_alone(take, organisation):
    from backoffice.audit.models import AuditEntry

    result, _ = take("Canary,Canary,canary@example.org,")

    entry = AuditEntry.objects.get(action="customers.imported")
    assert entry.details["sha256"] == result.sha256
    assert "canary" not in json.dumps(entry.details).lower()
