"""Other cells, what a row needs, customers who stand twice in a list, and values that mean harm."""

from tests.samples.base import HEAD, ZOE, ZOE_IS, Fault, Sample, column, text, values

OTHER_VALUES = [
    Sample(
        "other values",
        "postcodes.csv",
        column("PLZ", ["01067", "'01067", "1010", "SW1A 1AA", "00-950"]),
        accepted=5,
        customers=values("postcode", "01067", "01067", "1010", "SW1A 1AA", "00-950"),
    ),
    Sample(
        "other values",
        "tags.csv",
        column("Tags", ['"VIP; Stammgast"', '"a, b|c"', "vip", '"VIP;vip;Vip"', '"x' * 1 + '"']),
        accepted=5,
        customers=values("tags", ["Stammgast", "VIP"], ["a", "b", "c"], ["VIP"], ["VIP"], ["x"]),
    ),
    Sample(
        "other values",
        "points.csv",
        column("Punkte", ["250", "1.234", "1,234", "250,00", "0", "-5", "viele", "12,5", "999999999"]),
        accepted=5,
        faults=tuple(Fault(line, "Punkte", "points") for line in range(7, 11)),
        customers=values("points", 250, 1234, 1234, 250, 0),
    ),
    Sample(
        "other values",
        "countries-and-languages.csv",
        text(
            "A;a@example.org;Deutschland;Deutsch",
            "B;b@example.org;España;es-ES",
            "C;c@example.org;at;EN_us",
            "D;d@example.org;Atlantis;Klingonisch",
            head="Vorname;E-Mail;Land;Sprache",
        ),
        accepted=3,
        faults=(Fault(5, "Land", "country"), Fault(5, "Sprache", "language")),
        customers=(
            {"country": "DE", "language": "de"},
            {"country": "ES", "language": "es"},
            {"country": "AT", "language": "en"},
        ),
    ),
    Sample(
        "other values",
        "too-long.csv",
        column("Firma", ["x" * 80, "x" * 5000]),
        accepted=1,
        faults=(Fault(3, "Firma", "long", "At most"),),
    ),
]

NEEDS = [
    Sample(
        "what a row needs",
        "no-contact.csv",
        text(ZOE, "Eva;Adler;;", ";Adler;adler@example.org;", ";;nobody@example.org;"),
        accepted=2,
        faults=(Fault(3, "E-Mail", "contact"), Fault(5, "Vorname", "name")),
    ),
    Sample(
        "what a row needs",
        "names-only.csv",
        text("Eva;Adler;;", ZOE),
        accepted=2,
        chosen={"names_only": True},
    ),
    Sample(
        "what a row needs",
        "every-fault-is-named.csv",
        text("Eva;Adler;nope;12;1.1.90;vielleicht", head=f"{HEAD};Geburtstag;Newsletter"),
        faults=(
            Fault(2, "E-Mail", "email"),
            Fault(2, "Telefon", "short"),
            Fault(2, "Geburtstag", "year"),
            Fault(2, "Newsletter", "consent"),
        ),
    ),
    Sample(
        "what a row needs",
        "good-among-bad.csv",
        text(*["Eva;Adler;nope;", ZOE, "Eva;Adler;;12"] * 1),
        accepted=1,
        faults=(Fault(2, "E-Mail", "email"), Fault(4, "Telefon", "short")),
        customers=(ZOE_IS,),
    ),
]

TWICE = [
    Sample(
        "guests twice",
        "merged.csv",
        text("Zoë;;ZOE@example.org;", "Zoë;Müller;zoe@example.org;0171 3920012", "Z;;;+49 171 3920012"),
        accepted=1,
        duplicates=2,
        customers=(ZOE_IS | {"email": "ZOE@example.org"},),
    ),
    Sample(
        "guests twice",
        "conflict.csv",
        text(
            "A;;a@example.org;0171 3920012", "B;;b@example.org;0171 3920013", "C;;a@example.org;0171 3920013"
        ),
        accepted=2,
        faults=(Fault(4, "Telefon", "conflict", "to another"),),
    ),
]

_FORMULA = "=cmd|'/c calc'!A1"
HOSTILE = [
    Sample(
        "hostile values",
        "formulas.csv",
        column(
            "Firma", [_FORMULA, f"'{_FORMULA}", "@SUM(1+1)", "-2+3", '"=HYPERLINK(""http://x.example"")"']
        ),
        accepted=5,
        customers=values(
            "company", _FORMULA, _FORMULA, "@SUM(1+1)", "-2+3", '=HYPERLINK("http://x.example")'
        ),
    ),
    Sample(
        "hostile values",
        "markup-and-queries.csv",
        column(
            "Firma",
            ["<script>alert(1)</script>", "'; DROP TABLE customers; --", "{{ 7*7 }}", "%s%n", "../../x"],
        ).replace(b"'; DROP TABLE customers; --", b'"\'; DROP TABLE customers; --"'),
        accepted=5,
        customers=values(
            "company",
            *("<script>alert(1)</script>", "'; DROP TABLE customers; --", "{{ 7*7 }}", "%s%n", "../../x"),
        ),
    ),
    Sample(
        "hostile values",
        "words-that-are-none.csv",
        text(
            "null;Null;null@example.org;",
            "NaN;None;nan@example.org;",
            "True;False;true@example.org;",
            "Ünïcödé🎉;名前;unicode@example.org;",
        ),
        accepted=4,
        customers=(
            {"first_name": "null", "last_name": "Null"},
            {"first_name": "NaN", "last_name": "None"},
            {"first_name": "True", "last_name": "False"},
            {"first_name": "Ünïcödé🎉", "last_name": "名前"},
        ),
    ),
    Sample(
        "hostile values",
        "ids-and-figures.csv",
        text(
            "1,2,admin,Zoë,zoe@example.org,99999,500,true",
            head="id,organisation,role,first_name,email,revenue,points,is_staff",
        ),
        accepted=1,
        customers=({"first_name": "Zoë", "points": 0, "revenue_cents": 0},),
        ignored=("organisation", "role", "is_staff"),
    ),
]

ROWS = [*OTHER_VALUES, *NEEDS, *TWICE, *HOSTILE]
