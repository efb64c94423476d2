"""What a mail looks like on the wire."""

from email import message_from_bytes, policy

import pytest

from customers.choices import MessageKind
from customers.messages.letters import Addressee, letter
from customers.messages.senders import Sender
from customers.messages.texts import (
    Person,
    fill,
    text_for,
    tidy_body,
    unknown_fields,
    used_values,
)
from customers.messages.tokens import message_id, recipients_named
from customers.models import Message

SENDER = Sender("Gasthaus Löwe, Köln", "post@loewe.example", "antwort@loewe.example")
ADDRESSEE = Addressee(7, 3, "paula@example.org", "paula@example.org", "de", "08.03.2026")


def written(
    organisation, subject="Grüße", body="Zeile 1\nhttps://loewe.example/karte.\n\n<b>Ende</b> 🍽", **fields
):
    message = Message(organisation=organisation, **{"kind": MessageKind.PROMOTIONAL} | fields)
    raw = letter(message, {"subject": subject, "body": body}, {}, ADDRESSEE, SENDER)
    return message_from_bytes(raw, policy=policy.default)


def test_a_mail_is_read_back_without_defects(organisation):
    mail = written(organisation)

    assert not mail.defects and not any(part.defects for part in mail.walk())
    assert (mail["Subject"], mail["From"].addresses[0].display_name) == ("Grüße", "Gasthaus Löwe, Köln")
    assert mail["Reply-To"] == "antwort@loewe.example"
    assert mail.get_body(["plain"]).get_content().startswith("Zeile 1\r\n")
    html = mail.get_body(["html"]).get_content()
    assert '<a href="https://loewe.example/karte">' in html and "&lt;b&gt;Ende" in html


@pytest.mark.parametrize(
    "subject", ["Hallo\r\nBcc: x@example.org", "Grüße\nBcc: x@example.org" * 9, "x" * 200]
)
def test_a_subject_is_one_header_whatever_it_holds(organisation, subject):
    mail = written(organisation, subject=subject)

    assert mail["Bcc"] is None
    assert mail["Subject"].split() == subject.split()


def test_advertising_says_why_it_came_and_how_it_ends(organisation):
    mail = written(organisation)

    link = mail["List-Unsubscribe"].strip("<>")
    assert link.endswith("/unsubscribe/") and mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in mail.iter_parts():
        assert link in part.get_content().replace("&amp;", "&") and "08.03.2026" in part.get_content()
    assert "paula" not in link


def test_a_service_message_carries_no_unsubscribe_header(organisation):
    mail = written(organisation, kind=MessageKind.SERVICE)

    assert mail["List-Unsubscribe"] is None
    assert "/preferences/" in mail.get_body(["plain"]).get_content()


def test_a_field_is_known_by_its_name_in_every_language():
    person = Person("Paula", "Pfefferkorn", points=1200)
    text = {"subject": "{first_name}", "body": "{First name} {Last name}, {Gibt es nicht}"}
    values = used_values(text, person, _formats())

    assert fill(text["body"], values) == "Paula Pfefferkorn, {Gibt es nicht}"
    assert unknown_fields(text["body"]) == ["Gibt es nicht"]


def test_an_empty_field_leaves_no_gap_or_what_stands_for_it():
    assert fill("Guten Tag {First name},", {}) == "Guten Tag,"
    assert fill("Guten Tag {First name|lieber Gast},", {}) == "Guten Tag lieber Gast,"
    assert fill("Guten Tag {First name|lieber Gast},", {"first_name": "Ada"}) == "Guten Tag Ada,"


def test_a_value_is_no_field_again():
    assert fill("{First name}", {"first_name": "{Last name}"}) == "{Last name}"


def test_the_language_is_the_customers_else_the_organisations_else_what_there_is():
    texts = {"es": {"subject": "s"}, "en": {"subject": "e"}}
    assert text_for(texts, "es", "en")[0] == "es"
    assert text_for(texts, "fr", "en")[0] == "en"
    assert text_for(texts, "fr", "de")[0] == "es"


def test_a_body_keeps_its_paragraphs_and_no_more():
    assert tidy_body("a  \r\n\r\n\r\n\r\nb\r\n") == "a\n\nb"


def test_only_our_own_message_ids_are_known():
    ours = message_id(7, "loewe.example")
    forged = ours.replace("sg.7.", "sg.8.")

    assert recipients_named(f"In-Reply-To: {ours}") == [7]
    assert recipients_named(forged) == []


def _formats():
    from zoneinfo import ZoneInfo

    from backoffice.core.text.formats import Formats

    return Formats("en", "EUR", ZoneInfo("Europe/Berlin"))
