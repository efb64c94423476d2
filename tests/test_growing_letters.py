"""Letters that become more when they are folded, and signs that nobody sees: every path stores them or says
why not, on both databases."""

import io

import pytest
from django.urls import reverse

from backoffice.core.text.text import clean, fold_case
from backoffice.staff.models import Location, User
from customers.importing import import_customers
from customers.models import Customer, Tag
from customers.models.tag import tag_key
from orders.importing import import_orders
from orders.models import Order, Product
from tests.factories import make_customer

# ŉ folds to two letters, U+FDFA to eighteen; U+FB2C is three as soon as it is normalised
GROWING = ["\ufdfa", "\ufb03", "ß", "ΐ", "\ufb2c", "ŉ"]


def text(letter: str, length: int) -> str:
    return letter * (length // 3 if letter == "\ufb2c" else length)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("letter", GROWING)
def test_a_form_takes_a_name_of_them(sign_in, admin, location, letter):
    names = {"first_name": text(letter, 80), "last_name": text(letter, 80), "company": text(letter, 120)}
    typed = names | {"phone": "0171 3920012"}
    answer = sign_in(admin).post(reverse("customers:new"), typed | {"tags": text(letter, 40)})
    assert answer.status_code == 302
    customer = Customer.objects.get()
    assert customer.search_text
    assert customer.tag_names


@pytest.mark.parametrize("letter", GROWING)
def test_an_import_takes_a_name_of_them_and_the_rows_beside_it(organisation, location, letter):
    rows = [
        "first_name,last_name,phone,tags",
        f"{text(letter, 80)},{text(letter, 80)},0171 3920012,{text(letter, 40)}",
    ]
    rows.append("Anna,Berg,0171 3920013,")
    counts = import_customers(io.BytesIO("\n".join(rows).encode()), organisation=organisation).counts
    assert counts.created == 2


@pytest.mark.parametrize("letter", GROWING)
def test_orders_take_an_item_of_them_and_the_orders_beside_it(organisation, location, letter):
    rows = ["order_id,placed_at,item,quantity,unit_price,customer_phone,customer_email"]
    rows.append(
        f"{text(letter, 80)},2026-03-02T12:00,{text(letter, 120)},1,4.90,0171 3920012,a@{'ß' * 60}.de"
    )
    rows.append("A2,2026-03-02T12:00,Pils,1,4.90,,")
    counts = import_orders(io.BytesIO("\n".join(rows).encode()), organisation=organisation).counts
    assert (counts.recorded, counts.refused) == (2, 0)
    assert Order.objects.count() == Product.objects.count() == 2


def test_keys_that_do_not_fit_differ_when_their_texts_do(organisation):
    one, other = "ŉ" * 40, "ŉ" * 39 + "ṅ"
    assert len(tag_key(one)) == 60
    assert tag_key(one) != tag_key(other)
    Tag.objects.create(organisation=organisation, name=one)
    Tag.objects.create(organisation=organisation, name=other)


def test_a_key_that_fits_is_the_folded_text():
    assert fold_case("Straße", 60) == "strasse"


@pytest.mark.parametrize(
    "name", ["\u202eannA", "An\u200bna", "\u2066Anna\u2069", "A\u00adnna", " Anna\ufeff "]
)
def test_marks_that_nobody_sees_are_taken_out(name):
    assert set(clean(name).casefold()) <= set("ann a".replace(" ", ""))


def test_joiners_stay_where_words_and_pictures_need_them():
    assert clean("👨‍👩‍👧") == "👨‍👩‍👧"
    assert clean("می‌خواهم") == "می‌خواهم"


@pytest.mark.parametrize("name", ["\u200b", "\u202e\u202c", "\u3164", " "])
def test_a_location_of_nothing_is_none(sign_in, admin, organisation, location, name):
    typed = {"name": name, "country": "DE", "timezone": "Europe/Berlin"}
    assert sign_in(admin).post(reverse("staff:location_new"), typed).status_code == 200
    assert Location.objects.count() == 1


@pytest.mark.parametrize("name", ["A\x01B", "A\x7fB"])
def test_control_characters_are_refused_in_names_of_places_and_people(sign_in, admin, location, name):
    client = sign_in(admin)
    typed = {"name": name, "country": "DE", "timezone": "Europe/Berlin"}
    assert client.post(reverse("staff:location_new"), typed).status_code == 200
    assert Location.objects.count() == 1
    client.post(reverse("staff:account"), {"name": name, "language": "de", "theme": ""})
    admin.refresh_from_db()
    assert admin.name != name


@pytest.mark.parametrize("tag", ["a\x00b", "a\x01b", "\ud800"])
def test_a_tag_with_what_cannot_be_stored_is_refused_in_words(sign_in, admin, location, tag):
    customer = make_customer(location.organisation)
    data = {"add": tag.encode("utf-8", "surrogatepass")} if "\ud800" in tag else {"add": tag}
    answer = sign_in(admin).post(reverse("customers:tags", args=[customer.pk]), data)
    assert answer.status_code < 500
    assert not Tag.objects.filter(name__contains="b").exists()


@pytest.mark.parametrize("length", [244, 254, 255, 400])
@pytest.mark.parametrize("letter", ["a", "ß"])
def test_an_invitation_to_a_long_address_is_sent_or_refused(sign_in, admin, location, length, letter):
    host = ".".join([letter * 60] * 4)[: length - 6]
    email = f"x@{host.strip('.')}.de"
    answer = sign_in(admin).post(reverse("staff:invite"), {"name": "Anna", "email": email, "role": "staff"})
    assert answer.status_code < 500
    assert all(len(user.email) <= 254 for user in User.objects.all())


def test_two_locations_of_one_name_at_once_get_a_sentence(
    organisation, location, admin, sign_in, monkeypatch
):
    """The second form was checked before the first was stored."""
    from backoffice.staff.forms import LocationForm

    monkeypatch.setattr(LocationForm, "clean_name", lambda self: self.cleaned_data["name"])
    typed = {"name": location.name.upper(), "country": "DE", "timezone": "Europe/Berlin"}
    answer = sign_in(admin).post(reverse("staff:location_new"), typed)
    assert answer.status_code == 200
    assert "There is a location of this name already" in answer.content.decode()
