"""Writing to one and to many, the inbox, and what staff may see."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.choices import Purpose
from customers.consent.ledger import withdraw_consent
from customers.messages.audience import customers_of
from customers.models import Message, MessageRecipient, MessageTemplate, ReceivedMessage, Thread
from customers.records.tagging import change_tags
from tests.customers.messages.conftest import make_draft, make_reader, start
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(organisation):
    return make_customer(organisation, email="paula@example.org", language="en")


@pytest.fixture
def mara(sign_in, manager):
    return sign_in(manager)


def write(mara, customer, **changes):
    fields = {"key": str(uuid4()), "subject": "Your table", "body": "See you\n\nat eight", "kind": "service"}
    return mara.post(reverse("messages:write", args=[customer.pk]), fields | changes)


def received(customer, **fields):
    values = {"external_id": str(uuid4()), "subject": "A question", "body": "Is there a table?"} | fields
    values |= {"address": customer.email, "received_at": timezone.now()}
    return ReceivedMessage.objects.create(organisation=customer.organisation, customer=customer, **values)


def waiting_thread(customer):
    fields = {"last_at": timezone.now(), "is_waiting": True, "preview": "Is there"}
    return Thread.objects.create(organisation=customer.organisation, customer=customer, **fields)


def compose(**changes):
    texts = {"subject_de": "{Vorname}, Wild ist da", "body_de": "Guten Tag {Vorname},\n\nneu."}
    return {"key": str(uuid4()), "kind": "promotional", "audience": ""} | texts | changes


def test_a_message_from_the_profile_stands_in_the_thread_and_in_the_log(mara, customer, manager):
    assert write(mara, customer).status_code == 302

    page = mara.get(reverse("customers:profile", args=[customer.pk]), {"tab": "messages"}).content.decode()
    assert "Your table" in page and "<p>at eight</p>" in page and "Waiting" in page
    MessageRecipient.objects.update(
        state="sent", sent_at=timezone.now(), ended_at=timezone.now(), address="a@b.c"
    )
    log = mara.get(reverse("customers:profile", args=[customer.pk]), {"tab": "activity"}).content.decode()
    assert "Message sent: Your table" in log and manager.name in log


def test_pressed_twice_it_is_one_message(mara, customer):
    key = str(uuid4())
    for _press in range(2):
        write(mara, customer, key=key)
    assert Message.objects.count() == 1


def test_staff_read_the_thread_and_cannot_write(sign_in, staff, customer):
    received(customer)
    page = sign_in(staff).get(reverse("customers:profile", args=[customer.pk]), {"tab": "messages"})
    assert "Is there a table?" in page.content.decode()
    assert reverse("messages:write", args=[customer.pk]) not in page.content.decode()


def test_without_contact_permission_only_what_was_asked_for_goes(mara, customer):
    withdraw_consent(customer, Purpose.CONTACT, actor=None)
    refused = write(mara, customer)
    assert refused.status_code == 422
    assert "contact permission withdrawn" in refused.content.decode()
    assert write(mara, customer, is_asked_for="on").status_code == 302


def test_the_inbox_shows_who_waits_and_lets_it_be_dealt_with(mara, customer, organisation):
    received(customer)
    Thread.objects.create(
        organisation=organisation,
        customer=customer,
        last_at=timezone.now(),
        is_waiting=True,
        preview="Is there",
    )
    page = mara.get(reverse("messages:list"), {"view": "waiting"}).content.decode()
    assert customer.name in page and "waits for an answer" in page

    mara.post(reverse("messages:deal", args=[customer.pk]))
    assert customer.name not in mara.get(reverse("messages:list"), {"view": "waiting"}).content.decode()


def test_an_answer_ends_the_waiting_and_takes_up_the_subject(mara, customer, organisation):
    received(customer)
    Thread.objects.create(
        organisation=organisation, customer=customer, last_at=timezone.now(), is_waiting=True
    )
    assert (
        'value="Re: A question"' in mara.get(reverse("messages:thread", args=[customer.pk])).content.decode()
    )
    write(mara, customer)
    assert not Thread.objects.get(customer=customer).is_waiting


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_for_any_number_of_threads(
    mara, organisation, count, django_assert_num_queries
):
    for _ in range(count):
        customer = make_reader(organisation, f"anna{count}", email=f"anna{uuid4().hex[:6]}@example.org")
        Thread.objects.create(organisation=organisation, customer=customer, last_at=timezone.now())
        start(organisation)
    mara.get(reverse("messages:list"))

    with django_assert_num_queries(8):
        mara.get(reverse("messages:list"))


@pytest.mark.parametrize(("query", "finds"), [("pául", True), ("wild", True), ("nobody", False)])
def test_the_inbox_finds_by_name_and_text(mara, organisation, query, finds):
    customer = make_customer(organisation, first_name="Paula")
    fields = {"organisation": organisation, "last_at": timezone.now()}
    Thread.objects.create(customer=customer, preview="Wild und Maronen", **fields)
    page = mara.get(reverse("messages:list"), {"q": query}).content.decode()
    assert (customer.name in page) is finds


def test_the_page_says_how_many_get_it_and_why_others_do_not(mara, organisation):
    make_reader(organisation, "anna")
    make_customer(organisation)
    make_customer(organisation)

    page = mara.get(reverse("messages:new"))

    assert (page.context["reach"].reached, page.context["reach"].as_json()) == (1, {"no_consent": 2})
    text = " ".join(page.content.decode().split())
    assert "1 of 3 get it" in text and "Send to 1 customer …" in text
    listed = mara.get(reverse("messages:left-out"), {"reason": "no_consent", "kind": "promotional"})
    assert len(listed.context["customers"]) == 2


def test_a_message_goes_to_the_customers_of_the_list_alone(mara, organisation, manager):
    make_reader(organisation, "anna")
    chosen = make_reader(organisation, "bert")
    change_tags(chosen, add=["Wein"], remove=[], actor=manager)

    page = mara.get(reverse("messages:new"), {"tag": "Wein", "status": "active"})
    assert page.context["reach"].total == 1

    mara.post(reverse("messages:new"), compose(audience=page.context["audience"], do="send"))
    message = Message.objects.get()
    mara.post(reverse("messages:send", args=[message.pk]))
    assert [row.customer_id for row in message.recipients.all()] == [chosen.pk]


def test_a_filter_that_can_no_longer_be_read_reaches_nobody(mara, organisation):
    make_reader(organisation, "anna")
    assert not customers_of(organisation, "tag=gone&status=active").exists()
    page = mara.get(reverse("messages:new"), {"tag": "gone"})
    assert page.context["reach"].reached == 0
    assert "cannot be chosen like this" in page.content.decode()


def test_inactive_customers_are_never_in_a_campaign(organisation):
    make_reader(organisation, "anna", is_active=False)
    assert make_draft(organisation, audience="status=inactive")
    from customers.messages.audience import Reach
    from customers.messages.eligibility import Rule

    reach = Reach(customers_of(organisation, "status=inactive"), Rule.PROMOTIONAL)
    assert (reach.reached, reach.as_json()) == (0, {"inactive": 1})


def test_the_preview_is_what_the_chosen_reader_gets_in_their_language(mara, organisation):
    make_reader(organisation, "anna")
    bert = make_reader(organisation, "bert", language="es")
    texts = {"subject_es": "{Nombre}, hay caza", "body_es": "Hola {Nombre}<b>"}

    data = compose(**texts, do="preview", **{"as": bert.pk})
    page = mara.post(reverse("messages:new"), data).content.decode()

    assert "<mark>Bert</mark>, hay caza" in page
    assert "Hola <mark>Bert</mark>&lt;b&gt;" in page
    assert not Message.objects.exists()


def test_the_preview_says_what_the_mail_says(mara, organisation, post, transactional_db):
    from tests.customers.messages.conftest import work

    make_reader(organisation, "anna")
    mara.post(reverse("messages:new"), compose(do="send"))
    message = Message.objects.get()
    mara.post(reverse("messages:send", args=[message.pk]))
    work()
    assert post.mails[0]["Subject"] == "Anna, Wild ist da"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject_de": ""}, "without a subject"),
        ({"body_de": ""}, "text is missing"),
        ({"body_de": "{Gibts nicht}"}, "no field {Gibts nicht}"),
        ({"subject_de": "", "body_de": ""}, "in one language"),
    ],
)
def test_a_text_that_is_not_whole_is_refused_in_words(mara, organisation, changes, words):
    response = mara.post(reverse("messages:new"), compose(**changes, do="send"))
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_draft_is_kept_and_goes_on_under_the_same_key(mara, organisation):
    data = compose(do="draft")
    mara.post(reverse("messages:new"), data)
    mara.post(reverse("messages:new"), data | {"subject_de": "Anders"})
    message = Message.objects.get()
    assert message.title == "Anders"
    assert "Anders" in mara.get(reverse("messages:list"), {"view": "drafts"}).content.decode()
    mara.post(reverse("messages:discard", args=[message.pk]))
    assert not Message.objects.exists()


def test_sending_asks_first_and_starts_only_then(mara, organisation):
    make_reader(organisation, "anna")
    mara.post(reverse("messages:new"), compose(do="send"))
    message = Message.objects.get()
    question = " ".join(mara.get(reverse("messages:send", args=[message.pk])).content.decode().split())
    assert "1 customer gets it." in question and message.state == "draft"
    mara.post(reverse("messages:send", args=[message.pk]))
    message.refresh_from_db()
    assert message.state == "sending"


def test_the_dialog_comes_by_htmx_and_a_fault_brings_the_form_back(mara, organisation):
    htmx = {"HX-Request": "true"}
    dialog = mara.post(reverse("messages:new"), compose(do="send"), headers=htmx)
    assert "<dialog" in dialog.content.decode()
    refused = mara.post(reverse("messages:new"), compose(do="send", subject_de=""), headers=htmx)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#compose")


def test_a_template_begins_a_message(mara, organisation):
    data = {"name": "Lange nicht gesehen", **compose()}
    mara.post(reverse("messages:template-new"), data)
    template = MessageTemplate.objects.get()
    page = mara.get(reverse("messages:new"), {"template": template.pk}).content.decode()
    assert "{Vorname}, Wild ist da" in page
    again = mara.post(reverse("messages:template-new"), data | {"name": "lange nicht GESEHEN"})
    assert again.status_code == 422


def test_the_page_of_a_message_shows_what_became_of_it(mara, organisation):
    for name in ("anna", "bert"):
        make_reader(organisation, name)
    message = start(organisation)
    MessageRecipient.objects.filter(customer__first_name="Anna").update(state="bounced", reason="unknown")

    page = mara.get(reverse("messages:campaign", args=[message.pk])).content.decode()

    assert "Came back: address unknown" in page and "hx-trigger" in page
    mara.post(reverse("messages:stop", args=[message.pk]))
    page = " ".join(mara.get(reverse("messages:campaign", args=[message.pk])).content.decode().split())
    assert "1 get none, because it was stopped" in page


def test_the_log_keeps_that_there_was_a_message_and_not_what_it_says(mara, customer):
    from backoffice.audit.models import AuditEntry

    write(mara, customer, subject="Canary9", body="Canary9")
    details = [str(entry.details) for entry in AuditEntry.objects.all()]
    assert AuditEntry.objects.filter(action="message.written").exists()
    assert not any("Canary9" in text or "paula" in text for text in details)
