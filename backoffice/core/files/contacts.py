"""Contacts as vCards of version 3.0, which every phone reads."""

from collections.abc import Mapping


def vcard(values: Mapping[str, str]) -> bytes:
    """One card; `values` by the names that a customer's fields have, what is missing or empty is left out."""
    import vobject  # only here: it takes as long as a tenth of a start

    def told(name: str) -> str:
        return values.get(name, "")

    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(family=told("last_name"), given=told("first_name"))
    card.add("fn").value = f"{told('first_name')} {told('last_name')}".strip()
    if told("company"):
        card.add("org").value = [told("company")]
    for name, kind in (("phone", "CELL"), ("phone2", "HOME")):
        if told(name):
            number = card.add("tel")
            number.value, number.type_param = told(name), kind
    if told("city"):
        card.add("adr").value = vobject.vcard.Address(
            street=told("address1"),
            **{"code": told("postcode"), "city": told("city"), "region": told("state")},
            country=told("country"),
        )
    for name, field in (("email", "email"), ("bday", "birthday"), ("note", "notes")):
        if told(field):
            card.add(name).value = told(field)
    if told("tags"):
        card.add("categories").value = told("tags").split(", ")
    return card.serialize().encode()
