"""The catalogues are complete and fresh, and no page has a word that cannot be translated."""

import os
import re
import shutil
import string
import subprocess
import sys
from datetime import timedelta
from gettext import GNUTranslations
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import available_timezones

import allauth
import django
import polib
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS

from backoffice.core.borrowed_texts import BORROWED, BORROWED_PLURALS
from backoffice.core.text.formats import (
    country_names,
    full_month_name,
    language_names,
    month_name,
    weekday_name,
)
from backoffice.jobs.models import ACTIVE, JobStatus
from customers.consent.wordings import DEFAULT_TEXTS
from customers.listing import cells as list_cells
from orders.report import cells as report_cells
from orders.sources.formats import VENDORS
from tests.access_table import ROWS
from tests.factories import make_customer, make_job, make_order

LANGUAGES = ["de", "es"]
SOURCES = ["backoffice", "customers", "orders", "loyalty", "templates", "manage.py"]
EDGES = string.punctuation.replace(")", "") + " ·"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|</?\w+>")

each_language = pytest.mark.parametrize("language", LANGUAGES)


def catalogue(language, root=settings.BASE_DIR):
    return polib.pofile(str(root / "backoffice" / "locale" / language / "LC_MESSAGES" / "django.po"))


def pairs(language):
    """Every (text, translation), each plural form by itself."""
    for entry in catalogue(language):
        if entry.msgid_plural:
            for number, text in entry.msgstr_plural.items():
                yield (entry.msgid_plural if number else entry.msgid), text
        else:
            yield entry.msgid, entry.msgstr


def keys(po):
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in po if not entry.obsolete}


# ---- The catalogues -------------------------------------------------------------------------------


@each_language
def test_every_text_is_translated(language):
    assert [text for text, translated in pairs(language) if not translated.strip()] == []
    assert [entry.msgid for entry in catalogue(language).fuzzy_entries()] == []
    assert catalogue(language).obsolete_entries() == []


@each_language
def test_every_plural_has_all_forms_of_its_language(language):
    """A missing one shows up in another language: Spanish has a form of its own for millions."""
    po = catalogue(language)
    forms = set(range(int(re.search(r"nplurals=(\d)", po.metadata["Plural-Forms"])[1])))

    assert [entry.msgid for entry in po if entry.msgid_plural and set(entry.msgstr_plural) != forms] == []


@each_language
def test_placeholders_and_tags_survive_translation(language):
    wrong = [
        (text, translated)
        for text, translated in pairs(language)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(translated))
    ]

    assert wrong == []


@each_language
def test_sentences_end_like_their_source(language):
    wrong = [
        (text, translated)
        for text, translated in pairs(language)
        for mark in ".…"
        if text.endswith(mark) != translated.endswith(mark)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("language", "banned"), [("de", r"E-Mail|[Ee]rfolgreich|\bdu\b|\bdein"), ("es", r"\btu\b")]
)
def test_the_tone_of_the_glossary_is_kept(language, banned):
    texts = [translated for text, translated in pairs(language)]

    assert [text for text in texts if "!" in text or re.search(banned, text)] == []


@each_language
def test_extraction_finds_nothing_new(language, fresh_catalogues):
    assert keys(catalogue(language)) == keys(catalogue(language, fresh_catalogues))


@pytest.fixture(scope="session")
def fresh_catalogues(tmp_path_factory):
    """A copy of the sources with catalogues collected anew."""
    if not shutil.which("xgettext"):
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail("xgettext is missing (apt install gettext)")
        pytest.skip("xgettext is missing (apt install gettext)")
    root = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        source = settings.BASE_DIR / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("*.po", "*.mo", "__pycache__"))
        else:
            shutil.copy(source, root / name)
    (root / "static").mkdir()
    command = [sys.executable, "manage.py", "makemessages", "--locale", "de", "--locale", "es"]
    environment = {**os.environ, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "backoffice.settings"}
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)  # noqa: S603
    return root


def test_no_text_hides_in_an_f_string_where_xgettext_does_not_look():
    hidden = re.compile(r"""f["'].*\{(_|p?gettext|ngettext)\(""")
    files = [path for name in SOURCES for path in (settings.BASE_DIR / name).rglob("*.py")]

    assert [str(path) for path in files if hidden.search(path.read_text())] == []


