"""The page of duplicates, and the one that compares and merges."""

import pytest
from django.utils import timezone

from customers.candidates import look_at
from customers.models import Customer, CustomerMerge, DuplicateCandidate
from tests.customers.merging.test_merging import merge
from tests.factories import make_customer, make_order

LIST, MERGE = "/customers/duplicates/", "/customers/duplicates/merge/"
HOME = {"first_name": "Ida", "last_name": "Ingwer", "postcode": "12345", "address1": "Weg 1"}


@pytest.fixture
def two(organisation):
    pair = [make_customer(organisation, **HOME, city=city) for city in ("Bonn", "Köln")]
    look_at(organisation, [one.pk for one in pair])
    return pair


@pytest.fixture
def page(sign_in, manager):
    browser = sign_in(manager)

    def get(url):
        response = browser.get(url)
        assert response.status_code == 200
        return response.content.decode()

    return get


def form(customers, **more):
    seen = {f"seen-{one.pk}": Customer.objects.get(pk=one.pk).updated_at.isoformat() for one in customers}
    ids = [one.pk for one in customers]
    return {"id": ids, "survivor": ids[0], "answer": "merge"} | seen | more


def test_likely_duplicates_stand_there_with_score_and_reason(two, page):
    text = page(LIST)

    assert "90 %" in text or "90%" in text
    assert "almost certain" in text
    assert "Same name and address" in text
    assert f"{MERGE}?id={two[0].pk}&amp;id={two[1].pk}" in text


def test_three_who_may_be_one_are_one_row(organisation, two, page):
    third = make_customer(organisation, **HOME)
    look_at(organisation, [third.pk])

    text = page(LIST)

    assert text.count('class="dup"') == 1
    assert f"id={two[0].pk}&amp;id={two[1].pk}&amp;id={third.pk}" in text


def test_levels_narrow_the_list(two, page):
    assert "Same name and address" in page(f"{LIST}?likely=certain")
    assert "No likely duplicates" in page(f"{LIST}?likely=possible")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(organisation, page, count, django_assert_num_queries):
    for number in range(count):
        fields = HOME | {"address1": f"Weg {number}", "postcode": f"1{number}"}
        look_at(organisation, [make_customer(organisation, **fields).pk for _ in range(2)])
    page(LIST)
    with django_assert_num_queries(8):
        page(LIST)


def test_pages_of_the_list_follow_each_other(organisation, page, monkeypatch):
    monkeypatch.setattr("customers.duplicates.groups.PAGE", 1)
    for number in range(2):
        fields = HOME | {"address1": f"Weg {number}", "postcode": f"1{number}"}
        look_at(organisation, [make_customer(organisation, **fields).pk for _ in range(2)])

    first = page(LIST)
    after = first.partition("?after=")[2].partition("&")[0]
    second = page(f"{LIST}?after={after}")

    assert first.count('class="dup"') == second.count('class="dup"') == 1
    assert first.partition("?id=")[2][:5] != second.partition("?id=")[2][:5]


def test_values_are_compared_and_the_older_one_stays_by_default(two, page):
    text = page(f"{MERGE}?id={two[1].pk}&id={two[0].pk}")

    assert "Merge 2 customers" in text
    assert "the same for all" in text
    checked = [part for part in text.split("<input")[1:] if "checked" in part.partition(">")[0]]
    assert all(f'value="{two[0].pk}"' in part for part in checked)


def test_the_form_merges_as_chosen(two, sign_in, manager):
    browser = sign_in(manager)

    response = browser.post(MERGE, form(two, address=two[1].pk), follow=True)

    assert response.redirect_chain[-1][0] == f"/customers/{two[0].pk}/"
    left = Customer.objects.get()
    assert (left.pk, left.city) == (two[0].pk, "Köln")
    assert "2 customers are one now." in response.content.decode()


def test_the_old_address_leads_to_the_survivor(two, sign_in, staff):
    merge(*two)
    response = sign_in(staff).get(f"/customers/{two[1].pk}/?tab=activity")
    assert (response.status_code, response.url) == (302, f"/customers/{two[0].pk}/?tab=activity")


def test_both_logs_are_told_on_the_survivors_profile(two, page):
    make_order(two[1])
    merge(*two)

    text = page(f"/customers/{two[0].pk}/?tab=activity")

    assert "Merged with another customer" in text
    assert "Became part of this customer" in text


