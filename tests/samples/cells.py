"""Phones, e-mails, days and consents: good spellings, bad ones, doubtful ones."""

from tests.samples.base import Fault, Sample, column, text, values

PHONES = [
    Sample(
        "phones",
        "spellings.csv",
        column(
            "Telefon",
            [
                *("0171 3920012", "+49 (0)171-3920013", "0049 171/3920014", "tel:+491713920015"),
                *("+43 1 2345678", "+34 600 000 014", "'+491713920016", "(030) 23125 001"),
            ],
        ),
        accepted=8,
        customers=values(
            "phone",
            *("+491713920012", "+491713920013", "+491713920014", "+491713920015"),
            *("+4312345678", "+34600000014", "+491713920016", "+493023125001"),
        ),
    ),
    Sample(
        "phones",
        "faults.csv",
        column(
            "Telefon",
            [
                *(
                    "0171-CALLME",
                    "4,91714E+11",
                    "0171 3920012 / 0171 39",
                    "+49 171 3920012 +49 171 3920013",
                ),
                *("12345", "0" + "1" * 45, "0171 3920012"),
            ],
        ),
        accepted=1,
        faults=(
            Fault(2, "Telefon", "letters", "digits only"),
            Fault(3, "Telefon", "scientific", "rounded"),
            Fault(4, "Telefon", "several", "one phone number"),
            Fault(5, "Telefon", "several", "one phone number"),
            Fault(6, "Telefon", "short", "Digits are missing"),
            Fault(7, "Telefon", "several"),
        ),
    ),
    Sample(
        "phones",
        "floats-and-marks.csv",
        column("Telefon", ["491713920012.0", "1713920013.0", "\u202a+49 171 3920014\u202c"]),
        accepted=3,
        customers=values("phone", "+491713920012", "+491713920013", "+491713920014"),
    ),
    Sample(
        "phones",
        "rounded-and-two.csv",
        column("Telefon", ["491714000000", "0301234/0301235", "06221 12345/12346", "-491713920012"]),
        faults=(
            Fault(2, "Telefon", "scientific", "rounded"),
            Fault(3, "Telefon", "several"),
            Fault(4, "Telefon", "several"),
            Fault(5, "Telefon", "invalid"),
        ),
    ),
    Sample(
        "phones",
        "by-country.csv",
        text(
            "Zoë;zoe@example.org;AT;01 2345678",
            "José;jose@example.org;España;600 000 014",
            "Gino;gino@example.org;IT;06 6982 1234",
            "Eva;eva@example.org;;030 23125001",
            head="Vorname;E-Mail;Land;Telefon",
        ),
        accepted=4,
        customers=values("phone", "+4312345678", "+34600000014", "+390669821234", "+493023125001"),
    ),
    Sample(
        "phones",
        "two-columns.csv",
        text(
            "Zoë;0171 3920012;030 23125001",
            "Eva;0171 3920013;0171 3920013",
            head="Vorname;Handy;Festnetz",
        ),
        accepted=2,
        customers=(
            {"phone": "+491713920012", "phone2": "+493023125001"},
            {"phone": "+491713920013", "phone2": ""},
        ),
    ),
]

EMAILS = [
    Sample(
        "e-mails",
        "good.csv",
        column("Ort", [""] * 2)
        .replace(b"g1@", b"Anna.Maria+lokal@")
        .replace(b"g2@example", b"g2@mail.example"),
        accepted=2,
        customers=values("email", "Anna.Maria+lokal@example.org", "g2@mail.example.org"),
    ),
    Sample(
        "e-mails",
        "faults.csv",
        text(
            *(
                f"Gast;{mail}"
                for mail in (
                    *("kein-at-zeichen", "a b@example.org", "a@example", '"a@example.org;b@example"'),
                    *("a..b@example.org", "a@@example.org", "a@-example.org", "x" * 250 + "@example.org"),
                    *("a@example.org.", "mailto:a@example.org", "a@example.org\u200b", "a@[127.0.0.1]"),
                )
            ),
            head="Vorname;E-Mail",
        ),
        faults=(
            Fault(2, "E-Mail", "email", "has an @"),
            Fault(3, "E-Mail", "email", "no space"),
            Fault(4, "E-Mail", "email", "ending is missing"),
            Fault(5, "E-Mail", "email", "one e-mail"),
            Fault(6, "E-Mail", "invalid"),
            Fault(7, "E-Mail", "email", "one e-mail"),
            Fault(8, "E-Mail", "invalid"),
            Fault(9, "E-Mail", "email", "at most 254"),
            Fault(10, "E-Mail", "invalid"),
            Fault(11, "E-Mail", "invalid"),
            Fault(12, "E-Mail", "email", "maybe an invisible one"),
            Fault(13, "E-Mail", "email"),
        ),
    ),
]