def test_borrowed_texts_still_exist_where_they_were_borrowed():
    homes = [Path(django.__file__).parent / "conf", Path(django.__file__).parent / "contrib" / "auth"]
    known = set()
    for home in [*homes, Path(allauth.__file__).parent]:
        with (home / "locale" / "de" / "LC_MESSAGES" / "django.mo").open("rb") as file:
            known |= {key[0] if isinstance(key, tuple) else key for key in GNUTranslations(file)._catalog}
    plurals = {entry.msgid for entry in catalogue("de") if entry.msgid_plural}

    assert [text for text in BORROWED if text not in known] == []
    assert len(plurals & known) == len(BORROWED_PLURALS)


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Diese Angabe fehlt."), ("es", "Falta este dato."), ("en", "This field is required.")],
)
def test_our_words_come_before_those_of_the_frameworks(language, words):
    with translation.override(language):
        assert translation.gettext("This field is required.") == words


# ---- The pages ------------------------------------------------------------------------------------

PAGES = [row for row in ROWS if row.page and row.method == "GET" and row.name != "account_login"]


@pytest.fixture
def busy_house(organisation, location, admin):
    """A customer with everything, so that pages show all they have; returns the customer."""
    customer = make_customer(
        organisation, first_name="7", last_name="8", tags_text="9", notes="9", address1="9", city="9"
    )
    make_order(customer, tip_cents=100)
    for status in JobStatus:
        make_job_in(status, organisation, admin)
    return customer


def make_job_in(status, organisation, actor):
    """A job half way, in each state there is."""
    now = timezone.now()
    moments = {"started_at": now, "claimed_at": now - timedelta(minutes=1)}
    if status == JobStatus.RUNNING:
        moments["leased_until"] = now + timedelta(hours=1)
    if status not in ACTIVE:
        moments["finished_at"] = now
    counts = {"done_count": 50, "total_count": 100}
    make_job(organisation, actor=actor, kind="9", title="9", status=status, **counts, **moments)


def addresses(customer):
    """Every page, and states that only appear under an address of their own."""
    for row in PAGES:
        kwargs = row.make(customer.organisation) if row.make else {}
        yield reverse(row.name, kwargs=kwargs)
    profile = f"/customers/{customer.pk}/"
    yield from [
        f"{profile}?tab=orders",
        f"{profile}?tab=activity",
        f"{profile}edit/",
        f"{profile}consents/system/",
    ]
    yield from [profile, "/login/", "/nowhere/"]
    for query in [
        "q=zz",
        "status=inactive",
        "status=all&sort=-name",
        "source=web&marketing=no",
        "joined_from=x",
    ]:
        yield f"/customers/?{query}"


@pytest.mark.either
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "es", "en"])
def test_every_page_opens_in_every_language(sign_in, busy_house, admin, language):
    admin.language = language
    admin.save()
    client = sign_in(admin)
    for address in addresses(busy_house):
        response = client.get(address, headers={"Accept-Language": language})
        if response.status_code == 302:
            continue
        assert response.status_code in {200, 404}, address
        assert f'<html lang="{language}"' in response.content.decode(), address


class Words(HTMLParser):
    """What a page says: text, and attributes that are read aloud or shown; not what is marked as data by
    translate="no"."""

    SILENT = {"script", "style", "kbd"}
    SPOKEN = {
        "aria-label",
        "title",
        "placeholder",
        "alt",
        "data-label",
        "data-label-all",
        "data-remove-label",
    }

    def __init__(self, page: str):
        super().__init__()
        self.silent, self.texts, self.data = 0, [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in self.SILENT
        if not self.data and ("translate", "no") in attrs:
            self.silent, self.data = self.silent + 1, tag
        self.texts += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag):
        self.silent -= tag in self.SILENT
        if tag == self.data:
            self.silent, self.data = self.silent - 1, ""

    def handle_data(self, data):
        if not self.silent:
            self.texts.append(data)


