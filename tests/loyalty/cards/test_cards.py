"""Cards: numbers that check themselves, whose they are, and a history that stays."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from customers.invariants import broken_invariants
from loyalty.cards import CardRefused, cards, customers_with_card, usable_card
from loyalty.cards.numbers import check_digit, is_right, new_number, parse_number, typed_number
from loyalty.models import Card, CardEvent
from loyalty.redemption import find_redeemer
from orders.correcting import move_order, void_order
from tests.factories import make_customer, make_order
from tests.loyalty.factories import card_number, make_card, make_card_batch


def history(card) -> list[str]:
    return list(CardEvent.objects.filter(card=card).order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def customer(organisation, location):
    return make_customer(organisation, email="paula@example.org")


@pytest.fixture
def card(organisation):
    return make_card(organisation)


# ---- Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["79927398713", "4539578763621486", "0000000"])
def test_the_last_digit_is_that_of_luhn(number):
    assert is_right(number)


@given(st.from_regex(r"[0-9]{5,18}", fullmatch=True), st.data())
def test_one_mistyped_digit_is_noticed(body, data):
    number = body + check_digit(body)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))

    assert is_right(number) and not is_right(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize("text", ["7992 7398 713", "79927398713 ", "7992-7398-713", "٧٩٩٢٧٣٩٨٧١٣"])
def test_numbers_are_read_as_people_type_them(text):
    assert parse_number(text) == typed_number(text) == "79927398713"


@pytest.mark.parametrize("text", ["", "79927398710", "7992739871x", "12345", "9" * 20, "9" * 10_000, "a\x00"])
def test_what_is_no_number_is_refused(text):
    assert typed_number(text) == ""
    with pytest.raises(ValidationError):
        parse_number(text)


def test_new_numbers_are_right_and_different():
    numbers = {new_number() for _ in range(200)}
    assert len(numbers) == 200 and all(is_right(number) and len(number) == 12 for number in numbers)


# ---- Whose ----------------------------------------------------------------------------------------


def test_a_card_with_an_e_mail_links_itself(organisation, customer, manager):
    card = cards.add_card(
        organisation=organisation,
        number=card_number(),
        kind="points",
        email="Paula@Example.org",
        actor=manager,
    )

    assert card.customer == customer
    assert history(card) == ["created", "linked"]


@pytest.mark.parametrize("field", ["number", "email"])
def test_a_card_that_cannot_be_added_is_refused_at_its_field(organisation, card, field):
    values = (
        {"number": card.number} if field == "number" else {"number": card_number(), "email": "x@y.example"}
    )
    with pytest.raises(CardRefused) as refused:
        cards.add_card(organisation=organisation, kind="points", **values)
    assert field in refused.value.message_dict
    assert Card.objects.count() == 1


def test_two_houses_may_have_the_same_number(other_organisation, card):
    make_card(other_organisation, number=card.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_card(card.organisation, number=card.number)


def test_linking_again_changes_nothing_and_to_another_is_refused(organisation, customer, card):
    for _ in range(2):
        cards.link_card(card, customer=customer)
    with pytest.raises(CardRefused, match="another customer"):
        cards.link_card(card, customer=make_customer(organisation))
    assert history(card) == ["linked"]


def test_an_unlinked_card_is_free_again(customer, card):
    cards.link_card(card, customer=customer)
    for _ in range(2):
        cards.unlink_card(card)

    assert Card.objects.get().customer is None
    assert history(card) == ["linked", "unlinked"]


def test_a_blocked_card_finds_nobody_until_it_is_unblocked(organisation, customer, card):
    cards.link_card(card, customer=customer)
    cards.block_card(card, is_blocked=True)
    with pytest.raises(CardRefused):
        find_redeemer(organisation, card.number)
    cards.block_card(card, is_blocked=False)

    assert find_redeemer(organisation, card.spaced) == customer
    assert history(card) == ["linked", "blocked", "unblocked"]


def test_a_blocked_card_is_linked_to_nobody(customer, card):
    cards.block_card(card, is_blocked=True)
    with pytest.raises(CardRefused, match="blocked"):
        cards.link_card(card, customer=customer)


def test_a_replaced_card_keeps_its_history_and_gives_the_rest_on(organisation, customer):
    old = make_card(organisation, kind="punch", stamps=23, free_given=1)
    cards.link_card(old, customer=customer)
    new = cards.replace_card(old, number=card_number())

    old = Card.objects.get(pk=old.pk)
    assert (old.state, old.replaced_by, history(old)) == ("replaced", new, ["linked", "replaced"])
    assert (new.customer, new.stamps_now, new.free_left) == (customer, 3, 1)
    assert history(new) == ["created", "linked"]
    with pytest.raises(CardRefused):
        usable_card(organisation, old.number)


@pytest.mark.parametrize("fields", [{"kind": "gift"}, {"state": "blocked"}])
def test_a_card_is_replaced_only_by_a_free_one_of_its_kind(organisation, card, fields):
    with pytest.raises(CardRefused):
        cards.replace_card(card, number=make_card(organisation, **fields).number)
    with pytest.raises(CardRefused, match="same"):
        cards.replace_card(card, number=card.number)


# ---- Batches, stamps, balances --------------------------------------------------------------------


def test_a_batch_has_as_many_cards_as_it_says(organisation, manager):
    batch = cards.make_batch(
        organisation=organisation, name="November", kind="punch", size=250, actor=manager
    )

    numbers = set(batch.cards.values_list("number", flat=True))
    assert len(numbers) == 250 and all(map(is_right, numbers))
    assert CardEvent.objects.filter(kind="created", actor=manager).count() == 250


def test_orders_stamp_the_oldest_punch_card_and_voids_take_it_back(organisation, customer):
    first, second = (make_card(organisation, kind="punch", customer=customer) for _ in range(2))
    orders = [make_order(customer) for _ in range(10)]
    first.refresh_from_db()
    assert (first.stamps_now, first.free_left) == (0, 1)
    cards.give_free_one(first)
    with pytest.raises(CardRefused):
        cards.give_free_one(first)

    void_order(orders[0], reason="wrong table")

    assert list(Card.objects.order_by("pk").values_list("stamps", flat=True)) == [9, 0]
    assert second.stamps_now == 0


def test_a_stamp_moves_with_its_order(organisation, location, customer):
    other = make_customer(organisation, location=location)
    card, others = (make_card(organisation, kind="punch", customer=one) for one in (customer, other))
    order = make_order(customer)
    move_order(order, customer=other)
    assert [Card.objects.get(pk=one.pk).stamps for one in (card, others)] == [0, 1]
    order.refresh_from_db()
    move_order(order, customer=None)
    assert Card.objects.get(pk=others.pk).stamps == 0
    move_order(make_order(other, status="open"), customer=customer)
    assert not Card.objects.filter(stamps__gt=0).exists()


def test_a_void_takes_the_stamp_from_the_card_that_has_it_now(organisation, customer):
    old = make_card(organisation, kind="punch", customer=customer)
    order = make_order(customer)
    new = cards.replace_card(old, number=card_number())
    void_order(order, reason="wrong table")

    assert Card.objects.get(pk=new.pk).stamps == 0


def test_a_balance_is_what_the_till_reported_and_of_gift_cards_alone(organisation, card):
    gift = make_card(organisation, kind="gift")
    cards.report_balance(gift, cents=4_500)
    with pytest.raises(CardRefused):
        cards.report_balance(card, cents=100)

    assert Card.objects.get(pk=gift.pk).reported_balance_cents == 4_500


@pytest.mark.parametrize(
    "fields",
    [
        {"stamps_needed": 1},
        {"state": "replaced"},
        {"reported_balance_cents": 5},
        {"kind": "gift", "reported_balance_cents": 5},
    ],
)
def test_no_card_can_be_like_that(card, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.update(**fields)


def test_a_card_finds_its_customer_in_its_own_house_alone(
    other_organisation, customer, card, django_assert_num_queries
):
    cards.link_card(card, customer=customer)

    assert customers_with_card(card.organisation, card.spaced) == [customer.pk]
    assert customers_with_card(other_organisation, card.number) == []
    with django_assert_num_queries(0):
        assert customers_with_card(card.organisation, "0171 392") == []


def test_a_card_of_another_house_is_told(organisation, other_organisation, customer, card):
    Card.objects.update(
        organisation=other_organisation, customer=customer, batch=make_card_batch(organisation)
    )

    assert len(list(broken_invariants(other_organisation))) == 2