DAYS = [
    Sample(
        "days",
        "iso-german-spanish-excel.csv",
        column(
            "Geburtstag",
            [
                *("1990-12-31", "31.12.1990", "3. Mai 1990", "3 de mayo de 1990", "May 3, 1990", "19900503"),
                *("32996", "1990-05-03 00:00:00", "29.02.1992", "1.1.1900"),
            ],
        ),
        accepted=10,
        customers=values(
            "birthday",
            *("1990-12-31", "1990-12-31", "1990-05-03", "1990-05-03", "1990-05-03", "1990-05-03"),
            *("1990-05-03", "1990-05-03", "1992-02-29", "1900-01-01"),
        ),
    ),
    Sample(
        "days",
        "faults.csv",
        column(
            "Geburtstag",
            ["31.02.1990", "1.1.90", "gestern", "2199-01-01", "1899-12-31", "29.02.1991", "1990"],
        ),
        faults=(
            Fault(2, "Geburtstag", "date", "no such day"),
            Fault(3, "Geburtstag", "year", "four digits"),
            Fault(4, "Geburtstag", "date", "not a day"),
            Fault(5, "Geburtstag", "birthday", "cannot be a birthday"),
            Fault(6, "Geburtstag", "date"),
            Fault(7, "Geburtstag", "date"),
            Fault(8, "Geburtstag", "date", "not a day"),
        ),
    ),
    Sample(
        "days",
        "american-midnights.csv",
        column("Birthday", ["5/3/1990 12:00:00 AM", "12/31/1990 12:00:00 AM"]),
        accepted=2,
        customers=values("birthday", "1990-05-03", "1990-12-31"),
    ),
    Sample(
        "days",
        "one-moment-tells-the-order.csv",
        column("Customer since", ["03/05/2019 6:30 PM", "12/31/2019 12:05 AM"]),
        accepted=2,
        customers=values("joined_at", "2019-03-05T17:30:00+00:00", "2019-12-30T23:05:00+00:00"),
    ),
    Sample(
        "days",
        "two-ways.csv",
        column("Geburtstag", ["03/05/1990", "07/07/1990", "01/02/1980"]),
        accepted=1,
        faults=(
            Fault(2, "Geburtstag", "ambiguous_date", "two ways"),
            Fault(4, "Geburtstag", "ambiguous_date"),
        ),
        customers=values("birthday", "1990-07-07"),
    ),
    Sample(
        "days",
        "one-cell-tells-day-first.csv",
        column("Fecha de nacimiento", ["03/05/1990", "31/12/1990"]),
        accepted=2,
        customers=values("birthday", "1990-05-03", "1990-12-31"),
    ),
    Sample(
        "days",
        "one-cell-tells-month-first.csv",
        column("Birthday", ["03/05/1990", "12/31/1990"]),
        accepted=2,
        customers=values("birthday", "1990-03-05", "1990-12-31"),
    ),
    Sample(
        "days",
        "joined.csv",
        column("Kunde seit", ["2019-03-01", "01.03.2019 18:30", "2019-03-01T18:30:00+01:00", "2199-01-01"]),
        accepted=3,
        faults=(Fault(5, "Kunde seit", "future", "in the future"),),
        customers=values(
            "joined_at",
            *("2019-02-28T23:00:00+00:00", "2019-03-01T17:30:00+00:00", "2019-03-01T17:30:00+00:00"),
        ),
    ),
]

_YES = ("ja", "TRUE", "1", "sí", "yes", "Subscribed", "WAHR")
_NO = ("nein", "FALSE", "0", "no", "Unsubscribed", "FALSCH")
_UNKNOWN = ("Unknown", "unbekannt", "", "-")
CONSENTS = [
    Sample(
        "consents",
        "yes-with-origin.csv",
        column("Newsletter", _YES),
        accepted=7,
        customers=values("marketing_consent", *[True] * 7),
        origin="Newsletter 2024",
    ),
    Sample(
        "consents",
        "yes-without-origin.csv",
        column("Newsletter", _YES),
        accepted=7,
        customers=values("marketing_consent", *[False] * 7),
    ),
    Sample(
        "consents",
        "no-and-unknown.csv",
        column("Newsletter", (*_NO, *_UNKNOWN)),
        accepted=10,
        customers=values("marketing_consent", *[False] * 10),
        origin="Newsletter 2024",
    ),
    Sample(
        "consents",
        "doubtful.csv",
        column("Newsletter", ("vielleicht", "2", "ok", "TRUE TRUE", "ja?", "on")),
        faults=tuple(Fault(line, "Newsletter", "consent", "yes or no") for line in range(2, 8)),
        origin="Newsletter 2024",
    ),
]

CELLS = [*PHONES, *EMAILS, *DAYS, *CONSENTS]
