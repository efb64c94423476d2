"""Cells of a file as values of a customer. Each function takes text without surrounding space and
raises ValidationError with a sentence for the person who has the file open.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, localedata
from babel.core import get_global
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backoffice.core.text import answers
from backoffice.core.text.days import parse_day
from backoffice.core.text.formats import LOCALES, country_names, language_names
from backoffice.core.text.moments import parse_moment
from backoffice.core.text.text import ascii_digits, fold
from customers.choices import Module, Source
from customers.records import clean_tags

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9._%+-]{0,62}[a-z0-9_]@([a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?\.){1,4}[a-z]{2,12}\Z", re.I
)
_OWN_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_TWELVE_HOURS = re.compile(r"(\d{1,2})(:\d\d(?::\d\d)?) ?([ap])\.?m\.?\Z", re.IGNORECASE | re.ASCII)
_TAG_SIGNS = re.compile(r"[,;|\n]| ::: ")
_QUOTES = " \"'“”„«»"


class Answer(Enum):
    """What a cell says about a consent."""

    YES = "yes"
    NO = "no"  # plain, as in a column of ticks: it may mean that nobody ever asked
    WITHDRAWN = "withdrawn"  # the person has left; no file lifts that
    UNKNOWN = "unknown"


# A consent follows from these alone (TRUST §5); what spreadsheets write for TRUE is among them.
_ANSWERS = {
    Answer.YES: (
        *answers.YES,
        *("subscribed", "abonniert", "angemeldet", "suscrito", "suscrita", "opted in", "opt in", "enabled"),
        *("confirmed", "bestaetigt", "bestatigt", "confirmado", "confirmada", "erteilt", "granted"),
    ),
    Answer.NO: (
        *answers.NO,
        *("not subscribed", "nonsubscribed", "non subscribed", "nicht abonniert", "nicht angemeldet"),
        *("no suscrito", "no suscrita", "disabled", "deaktiviert", "bounced", "hard bounced", "cleaned"),
        *("nicht erteilt", "not granted"),
    ),
    Answer.WITHDRAWN: (
        *("unsubscribed", "abgemeldet", "abbestellt", "dado de baja", "dada de baja", "baja"),
        *("opted out", "opt out", "withdrawn", "widerrufen", "revoked", "revocado", "revocada"),
        *("blocklisted", "blacklisted", "blocked", "gesperrt", "suppressed", "complained", "spam complaint"),
        *("do not contact", "do not mail", "nicht kontaktieren", "no contactar"),
    ),
    Answer.UNKNOWN: (
        *("unknown", "unbekannt", "desconocido", "pending", "unconfirmed", "unbestaetigt", "unbestatigt"),
        *("never subscribed", "nie abonniert", "nunca suscrito", "n/a", "", "?", "none", "null", "nil"),
        *("transactional", "archived", "offen", "ausstehend", "pendiente"),
    ),
}
_ANSWER_OF = {word: answer for answer, words in _ANSWERS.items() for word in words}
# Words by which a column that nobody mapped says that its person is not to be written to.
_LEFT = {*_ANSWERS[Answer.WITHDRAWN], "disabled", "deaktiviert", "bounced", "hard bounced", "cleaned"}
# `Ja, per E-Mail`: an answer and how it was given, unless the rest takes it back.
_BEGINS_WITH = re.compile(r"(ja|yes|si|nein|no)\s*[,;:(]\s*(.*)")
_TAKES_BACK = re.compile(
    r"\b(nicht|kein|keine|keinen|not|no|nein|nie|never|nunca|sin|ohne|without|aber|but|pero)\b"
)
_BETWEEN_WORDS = re.compile(r"[\s_-]+")
# What our own files called a source before.
_SOURCE_WORDS = {
    "lieferplattform": Source.DELIVERY_PLATFORM,
    "delivery platform": Source.DELIVERY_PLATFORM,
    "plataforma de reparto": Source.DELIVERY_PLATFORM,
}
_COUNTRY_WORDS = {
    **{"brd": "DE", "uk": "GB", "england": "GB", "scotland": "GB", "great britain": "GB", "usa": "US"},
    **{"united states of america": "US", "holland": "NL", "d": "DE", "a": "AT", "ger": "DE", "deu": "DE"},
    **{"czech republic": "CZ", "tschechische republik": "CZ", "republica checa": "CZ", "turkey": "TR"},
    **{"macedonia": "MK", "swaziland": "SZ", "burma": "MM", "ivory coast": "CI", "cape verde": "CV"},
    **{
        "russian federation": "RU",
        "republic of ireland": "IE",
        "eire": "IE",
        "hong kong": "HK",
        "macao": "MO",
    },
    **{"viet nam": "VN", "republic of korea": "KR", "korea": "KR", "u.k.": "GB", "u.s.a.": "US", "us": "US"},
    **{
        "ee. uu.": "US",
        "eeuu": "US",
        "wales": "GB",
        "northern ireland": "GB",
        "bundesrepublik deutschland": "DE",
    },
    **{"aut": "AT", "che": "CH", "esp": "ES", "ita": "IT", "fra": "FR", "gbr": "GB"},
    **{"oesterreich": "AT", "daenemark": "DK", "tuerkei": "TR", "the netherlands": "NL"},
}


def parse_email(text: str) -> str:
    if len(text) <= 254 and _PLAIN_EMAIL.match(text) and ".." not in text:
        return text
    problem = _email_problem(text)
    if problem:
        raise ValidationError(problem, code="email")
    validate_email(text)
    return unicodedata.normalize("NFC", text)


def _email_problem(text: str):
    """What is wrong, where it can be said better than “not valid”."""
    if len(text) > 254:
        return _("An e-mail has at most 254 characters.")
    if text.count("@") > 1 or "," in text or ";" in text:
        return _("Enter one e-mail per field.")
    if re.search(r"\s", text):
        return _("An e-mail has no space.")
    name, at, host = text.partition("@")
    if not at:
        return _("An e-mail has an @, for example anna@example.org.")
    if name and host and "." not in host:
        return _("The ending is missing, for example .org.")
    if not all(char.isalnum() or char in "-." for char in unicodedata.normalize("NFC", host)):
        return _("Behind the @ stands a sign, maybe an invisible one, that no domain has. Type it anew.")
    return None


def parse_consent(text: str) -> Answer:
    """What a word of a consent column says, in three languages and as other programs write it."""
    word = _state_word(text)
    if word in _ANSWER_OF:
        return _ANSWER_OF[word]
    if (begun := _BEGINS_WITH.fullmatch(word)) and not _TAKES_BACK.search(begun[2]):
        return _ANSWER_OF[begun[1]]
    raise ValidationError(_("Write yes or no."), code="consent")


def says_left(text: str) -> bool:
    """Whether a cell states that a person is not to be written to, whatever its column is called."""
    return _state_word(text) in _LEFT


def _state_word(text: str) -> str:
    """Without case, `_` and `-`: `NOT_SUBSCRIBED` is `not subscribed`."""
    return _BETWEEN_WORDS.sub(" ", fold(text)).strip(" .!")


def parse_country(text: str) -> str:
    """A code, or the country's name in one of three languages."""
    if text.upper() in country_names("en"):
        return text.upper()
    code = _countries().get(fold(text)) or _own_names_of_countries().get(fold(text))
    if code is None:
        raise ValidationError(_("Write the country as two letters, for example DE."), code="country")
    return code


