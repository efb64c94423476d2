"""Contacts as phones and address books export them (vCard), and files that somebody has broken."""

from tests.samples.base import Fault, Sample

_JPEG = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8U"


def cards(*lines: str, end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    return end.join([*lines, ""]).encode(encoding)


def card(*lines: str, version: str = "3.0") -> tuple[str, ...]:
    return ("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD")


IPHONE = cards(
    *card(
        "PRODID:-//Apple Inc.//iPhone OS 18.1//EN",
        "N:Müller;Zoë;Maria;Dr.;",
        "FN:Dr. Zoë Maria Müller",
        "NICKNAME:Zo",
        "ORG:Musterbäckerei;Backstube",
        "TITLE:Meisterin",
        "EMAIL;type=INTERNET;type=HOME:zweite@example.org",
        "EMAIL;type=INTERNET;type=WORK;type=pref:zoe@example.org",
        "TEL;type=WORK;type=VOICE:(069) 90009301",
        "TEL;type=CELL;type=VOICE;type=pref:0171 3920012",
        "item1.TEL:+49 69 90009302",
        "item1.X-ABLabel:Laden",
        "TEL;type=WORK;type=FAX:+49 69 90009309",
        "item2.ADR;type=HOME;type=pref:;;Hauptstr. 1\\nHinterhaus;Köln;NRW;50667;Deutschland",
        "item2.X-ABADR:de",
        "ADR;type=WORK:;;Am Markt 2;Bonn;;53111;Deutschland",
        "NOTE:Sitzt am Fenster\\, gern\\nlinks; mag \\\\-Zeichen und eine sehr lange Notiz",
        " , die zwei",
        "  Zeilen braucht",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-07",
        "PHOTO;ENCODING=b;TYPE=JPEG:" + _JPEG,
        *[" " + _JPEG] * 40,
    ),
    *card(
        "N:;;;;", "FN:Bäckerei Kern GmbH", "ORG:Bäckerei Kern GmbH;", "X-ABShowAs:COMPANY", "TEL:069 90009303"
    ),
)
ANDROID = cards(
    *card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=5A=6F=C3=AB;;;",
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=5A=6F=C3=AB=20=4D=C3=BC=6C=6C=65=72",
        "TEL;CELL;PREF:01713920012",
        "TEL;HOME:06990009301",
        "EMAIL;HOME:zoe@example.org",
        "ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=48=61=75=70=74=73=74=72=2E=20=31;=",
        "=4B=C3=B6=6C=6E;;50667;",
        "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=61=67=0D=0A\\=",
        "=C3=96=6C",
        "BDAY:1990-05-03",
        "PHOTO;ENCODING=BASE64;JPEG:" + _JPEG,
        " " + _JPEG,
        "",
        version="2.1",
    ),
    *card(
        "N:Peña;José;;;", "FN:José Peña", "EMAIL:jose@example.org", "NOTE:C:\\new; ohne\\;Ende", version="2.1"
    ),
)
OUTLOOK = cards(
    *card(
        "N;LANGUAGE=de;CHARSET=Windows-1252:Müller;Zoë",
        "FN;CHARSET=Windows-1252:Zoë Müller",
        "ORG;CHARSET=Windows-1252:Musterbäckerei",
        "NOTE;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:Gr=FC=DFe =96 ja=0D=0A=0D=0A=\r\n=0D=0A",
        "TEL;WORK;VOICE:+49 69 90009301",
        "TEL;CELL;VOICE:+49 171 3920012",
        "X-MS-OL-DEFAULT-POSTAL-ADDRESS:0",
        "ADR;WORK;PREF;CHARSET=Windows-1252:;;Hauptstr. 1;Köln;;50667;Deutschland",
        "LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:Hauptstr. 1=0D=0A=\r\n50667 Koeln",
        "BDAY:19900503",
        "EMAIL;PREF;INTERNET:zoe@example.org",
        "X-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:",
        " " + _JPEG,
        "",
        "REV:20261101T101010Z",
        version="2.1",
    ),
    encoding="cp1252",
)
GOOGLE = cards(
    *card(
        "FN:Zoë Müller",
        "N:Müller;Zoë;;;",
        "item1.EMAIL;TYPE=INTERNET:zoe@example.org",
        "item1.X-ABLabel:",
        "TEL;TYPE=CELL:+491713920012",
        "ADR;TYPE=HOME:;;Hauptstr. 1;Köln;;50667;DE",
        "BDAY:--0307",
        "CATEGORIES:myContacts,Stammgast,Fenster",
        "NOTE:Mag Fisch.\\nKein Knoblauch.",
        "PHOTO:https://lh3.example.org/contacts/abc",
    ),
    *card(
        "FN:José Peña",
        "N:Peña;José;;;",
        "EMAIL;TYPE=INTERNET:jose@example.org",
        "CATEGORIES:myContacts,starred",
    ),
)
VERSION_4 = cards(
    *card(
        "KIND:individual",
        "FN;LANGUAGE=de:Zoë Müller",
        "N:Müller;Zoë;;;",
        'TEL;PREF=2;VALUE=uri;TYPE="voice,home":tel:+49-69-90009301',
        'TEL;PREF=1;VALUE=uri;TYPE="cell,voice":tel:+49-171-3920012',
        "EMAIL;PREF=2:zweite@example.org",
        "EMAIL;PREF=1:mailto:zoe@example.org",
        'ADR;LABEL="Hauptstr. 1; links: 2. Stock":;;Hauptstr. 1;Köln;;50667;Deutschland',
        "BDAY:--0307",
        "CATEGORIES:Stammgast,Fenster",
        "NOTE:Eins\\, zwei\\; drei\\nvier",
        "PHOTO:data:image/jpeg;base64," + _JPEG,
        "LANG:de",
        version="4.0",
    ),
)
_ZOE = {"first_name": "Zoë", "last_name": "Müller", "email": "zoe@example.org", "phone": "+491713920012"}
_AT_HOME = {"address1": "Hauptstr. 1", "postcode": "50667", "city": "Köln", "country": "DE"}
_JOSE = {"first_name": "José", "last_name": "Peña", "email": "jose@example.org", "phone": ""}
_GOOD = card("N:Müller;Zoë", "TEL:0171 3920012", "EMAIL:zoe@example.org")
_PICTURES = "Pictures of the contacts are not taken over."