def bare_words(page: str, data: set[str]) -> set[str]:
    """Words of a pseudo-translated page outside of ⟦…⟧ that are not data."""
    text = "\n".join(" ".join(one.split()) for one in Words(page).texts)
    while "⟦" in text:
        text, count = re.subn(r"⟦[^⟦⟧]*⟧", "", text)
        assert count, text
    lines = {line.strip() for line in text.split("\n")} - data
    left = " ".join(line for line in lines if line.strip(EDGES) not in data)
    return set(re.findall(r"[^\W\d_]{2,}", left)) - data


@pytest.fixture
def pseudo(monkeypatch):
    """Every text that went through gettext stands in ⟦…⟧, also in cells that were kept."""
    _forget_cells()
    engine = translation._trans
    monkeypatch.setattr(engine, "gettext", lambda text: f"⟦{text}⟧" if text else "", raising=False)
    monkeypatch.setattr(engine, "pgettext", lambda context, text: f"⟦{text}⟧", raising=False)
    monkeypatch.setattr(
        engine, "ngettext", lambda one, more, n: f"⟦{one if n == 1 else more}⟧", raising=False
    )
    yield
    _forget_cells()


def _forget_cells():
    """Looks are kept per language; the pseudo-language goes by the name of a real one."""
    for look in (*vars(list_cells).values(), *vars(report_cells).values()):
        if hasattr(look, "cache_clear"):
            look.cache_clear()


@pytest.fixture
def data_words(organisation, admin, location, settings):
    """What pages say that nobody translates: names, brands, places, codes."""
    people = f"{admin.name} {admin.email} {organisation.name} {location.name} Paula Pfefferkorn guest Canary"
    fixed = "Stammgast Deutsch Español English Käsespätzle AltGr CSV Backspace example org Person PP AA CP"
    files = "UTF Windows csv email guests order id placed at item quantity unit price"
    paths = f"{settings.INBOX_DIR} {organisation.slug} till"
    months = {month_name(number, "en") for number in range(1, 13)}
    months |= {full_month_name(number, "en") for number in range(1, 13)}
    weekdays = {weekday_name(number, "en") for number in range(7)} | {str(name) for name in WEEKDAYS.values()}
    words = set(re.findall(r"[^\W\d_]{2,}", f"{people} {fixed} {files} {paths}"))
    wordings = set(DEFAULT_TEXTS.values())
    return (
        words
        | {label for vendor in VENDORS for label in (vendor.label, *vendor.label.split())}
        | {"Series"}
        | months
        | weekdays
        | wordings
        | set(country_names("en").values())
        | set(language_names("en").values())
        | available_timezones()
    )


@pytest.mark.either
@pytest.mark.django_db
def test_no_page_has_a_word_that_cannot_be_translated(sign_in, busy_house, admin, data_words, pseudo):
    client = sign_in(admin)
    bare = {}
    for address in addresses(busy_house):
        response = client.get(address)
        if response.status_code != 302 and (found := bare_words(response.content.decode(), data_words)):
            bare[address] = sorted(found)

    assert bare == {}


@pytest.mark.either
@pytest.mark.django_db
def test_no_refused_form_has_a_word_that_cannot_be_translated(sign_in, busy_house, admin, data_words, pseudo):
    client = sign_in(admin)
    wrong = {
        "first_name": "",
        "last_name": "x" * 300,
        "email": "x",
        "phone": "x",
        "birthday": "x",
        "country": "QQ",
    }
    evidence = {"state": "granted", "method": "x", "occurred_at": "x"}
    forms = [
        ("/customers/new/", wrong),
        (f"/customers/{busy_house.pk}/edit/", wrong),
        (f"/customers/{busy_house.pk}/consents/system/", evidence),
        ("/settings/team/invite/", {"email": "x"}),
        ("/settings/locations/new/", {}),
    ]
    bare = {}
    for address, typed in forms:
        page = client.post(address, typed).content.decode()
        assert "form-errors" in page, address
        if found := bare_words(page, data_words | {"xx"}):
            bare[address] = sorted(found)

    assert bare == {}


def test_a_bare_word_would_be_found():
    page = '<p title="Bare">⟦Say <b>⟦three⟧</b> words⟧ to Paula</p><script>quiet</script>'

    assert bare_words(page, {"Paula"}) == {"Bare", "to"}
