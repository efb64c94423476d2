"""Text files: the line that names the columns, rows of other widths, control characters."""

from tests.samples.base import BOTH, HEAD, JOSE, JOSE_IS, ZOE, ZOE_IS, Fault, Sample, column, text

HEADERS = [
    Sample(
        "headers",
        "two-equal.csv",
        text(ZOE, head="Vorname;Nachname;E-Mail;E-Mail"),
        error="headers",
        says="Two columns are called “E-Mail”",
    ),
    Sample(
        "headers",
        "first-name-and-name.csv",
        text(ZOE, head="Vorname;Name;E-Mail;Tel"),
        accepted=1,
        customers=(ZOE_IS,),
    ),
    Sample(
        "headers",
        "name-and-first-name.csv",
        text("Müller;Zoë;zoe@example.org;0171 3920012", head="Name;Vorname;E-Mail;Festnetz"),
        accepted=1,
        customers=(ZOE_IS,),
    ),
    Sample(
        "headers",
        "below-pairs.csv",
        b"Filiale;Mitte;;\r\nStand;24.11.2026;;\r\n" + text(ZOE, JOSE),
        accepted=2,
        customers=BOTH,
        notes=("named on line 3",),
    ),
    Sample("headers", "two-equal-but-case.csv", text(ZOE, head="Vorname;Name;Email;EMAIL"), error="headers"),
    Sample(
        "headers",
        "titles-above.csv",
        b"Gasthaus Lindenhof;;;\r\nStand: 21.11.2026;;;\r\n;;;\r\n" + text(ZOE, JOSE),
        accepted=2,
        customers=BOTH,
        notes=("named on line 4",),
    ),
    Sample(
        "headers",
        "signs-and-spaces.csv",
        text(ZOE, JOSE, head=" VORNAME ;Nach-Name;E\u2011Mail \u00a0Adresse;Tel.-Nr"),
        accepted=2,
        customers=(ZOE_IS | {"phone": "+491713920012"}, JOSE_IS),
    ),
    Sample(
        "headers",
        "line-break-in-header.csv",
        text(ZOE, JOSE, head='Vorname;Nachname;"E-Mail\nAdresse";Telefon'),
        accepted=2,
        customers=BOTH,
    ),
    Sample(
        "headers",
        "unknown-columns.csv",
        text("42;Zoë;blau;zoe@example.org", head="Kundennr;Vorname;Schuhfarbe;E-Mail"),
        accepted=1,
        ignored=("Kundennr", "Schuhfarbe"),
    ),
    Sample(
        "headers",
        "column-without-name.csv",
        text("Zoë;zoe@example.org;x", "José;jose@example.org;", head="Vorname;E-Mail;"),
        accepted=2,
        ignored=("#3",),
    ),
    Sample(
        "headers",
        "empty-columns-at-the-end.csv",
        text(f"{ZOE};;;", f"{JOSE};;;", head=f"{HEAD};;;"),
        accepted=2,
        customers=BOTH,
        ignored=(),
    ),
    Sample(
        "headers",
        "no-header.csv",
        text(JOSE, "Eva;Adler;nope;", head=ZOE),
        accepted=2,
        faults=(Fault(3, "#3", "email"),),
        customers=BOTH,
        notes=("no header",),
        chosen={"columns": {"#1": "first_name", "#2": "last_name", "#3": "email", "#4": "phone"}},
    ),
    Sample(
        "headers",
        "only-e-mails.csv",
        text("jose@example.org", "eva@example.org", head="zoe@example.org"),
        accepted=3,
        customers=tuple({"email": f"{name}@example.org"} for name in ("zoe", "jose", "eva")),
        chosen={"needs_name": False},
    ),
    Sample(
        "headers",
        "content-tells.csv",
        text("Zoë;zoe@example.org;0171 3920012", head="Vorname;Kontakt A;Kontakt B"),
        accepted=1,
        customers=({"email": "zoe@example.org", "phone": "+491713920012"},),
    ),
    Sample(
        "headers",
        "no-contact-column.csv",
        text("Zoë;Müller", head="Vorname;Nachname"),
        error="columns",
        says="No column holds phone numbers or e-mails",
    ),
]

WIDTHS = [
    Sample(
        "widths",
        "row-longer.csv",
        text(ZOE, "Eva;Adler;eva@example.org;;Wien", JOSE),
        accepted=2,
        faults=(Fault(3, "", "row", "more cells than the header: nothing names column 5"),),
        customers=BOTH,
    ),
    Sample(
        "widths",
        "separator-not-quoted.csv",
        text(
            "Zoë,Müller,zoe@example.org,Müller, Söhne & Co",
            "José,Peña,jose@example.org,",
            head="Vorname,Nachname,E-Mail,Firma",
        ),
        accepted=1,
        faults=(Fault(2, "", "row", "quotation marks"),),
    ),
    Sample("widths", "row-shorter.csv", text(ZOE, JOSE.rstrip(";")), accepted=2, customers=BOTH),
    Sample("widths", "empty-cells-more.csv", text(f"{ZOE};;;", f"{JOSE};"), accepted=2, customers=BOTH),
]

CONTROL = [
    Sample(
        "control characters",
        "nul.csv",
        text(ZOE, "Ev\0a;Adler;eva@example.org;", JOSE),
        accepted=2,
        faults=(Fault(3, "", "row", "control characters"),),
        customers=BOTH,
    ),
    Sample(
        "control characters",
        "bell-and-escape.csv",
        text("Ev\x07a;Adler;eva@example.org;", "Al\x1b[31mf;Adler;alf@example.org;", JOSE),
        accepted=1,
        faults=(Fault(2, "", "row"), Fault(3, "", "row")),
    ),
    Sample(
        "control characters",
        "second-mark.csv",
        text(ZOE, "Eva;Adler;\ufeffeva@example.org;"),
        accepted=1,
        faults=(Fault(3, "", "row"),),
    ),
    Sample(
        "control characters",
        "tab-in-cell.csv",
        column("Firma", ["Café\tLöwe"]),
        accepted=1,
        customers=({"company": "Café Löwe"},),
    ),
]

HEADERS_AND_WIDTHS = [*HEADERS, *WIDTHS, *CONTROL]