@cache
def _countries() -> dict[str, str]:
    names = {fold(name): code for language in LOCALES for code, name in country_names(language).items()}
    return names | _COUNTRY_WORDS


@cache
def _own_names_of_countries() -> dict[str, str]:
    """`Österreich`, `Türkiye`, `Česko`: in the languages spoken there; see `_own_names_of_languages`."""
    names = {}
    for code, spoken in get_global("territory_languages").items():
        official = [language for language, facts in spoken.items() if facts.get("official_status")]
        for language in filter(localedata.exists, official if code in country_names("en") else []):
            names[fold(Locale.parse(language).territories.get(code, code))] = code
    return names


def parse_language(text: str) -> str:
    """A code with or without region, or the language's name: its own, or in one of three languages."""
    code = fold(text).replace("_", "-").partition("-")[0]
    if code in language_names("en"):
        return code
    code = _languages().get(fold(text)) or _own_names_of_languages().get(fold(text))
    if code is None:
        raise ValidationError(_("Write the language as two letters, for example de."), code="language")
    return code


@cache
def _languages() -> dict[str, str]:
    return {fold(name): code for language in LOCALES for code, name in language_names(language).items()}


@cache
def _own_names_of_languages() -> dict[str, str]:
    """`Français`, `Türkçe`; read when the first such word is met, because it takes a second."""
    known = [code for code in language_names("en") if localedata.exists(code)]
    return {fold(Locale(code).get_language_name(code) or code): code for code in known}


