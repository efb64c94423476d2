"""Coupons on pages: the list by how they stand, one with its history, the question whether an order fits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import ExportRun
from loyalty.models import Coupon, CouponCode, CouponUse
from tests.factories import make_customer, make_order
from tests.loyalty.factories import make_coupon

URL = "/loyalty/coupons/"


@pytest.fixture
def page(sign_in, manager, location):
    client = sign_in(manager)

    def page(url=URL, data=None, status=200):
        response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code == status
        return response

    return page


def codes(response) -> list[str]:
    return [row["coupon"].code for row in response.context["rows"]]


def test_each_coupon_stands_under_its_tab_and_its_word_agrees(organisation, page):
    today = timezone.now().date()
    stored = {
        "running": make_coupon(organisation),
        "planned": make_coupon(organisation, starts_on=today + timedelta(days=9)),
        "paused": make_coupon(organisation, is_active=False),
        "ended": make_coupon(organisation, max_uses=1, uses_count=1),
        "archived": make_coupon(organisation, archived_at=timezone.now()),
    }
    for view, coupon in stored.items():
        response = page(f"{URL}?view={view}")
        assert codes(response) == [coupon.code]
        assert response.context["rows"][0]["state"].code == view
    assert len(codes(page())) == 4
    counts = {name: count for name, _label, _query, count in page().context["views"]}
    assert counts == {"": "4"} | dict.fromkeys(stored, "1")
    assert codes(page(f"{URL}?q={stored['paused'].code.lower()}")) == [stored["paused"].code]


def test_the_list_is_a_file_with_what_it_shows(organisation, page, other_organisation):
    make_coupon(organisation, code="HERBST10", kind="percent", percent=10, minimum_cents=2_500, uses_count=4)
    make_coupon(organisation, code="DANKE", kind="amount", amount_cents=500, is_active=False)
    make_coupon(other_organisation, code="FREMD")

    file = b"".join(page(f"{URL}export.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:6] for line in file[1:]] == [
        ["DANKE", "amount", "", "5.00", "", "0.00"],
        ["HERBST10", "percent", "10", "", "", "25.00"],
    ]
    part = b"".join(page(f"{URL}export.csv?view=paused").streaming_content).decode()
    assert "DANKE" in part and "HERBST10" not in part
    run = ExportRun.objects.latest("pk")
    assert (run.kind, run.rows_count, run.query) == ("coupons", 1, "q=&view=paused&kind=")


def test_a_press_in_the_list_stays_there_and_can_be_undone(organisation, page):
    coupon = make_coupon(organisation, code="HERBST10")
    here = f"{URL}?view=running"
    assert f'formaction="{URL}{coupon.pk}/pause/"' in page(here).text

    response = page(f"{URL}{coupon.pk}/pause/", {"next": here}, 302)
    assert response.url == here
    assert f'action="{URL}{coupon.pk}/resume/"' in page(here).text
    page(f"{URL}{coupon.pk}/resume/", {"next": here}, 302)
    coupon.refresh_from_db()
    assert coupon.is_active


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(organisation, page, count, django_assert_max_num_queries):
    for _ in range(count):
        make_coupon(organisation)
    page()

    with django_assert_max_num_queries(6):
        page()


def test_a_coupon_is_added_changed_paused_and_archived(organisation, location, page):
    data = {"code": "herbst10", "kind": "percent", "percent": "10", "weekdays": list("0123456")}
    page(f"{URL}new/", data | {"locations": [location.pk], "minimum_cents": "25"}, 302)
    coupon = Coupon.objects.get()
    assert (coupon.code, coupon.minimum_cents, list(coupon.locations.all())) == (
        "HERBST10",
        2_500,
        [location],
    )
    Coupon.objects.update(uses_count=3)

    page(f"{URL}{coupon.pk}/edit/", data | {"percent": "20"}, 302)
    for step in ("pause", "archive"):
        page(f"{URL}{coupon.pk}/{step}/", {}, 302)

    coupon = Coupon.objects.get()
    assert (coupon.percent, coupon.uses_count, coupon.is_active) == (20, 3, False)
    assert coupon.archived_at


def test_a_code_that_is_taken_is_refused_at_its_field(organisation, page):
    make_coupon(organisation, code="HERBST10")
    data = {"code": "Herbst10", "kind": "percent", "percent": "10", "weekdays": ["0"]}

    assert "already" in page(f"{URL}new/", data).context["form"].errors["code"][0]


def test_an_order_is_tried_without_using_anything_up(organisation, location, page):
    coupon = make_coupon(organisation, minimum_cents=2_500)
    query = f"service_type=pickup&location={location.pk}&day=2026-11-30&time=12:00&contact=0171+3920012"

    assert "€2.50 come off" in page(f"{URL}{coupon.pk}/?{query}&total_cents=25").text
    assert "holds from €25.00" in page(f"{URL}{coupon.pk}/?{query}&total_cents=24,99").text
    assert not CouponUse.objects.exists()


def test_who_used_it_is_listed(organisation, page):
    coupon, order = make_coupon(organisation), make_order(make_customer(organisation))
    CouponUse.objects.create(
        coupon=coupon, order=order, customer=order.customer, amount_cents=250, occurred_at=timezone.now()
    )
    text = page(f"{URL}{coupon.pk}/").text

    assert order.external_id in text and "€2.50" in text and order.customer.name in text


def test_codes_and_uses_go_out_as_files_and_are_logged(organisation, page):
    coupon = make_coupon(organisation)
    page(f"{URL}{coupon.pk}/codes/", {"count": "3"}, 302)
    content = b"".join(page(f"{URL}{coupon.pk}/codes.csv")).decode()
    b"".join(page(f"{URL}{coupon.pk}/uses.csv"))

    assert all(code in content for code in CouponCode.objects.values_list("code", flat=True))
    assert set(ExportRun.objects.values_list("kind", "status")) == {
        ("coupon_codes", "done"),
        ("coupon_uses", "done"),
    }
    page(f"{URL}{coupon.pk}/secrets.csv", status=404)
