"""Text files: encodings, separators, quotation marks."""

from tests.samples.base import BOTH, HEAD, JOSE, ZOE, ZOE_IS, Fault, Sample, text

_UNMATCHED = "quotation marks of this row do not match"
_MANY = [f"Gast{number};;g{number}@example.org;" + " " * 4000 for number in range(300)]


def _late(encoding: str) -> bytes:
    """The first letter beyond ASCII stands behind the first mebibyte."""
    return text(*_MANY, ZOE, encoding=encoding)


ENCODINGS = [
    Sample("encodings", "utf-8.csv", text(ZOE, JOSE), accepted=2, customers=BOTH),
    Sample("encodings", "utf-8-bom.csv", text(ZOE, JOSE, encoding="utf-8-sig"), accepted=2, customers=BOTH),
    Sample("encodings", "utf-16-le.csv", text(ZOE, JOSE, encoding="utf-16"), accepted=2, customers=BOTH),
    Sample(
        "encodings",
        "utf-16-be.csv",
        b"\xfe\xff" + text(ZOE, JOSE, encoding="utf-16-be"),
        accepted=2,
        customers=BOTH,
    ),
    Sample(
        "encodings",
        "excel-unicode-text.txt",
        text(ZOE, JOSE, encoding="utf-16").replace(b";\0", b"\t\0"),
        accepted=2,
        customers=BOTH,
    ),
    Sample("encodings", "windows-1252.csv", text(ZOE, JOSE, encoding="cp1252"), accepted=2, customers=BOTH),
    Sample(
        "encodings",
        "windows-1252-euro.csv",
        text("Zoë;Müller;zoe@example.org;;Café „50 €“", head=f"{HEAD};Firma", encoding="cp1252"),
        accepted=1,
        customers=({"company": "Café „50 €“"},),
    ),
    Sample(
        "encodings",
        "decomposed.csv",
        text("Zoe\u0308;Mu\u0308ller;zoe@example.org;0171 3920012"),
        accepted=1,
        customers=(ZOE_IS,),
    ),
    Sample("encodings", "utf-8-late.csv", lambda: _late("utf-8"), accepted=301),
    Sample("encodings", "windows-1252-late.csv", lambda: _late("cp1252"), accepted=301),
    Sample(
        "encodings",
        "utf-16-without-mark.csv",
        text(ZOE, encoding="utf-16-le"),
        error="encoding",
        says="without a mark",
    ),
    Sample("encodings", "utf-32.csv", text(ZOE, encoding="utf-32"), error="encoding", says="CSV (UTF-8)"),
    Sample(
        "encodings", "utf-16-cut.csv", text(ZOE, encoding="utf-16")[:-1], error="encoding", says="breaks off"
    ),
    Sample(
        "encodings",
        "bom-but-windows.csv",
        b"\xef\xbb\xbf" + text(ZOE, encoding="cp1252"),
        error="encoding",
        says="CSV (UTF-8)",
    ),
    Sample(
        "encodings",
        "utf-8-and-windows.csv",
        text(ZOE, JOSE) + "Eva;Jäger;eva@example.org;\r\n".encode("cp1252"),
        accepted=2,
        faults=(Fault(4, "", "row", "broken (“J\ufffdger"),),
        customers=BOTH,
    ),
    Sample(
        "encodings",
        "windows-and-utf-8.csv",
        text(ZOE, JOSE, encoding="cp1252") + "Eva;Jäger;eva@example.org;\r\n".encode(),
        accepted=2,
        faults=(Fault(4, "", "row", "broken (“JÃ¤ger"),),
        customers=BOTH,
    ),
    Sample(
        "encodings",
        "utf-8-twice.csv",
        text("Eva;Jäger;eva@example.org;").decode("cp1252").encode(),
        faults=(Fault(2, "", "row", "broken"),),
    ),
    Sample(
        "encodings",
        "old-mac.csv",
        text(ZOE, encoding="mac_roman"),
        error="encoding",
        says="Umlauts and accents",
    ),
    Sample("encodings", "dos.csv", text("Eva;Jäger;;", encoding="cp850"), error="encoding", says="Umlauts"),
    Sample("encodings", "no-encoding.csv", text(ZOE).replace("ë".encode(), b"\x81\x8d"), error="encoding"),
]

