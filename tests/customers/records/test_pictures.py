"""Pictures of customers: small, clean, and only for the house."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from customers.models import Customer
from tests.factories import make_customer


def edit_url(customer):
    return f"/customers/{customer.pk}/edit/"


@pytest.fixture
def typed(organisation):
    """What the edit form of a customer sends back unchanged."""

    def typed(customer, **changes):
        fields = {
            name: getattr(customer, name) or "" for name in ("first_name", "last_name", "email", "phone")
        }
        return {**fields, "seen_at": customer.updated_at.isoformat(), **changes}

    return typed


def picture(kind="JPEG", size=(900, 600), name="paula.jpg", **options) -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, **options)
    return SimpleUploadedFile(name, target.getvalue())


def test_a_picture_is_written_anew_without_its_metadata(sign_in, manager, organisation, typed):
    customer = make_customer(organisation)
    exif = Image.Exif()
    exif[0x010E] = "taken at home, Muskatgasse 7"
    client = sign_in(manager)

    client.post(edit_url(customer), typed(customer, picture=picture(exif=exif)))

    response = client.get(f"/customers/{customer.pk}/picture/")
    content = b"".join(response.streaming_content)
    stored = Image.open(io.BytesIO(content))
    assert (stored.format, max(stored.size)) == ("WEBP", 512)
    assert b"Muskatgasse" not in content
    assert response["Content-Type"] == "image/webp"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "paula" not in Customer.objects.get().picture.name


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("x.png", b"<svg onload=alert(1)>"),
        SimpleUploadedFile("x.svg", b"<svg/>"),
        SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n broken"),
        SimpleUploadedFile("x.jpg", b"x" * (2 * 1024 * 1024 + 1)),
        picture("GIF", name="x.png"),
        picture("PNG", (8000, 8000), name="bomb.png"),
    ],
    ids=["svg", "ending", "broken", "large", "gif", "pixels"],
)
def test_what_is_no_small_picture_is_refused(sign_in, manager, organisation, typed, upload):
    customer = make_customer(organisation)

    response = sign_in(manager).post(edit_url(customer), typed(customer, picture=upload))

    assert response.status_code == 422
    assert not Customer.objects.get().picture


def test_a_picture_can_be_removed(sign_in, manager, organisation, typed):
    customer = make_customer(organisation)
    client = sign_in(manager)
    client.post(edit_url(customer), typed(customer, picture=picture()))
    customer.refresh_from_db()

    client.post(edit_url(customer), typed(customer, remove_picture="on"))

    assert client.get(f"/customers/{customer.pk}/picture/").status_code == 404