def test_who_was_merged_meanwhile_is_said_with_a_link(two, sign_in, manager):
    data = form(two)
    merge(*two)

    response = sign_in(manager).post(MERGE, data)

    assert response.status_code == 409
    assert f'href="/customers/{two[0].pk}/"' in response.content.decode()
    assert CustomerMerge.objects.count() == 1


def test_of_three_the_other_two_are_compared_anew(organisation, two, sign_in, manager):
    third = make_customer(organisation, **HOME)
    data = form([*two, third])
    merge(*two)

    response = sign_in(manager).post(MERGE, data)

    assert response.status_code == 409
    assert "Somebody else changed or merged one of them meanwhile" in response.content.decode()
    assert "Merge 2 customers" in response.content.decode()


def test_a_value_that_changed_meanwhile_is_shown_first(two, sign_in, manager):
    data = form(two)
    Customer.objects.filter(pk=two[1].pk).update(city="Ulm", updated_at=timezone.now())

    response = sign_in(manager).post(MERGE, data)

    assert response.status_code == 409
    assert "Ulm" in response.content.decode()
    assert Customer.objects.count() == 2


def test_different_people_are_remembered_and_can_be_suspected_again(two, sign_in, manager):
    browser = sign_in(manager)
    browser.post(MERGE, form(two, answer="different"))

    assert "No likely duplicates" in browser.get(LIST).content.decode()
    text = browser.get(f"{LIST}?tab=different").content.decode()
    assert two[0].name in text
    pair = DuplicateCandidate.objects.get()
    browser.post("/customers/duplicates/suspect/", {"pair": pair.pk})
    assert "Same name and address" in browser.get(LIST).content.decode()


def test_people_whom_nothing_connects_can_be_called_different_too(organisation, sign_in, manager):
    ids = [make_customer(organisation).pk for _ in range(2)]
    browser = sign_in(manager)
    browser.post("/customers/duplicates/different/", {"id": ids})
    pair = DuplicateCandidate.objects.get()
    assert (pair.state, pair.decided_by) == ("different", manager)

    browser.post("/customers/duplicates/suspect/", {"pair": pair.pk})

    assert not DuplicateCandidate.objects.exists()


def test_a_merge_is_undone_from_its_tab(two, sign_in, manager):
    browser = sign_in(manager)
    record = merge(*two)
    assert "Can be undone until" in browser.get(f"{LIST}?tab=merged").content.decode()

    response = browser.post(f"/customers/duplicates/merges/{record.pk}/undo/")

    assert response.url == f"/customers/{two[1].pk}/"
    assert Customer.objects.count() == 2


def test_an_earlier_merge_says_that_the_later_one_comes_first(organisation, two, sign_in, manager):
    first = merge(*two)
    merge(two[0], make_customer(organisation))

    response = sign_in(manager).post(f"/customers/duplicates/merges/{first.pk}/undo/", follow=True)

    assert "Undo the later merge first." in response.content.decode()


def test_customers_are_found_and_chosen_by_hand(two, page):
    text = page(f"{LIST}choose/?q=ingwer&id={two[0].pk}")

    assert text.count('type="checkbox"') == 2
    assert text.count("checked") == 1


def test_more_than_three_are_compared_as_blocks(organisation, two, page):
    more = [make_customer(organisation, **HOME) for _ in range(2)]
    query = "&".join(f"id={one.pk}" for one in (*two, *more))
    assert "compare-blocks" in page(f"{MERGE}?{query}")


def test_a_customer_of_another_organisation_is_not_found(two, other_organisation, sign_in, manager):
    foreign = make_customer(other_organisation)
    response = sign_in(manager).get(f"{MERGE}?id={two[0].pk}&id={foreign.pk}")
    assert response.status_code == 404


def test_the_profile_leads_to_the_comparison_whom_may_merge(two, page, sign_in, staff):
    link = f"{MERGE}?id={two[0].pk}&amp;id={two[1].pk}"
    assert link in page(f"/customers/{two[0].pk}/")
    assert link not in sign_in(staff).get(f"/customers/{two[0].pk}/").content.decode()


def test_who_is_likelier_somebody_else_stands_in_their_row_alone(organisation, page):
    streets = ("Weg 1", "Weg 1", "Gasse 2", "Gasse 2")
    people = [make_customer(organisation, **HOME | {"address1": street}) for street in streets]
    look_at(organisation, [one.pk for one in people])

    text = page(LIST)

    assert text.count('class="dup"') == 2
    assert f"id={people[0].pk}&amp;id={people[1].pk}&amp;id=" not in text