def _house(name: str, content: bytes, *customers: dict, notes: tuple[str, ...] = ()) -> Sample:
    return Sample(
        "contacts", name, content, accepted=len(customers), customers=customers, ignored=(), notes=notes
    )


WRITERS = [
    _house(
        "iphone.vcf",
        IPHONE,
        _ZOE
        | {
            **{"first_name": "Zoë Maria", "company": "Musterbäckerei", "phone2": "+496990009301"},
            **{"address1": "Hauptstr. 1, Hinterhaus", "postcode": "50667", "city": "Köln", "state": "NRW"},
            **{"address2": "Am Markt 2, 53111 Bonn, Deutschland", "birthday": "1604-03-07", "country": "DE"},
            "notes": "Sitzt am Fenster, gern\nlinks; mag \\-Zeichen und eine sehr lange Notiz, die zwei "
            "Zeilen braucht",
            "other_contacts": "+496990009302 zweite@example.org",
        },
        {"first_name": "", "last_name": "Bäckerei Kern GmbH", "company": "Bäckerei Kern GmbH"},
        notes=(_PICTURES, "NICKNAME", "TITLE", "titles of persons", "departments", "fax numbers"),
    ),
    _house(
        "android.vcf",
        ANDROID,
        _ZOE
        | _AT_HOME
        | {"country": "", "phone2": "+496990009301", "birthday": "1990-05-03"}
        | {"notes": "Mag\n\\Öl"},
        _JOSE | {"notes": "C:\\new; ohne;Ende"},
        notes=(_PICTURES,),
    ),
    _house(
        "outlook.vcf",
        OUTLOOK,
        _ZOE | _AT_HOME | {"company": "Musterbäckerei", "birthday": "1990-05-03", "notes": "Grüße – ja"},
        notes=(_PICTURES,),
    ),
    _house(
        "google.vcf",
        GOOGLE,
        _ZOE
        | _AT_HOME
        | {"birthday": "1604-03-07", "tags": ["Fenster", "Stammgast"]}
        | {"notes": "Mag Fisch.\nKein Knoblauch."},
        _JOSE | {"tags": []},
        notes=(_PICTURES,),
    ),
    _house(
        "version-4.vcf",
        VERSION_4,
        _ZOE
        | _AT_HOME
        | {"phone2": "+496990009301", "birthday": "1604-03-07", "tags": ["Fenster", "Stammgast"]}
        | {"notes": "Eins, zwei; drei\nvier", "other_contacts": "zweite@example.org"},
        notes=(_PICTURES, "LANG"),
    ),
    _house("utf-16.vcf", cards(*_GOOD, encoding="utf-16"), _ZOE),
    _house("of-an-old-mac.vcf", cards(*_GOOD, end="\r"), _ZOE),
    _house(
        "no-consent.vcf",
        cards(
            *card("N:Müller;Zoë", "EMAIL:zoe@example.org", "X-NEWSLETTER:yes", "NOTE:yes", "CATEGORIES:yes")
        ),
        {"marketing_consent": False, "notes": "yes", "tags": ["yes"]},
        notes=("X-NEWSLETTER",),
    ),
]