def parse_source(text: str) -> str:
    source = _words_of(Source).get(fold(text)) or _SOURCE_WORDS.get(fold(text))
    if source is None:
        raise ValidationError(
            _("Known sources: %(names)s."), code="source", params={"names": ", ".join(Source.values)}
        )
    return source


@cache
def _words_of(choices) -> dict[str, object]:
    """Codes and labels in three languages, folded, with what they mean."""
    known = {}
    for language in LOCALES:
        with translation.override(language):
            known |= {fold(str(choice.label)): choice.value for choice in choices}
    known |= {fold(str(getattr(choice, "code", choice.value))): choice.value for choice in choices}
    return known


def parse_modules(text: str) -> int:
    """The bits of `choices.Module`."""
    bits = 0
    for word in _TAG_SIGNS.split(text):
        if not word.strip():
            continue
        bit = _words_of(Module).get(fold(word.strip()))
        if bit is None:
            known = ", ".join(Module.by_code())
            raise ValidationError(_("Known modules: %(names)s."), code="modules", params={"names": known})
        bits |= bit
    return bits


def parse_tags(text: str) -> list[str]:
    """Names, also `"VIP","Stammtisch"`; groups of an address book's own (`* myContacts`) are none."""
    names = [name.strip(_QUOTES) for name in _TAG_SIGNS.split(text)]
    return clean_tags([name for name in names if not name.startswith("* ")])


def parse_status(text: str) -> bool:
    """Whether the customer is active."""
    word = fold(text)
    if word in ("active", "aktiv", "activo", "activa"):
        return True
    if word in ("inactive", "inaktiv", "inactivo", "inactiva"):
        return False
    raise ValidationError(_("The status is active or inactive."), code="status")


def parse_joined(text: str, order: str, zone: ZoneInfo, now: datetime) -> datetime:
    """A day or a moment, in UTC; a day begins at midnight in `zone`."""
    text = ascii_digits(text)
    moment = parse_moment(text, zone) if _OWN_MOMENT.match(text) else _loose_moment(text, order, zone)
    if moment > now + timedelta(minutes=5):
        raise ValidationError(_("This lies in the future."), code="future")
    return moment.astimezone(UTC)


def _loose_moment(text: str, order: str, zone: ZoneInfo) -> datetime:
    try:
        return parse_moment(parse_day(text, order).isoformat(), zone)
    except ValidationError as error:
        if error.code != "date":
            raise
    day, _space, time = text.partition(" ")
    if not time:
        return parse_moment(text, zone)
    time = _TWELVE_HOURS.sub(_of_a_day, time.strip())
    return parse_moment(f"{parse_day(day.rstrip(','), order).isoformat()}T{time}", zone)


def _of_a_day(half: re.Match) -> str:
    """`6:30 PM` as `18:30`."""
    hour = int(half[1])
    if not 1 <= hour <= 12:
        return half[0]
    return f"{hour % 12 + (12 if half[3] in 'pP' else 0):02}{half[2]}"


def email_list(text: str) -> Iterable[tuple[int, str, str]]:
    """Pasted e-mails as (line, name, e-mail): separated by comma, semicolon or line, also `Name <mail>`.

    What is no e-mail comes out as it stands, so that it can be corrected.
    """
    for line, content in enumerate(text.splitlines(), start=1):
        for part in _parts_of(content):
            name, bracket, rest = part.partition("<")
            if bracket and rest.rstrip().endswith(">"):
                yield line, name.strip().strip("\"'").strip(), rest.rstrip()[:-1].strip()
            elif part.strip():
                yield line, "", part.strip()


def _parts_of(line: str) -> list[str]:
    """A line cut at commas and semicolons; `"Müller, Anna" <mail>` and `Müller, Anna <mail>` stay whole."""
    parts, start, quoted = [], 0, False
    for place, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif char in ",;" and not quoted:
            parts.append(line[start : place + (char == ",")])
            start = place + 1
    joined: list[str] = []
    for part in [*parts, line[start:]]:
        before = joined[-1] if joined else ""
        is_first_name = "<" in part and part.partition("<")[0].strip() and '"' not in part
        if is_first_name and before.endswith(",") and before.strip(" ,") and "@" not in before:
            joined[-1] += part
        else:
            joined.append(part)
    return [part.removesuffix(",") for part in joined]
