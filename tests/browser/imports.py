"""Imports in every state, made without the browser."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from backoffice.imports import runs
from backoffice.imports.mapping import ColumnMapping
from backoffice.jobs.models import WorkerHeartbeat
from backoffice.jobs.services import run_job
from customers.importing import runs as customer_runs
from customers.importing.mapping import CustomerMapping
from orders.catalogue.importing.jobs import start_check as start_product_check
from orders.importing import runs as order_runs
from orders.importing.mapping import OrderMapping
from orders.models import OrderImport, ProductImport

CUSTOMERS = """first_name,last_name,email,phone,birthday,marketing,internal_number
Lotte,Lavendel,lotte@example,,1990-05-03,yes,10044
Ida,Ingwer,ida.ingwer.with.a.long.address@a-house-with-a-long-name.example.org,,,,10045
"""
ORDERS = """Belegnummer;Datum;Artikel;Menge;Einzelpreis;Kunde;Telefon
1;01.10.2026 18:30;Pils;2;4,90;Anna Müller;0171 3920012
2;02.10.2026 12:00;Espresso;1;3,00;;
3;02.10.2026 12:00;Espresso;viel;3,00;;
"""
PRODUCTS = """Artikel;Kategorie;Preis;MwSt;Allergene
Rindsgulasch mit einem langen Namen;Hauptgerichte;14,90;7;Gluten, Sellerie
Zwickl;Getränke;3,90;19;Gluten
Brezn;Beilagen;viel;7;
"""
LONG_FILE = f"{'a-file-with-a-very-long-name-' * 3}.csv"


def keep_a_worker() -> None:
    """Pages say nothing of a missing worker."""
    WorkerHeartbeat.objects.create(worker_id="here", seen_at=timezone.now() + timedelta(hours=1))


def read_customers(person, content=CUSTOMERS):
    """An import of customers whose columns wait for somebody."""
    data = content.encode()
    run = customer_runs.start_upload(
        organisation=person.membership.organisation,
        actor=person,
        name=LONG_FILE,
        size=len(data),
        chunks=[data],
    )
    return _work(run)


def read_orders(person, content=ORDERS):
    """An import of orders whose columns wait for somebody."""
    return _read(OrderImport, person, content)


def check_customers(person):
    """An import of customers whose rows wait for somebody, one of them faulty."""
    run = read_customers(person)
    customer_runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=person)
    return _work(run)


def check_orders(person):
    """An import of orders whose rows wait for somebody, one of them faulty."""
    run = read_orders(person)
    order_runs.start_check(run, OrderMapping.from_json(run.mapping), actor=person)
    return _work(run)


def read_products(person, content=PRODUCTS):
    """An import of products whose columns wait for somebody."""
    return _read(ProductImport, person, content)


def check_products(person):
    """An import of products whose rows wait for somebody, one of them faulty."""
    run = read_products(person)
    start_product_check(run, ColumnMapping.from_json(run.mapping), actor=person)
    return _work(run)


def finish(run):
    """The same import, done."""
    runs.start_import(run, actor=run.actor)
    return _work(run)


def _read(model, person, content):
    upload = SimpleUploadedFile(LONG_FILE, content.encode())
    organisation = person.membership.organisation
    return _work(runs.start_upload(model, organisation=organisation, actor=person, upload=upload))


def _work(run):
    run.refresh_from_db()
    run_job(run.job_id)
    return type(run).objects.select_related("job", "organisation", "actor").get(pk=run.pk)
