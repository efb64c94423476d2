"""Fields, toasts and icons as pages use them."""

import re

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.template import Context, Template
from django.utils import translation

from backoffice.core.pages.templatetags.components import hue, initials
from backoffice.core.pages.toasts import read, toast


class CustomerForm(forms.Form):
    phone = forms.CharField(label="Phone", help_text="With country code")
    language = forms.ChoiceField(label="Language", choices=[("de", "Deutsch")])
    notes = forms.CharField(label="Notes", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="Agreed", required=False)


def render(form, name):
    with translation.override("en"):
        return form[name].as_field_group()


def test_a_required_field_says_so_in_words():
    assert '<span class="required">(required)</span>' in render(CustomerForm(), "phone")
    assert "(required)" not in render(CustomerForm(), "notes")


def test_help_and_error_are_tied_to_the_control():
    html = render(CustomerForm({}), "phone")

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'id="id_phone_helptext"' in html and 'id="id_phone_error"' in html


@pytest.mark.parametrize(("name", "css"), [("phone", "input"), ("language", "select"), ("notes", "textarea")])
def test_each_control_has_the_class_of_the_design(name, css):
    assert f'class="{css}"' in render(CustomerForm(), name)


def test_a_checkbox_stands_before_its_words():
    assert re.search(
        r'<label class="check">\s*<input type="checkbox"[^>]*>\s*<span>\s*Agreed',
        render(CustomerForm(), "agreed"),
    )


def test_a_toast_carries_its_undo(rf):
    request = rf.get("/")
    SessionMiddleware(lambda r: None).process_request(request)
    MessageMiddleware(lambda r: None).process_request(request)

    toast(request, "Done", undo_url="/undo/", purpose="marketing")

    assert [read(message) for message in get_messages(request)] == [
        {"text": "Done", "is_bad": False, "undo_url": "/undo/", "undo_fields": {"purpose": "marketing"}}
    ]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Paula Pfefferkorn", "PP"), ("Iván", "I"), ("Ana de la Cruz", "AC"), ("", ""), ("( Bar )", "B")],
)
def test_initials(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(("language", "shown"), [("de", "12.345"), ("es", "12.345"), ("en", "12,345")])
def test_numbers_are_written_as_the_language_does(language, shown):
    with translation.override(language):
        assert Template("{{ rows|number }}").render(Context({"rows": 12_345})) == shown


def test_hues_stay_in_range():
    assert {hue(number) for number in range(20)} == {1, 2, 3, 4, 5, 6}


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (settings.BASE_DIR / "static/img/sprite.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
    sources = [path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    named = set(re.findall(r'{% icon "([a-z-]+)"', "".join(sources)))

    assert named - drawn == set()


def test_an_icon_is_hidden_from_screen_readers():
    html = Template('{% icon "plus" "icon-sm" %}').render(Context())

    assert html == (
        '<svg class="icon icon-sm" aria-hidden="true"><use href="/static/img/sprite.svg#plus"/></svg>'
    )