SEPARATORS = [
    Sample("separators", "comma.csv", text(ZOE, JOSE).replace(b";", b","), accepted=2, customers=BOTH),
    Sample("separators", "tab.tsv", text(ZOE, JOSE).replace(b";", b"\t"), accepted=2, customers=BOTH),
    Sample("separators", "pipe.csv", text(ZOE, JOSE).replace(b";", b"|"), accepted=2, customers=BOTH),
    Sample("separators", "excel-sep-line.csv", b"sep=;\r\n" + text(ZOE, JOSE), accepted=2, customers=BOTH),
    Sample("separators", "unix-ends.csv", text(ZOE, JOSE, end="\n"), accepted=2, customers=BOTH),
    Sample("separators", "old-mac-ends.csv", text(ZOE, JOSE, end="\r"), accepted=2, customers=BOTH),
    Sample("separators", "no-last-end.csv", text(ZOE, JOSE).rstrip(), accepted=2, customers=BOTH),
    Sample(
        "separators",
        "semicolon-with-many-commas.csv",
        text(
            "Müller, Zoë;zoe@example.org;1.234,50;Wien, Graz, Linz",
            "Peña, José;jose@example.org;2,50;Bonn, Köln",
            head="Kundenname;E-Mail;Umsatz, gesamt;Filialen",
        ),
        accepted=2,
        customers=(
            {"first_name": "Zoë", "last_name": "Müller"},
            {"first_name": "José", "last_name": "Peña"},
        ),
        ignored=("Umsatz, gesamt", "Filialen"),
    ),
    Sample(
        "separators",
        "comma-with-quoted-semicolons.csv",
        text(
            'Zoë,zoe@example.org,"VIP; Stammgast"', 'José,jose@example.org,"Wein"', head="Vorname,E-Mail,Tags"
        ),
        accepted=2,
        customers=({"tags": ["Stammgast", "VIP"]}, {"tags": ["Wein"]}),
    ),
    Sample(
        "separators",
        "empty-lines-between.csv",
        text("", ZOE, ";;;", "", "no name;;nope;", JOSE, "", ""),
        accepted=2,
        faults=(Fault(6, "E-Mail", "email"),),
        customers=BOTH,
    ),
]

QUOTES = [
    Sample(
        "quotes",
        "newline-in-cell.csv",
        text(
            'Zoë;zoe@example.org;"sitzt am Fenster\r\nmag keinen Fisch"',
            "José;nope;",
            head="Vorname;E-Mail;Notiz",
        ),
        accepted=1,
        faults=(Fault(4, "E-Mail", "email"),),
        customers=({"notes": "sitzt am Fenster\nmag keinen Fisch"},),
    ),
    Sample(
        "quotes",
        "doubled-marks.csv",
        text('"Zoë";"zoe@example.org";"Café ""Zum Löwen"" GmbH"', head='"Vorname";"E-Mail";"Firma"'),
        accepted=1,
        customers=({"company": 'Café "Zum Löwen" GmbH'},),
    ),
    Sample(
        "quotes",
        "mark-inside.csv",
        text('Zoë;zoe@example.org;Tisch 5" hoch', head="Vorname;E-Mail;Firma"),
        accepted=1,
        customers=({"company": 'Tisch 5" hoch'},),
    ),
    Sample(
        "quotes",
        "never-closed.csv",
        text(ZOE, '"Paula;Open;paula@example.org;', JOSE),
        accepted=2,
        faults=(Fault(3, "", "row", _UNMATCHED),),
        customers=BOTH,
    ),
    Sample(
        "quotes",
        "text-behind-mark.csv",
        text(ZOE, '"Paula" x;Open;paula@example.org;', JOSE),
        accepted=2,
        faults=(Fault(3, "", "row", _UNMATCHED),),
        customers=BOTH,
    ),
    Sample(
        "quotes",
        "never-closed-at-the-end.csv",
        text(ZOE, JOSE, 'Paula;"Open;paula@example.org;'),
        accepted=2,
        faults=(Fault(4, "", "row", _UNMATCHED),),
    ),
    Sample(
        "quotes",
        "header-never-closed.csv",
        text(ZOE, head='Vorname;"Nachname;E-Mail;Telefon'),
        error="header",
    ),
]

TEXTS = [*ENCODINGS, *SEPARATORS, *QUOTES]