def _fault(line: int, says: str) -> Fault:
    return Fault(line, "", "row", says)


def _broken(name: str, *lines: str, says: str) -> Sample:
    """Something broken on line 1, with a good card behind it that comes in."""
    content = cards(*lines, *_GOOD)
    return Sample("contacts", name, content, accepted=1, faults=(_fault(1, says),), customers=(_ZOE,))


def _in_2_1(note: str) -> tuple[str, ...]:
    return card("N:Adler;Eva", note, version="2.1")


_EVA = "N:Adler;Eva"
BROKEN = [
    _broken("no-colon.vcf", *card(_EVA, "TEL 069 9"), says="Card 1, line 4: This is no property"),
    _broken("no-name.vcf", *card(_EVA, ":x"), says="Card 1, line 4: This is no property"),
    _broken("odd-words.vcf", *card(_EVA, "TEL;TYPE=" + "a," * 30 + '":1'), says="Card 1, line 4: This is no"),
    _broken("no-end.vcf", *card(_EVA)[:-1], says="Card 1, line 4: The next card begins before"),
    _broken("base64.vcf", *card(_EVA, "NOTE;ENCODING=B:%%%"), says="line 4: The text of this line does not"),
    _broken(
        "no-charset.vcf",
        *_in_2_1("NOTE;CHARSET=X-NO;QUOTED-PRINTABLE:=FC"),
        says="Card 1, line 4: The charset “X-NO” of this line is not known",
    ),
    _broken(
        "wrong-charset.vcf",
        *_in_2_1("NOTE;CHARSET=UTF-8;QUOTED-PRINTABLE:=FC"),
        says="Card 1, line 4: The text of this line does not fit its encoding",
    ),
    _broken("nul.vcf", *card(_EVA, "NOTE:a\0b"), says="Card 1, line 4: This line holds control characters"),
    _broken("hidden-nul.vcf", *_in_2_1("NOTE;QUOTED-PRINTABLE:a=00b"), says="line 1: This row holds control"),
    _broken("long.vcf", *card(_EVA, "NOTE:" + "x" * 10_001), says="Card 1, line 1: A cell is longer"),
    _broken("very-long.vcf", *card(_EVA, "NOTE:" + "x" * 200_000), says="Card 1, line 4: A value is longer"),
    _broken("many-lines.vcf", *card(_EVA, *["TEL:1"] * 600), says="more than a contact can"),
    Sample(
        "contacts",
        "nested.vcf",
        cards(*card(_EVA)[:-1], *_GOOD, "END:VCARD", "EMAIL:x@example.org", *card(_EVA, "TEL:069 90009301")),
        accepted=2,
        faults=(_fault(1, "The next card begins before its END:VCARD"), _fault(10, "BEGIN:VCARD is missing")),
        customers=(_ZOE, {"last_name": "Adler"}),
    ),
    Sample(
        "contacts",
        "broken-off.vcf",
        cards(*_GOOD, *card(_EVA)[:-1]),
        accepted=1,
        faults=(_fault(7, "Card 2, line 7: The file breaks off"),),
        customers=(_ZOE,),
    ),
    Sample(
        "contacts",
        "bad-values.vcf",
        cards(*card(_EVA, "TEL:ask", "EMAIL:eva"), *card(_EVA, "EMAIL:e@example.org", "BDAY:soon")),
        chosen={"on_unreadable": "leave_out"},
        accepted=1,
        faults=(Fault(1, "Primary phone", "letters"), Fault(1, "E-mail", "email")),
        customers=({"first_name": "Eva", "birthday": None},),
    ),
    Sample(
        "contacts",
        "agent.vcf",
        cards(*card(_EVA, "EMAIL:e@example.org", "AGENT:", *_GOOD, version="2.1")),
        accepted=1,
        customers=({"first_name": "Eva", "phone": ""},),
        notes=("AGENT",),
    ),
    Sample(
        "contacts",
        "too-many.vcf",
        cards(*_GOOD * 3),
        error="limit",
        says="more than 2 contacts",
        limits={"TABLE_MAX_CARDS": 2},
    ),
    Sample("contacts", "only-a-beginning.vcf", b"BEGIN:VCARD\r\n", faults=(_fault(1, "breaks off"),)),
    Sample(
        "contacts",
        "without-name.vcf",
        cards(*card("TEL:069 90009301")),
        faults=(Fault(1, "First name", "name"),),
    ),
]
CONTACTS = [*WRITERS, *BROKEN]
