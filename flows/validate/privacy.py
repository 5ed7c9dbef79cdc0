"""The first guard against personal data: headings that promise it and texts that probably hold it.

The real guard is the allow list of published properties (`x-public`); this one protects the free texts among them.
What it finds is held back, never repeated. Source of the rules: domain.md part 2, "Privacy".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

import polars as pl

_PERSONAL_HEADING = re.compile(
    r"ansprech(partner|person)|kontaktperson|contact person|projektleit(er|ung)|projektverantwortliche|sachbearbeit"
    r"|bearbeiter|ersteller|verfasser|autor\b|author|(geändert|erstellt|bearbeitet|aktualisiert|gemeldet) (von|durch)"
    r"|(created|changed|modified|edited) by|\be-?mail|mailadresse|telefon|\btel\b|durchwahl|\b(tele)?fax\b|handy"
    r"|mobilnummer|phone|personal-?(nummer|nr)|pers\.-?nr|vorname|nachname|familienname|zimmer|raumnummer|unterschrift|namenszeichen"
    r"|kürzel|benutzer(name|kennung)|username|besoldung|entgeltgruppe|stellennummer|gehalt\b"
)
_ROLE_MAILBOX_HEADING = re.compile(r"funktion|role mailbox")

_ADDRESS = re.compile(
    r"[\w.+-]{1,64} ?(?:@|\(at\)|\[at\]|\{at\}) ?[\w-]{1,63}(?: ?(?:\.|\(dot\)|\[dot\]) ?[\w-]{1,63})+", re.IGNORECASE
)
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE_WORD = (
    r"(?:tel|telefon|telefonnr|fon|durchwahl|dw|fax|telefax|mobil|handy|apparat|app|phone|ext|nst|nebenstelle)"
)
_PHONE = re.compile(
    rf"\b{_PHONE_WORD}\b[.:]? ?(?:nr\.?|nummer)?:? ?[-–+(]{{0,2}}"
    r"(?!20[0-9]{2}(?![0-9]))[0-9][0-9 ()/–-]{2,}"  # Tel. 233-..., Durchwahl 27834, but no year
    r"|(?<![0-9.,/–-])233 ?[-–/] ?[0-9]{4,5}(?![0-9])"  # the city's own exchange
    r"|\( ?(?:233)?[-–] ?[0-9]{4,5} ?\)"  # an extension in brackets after a name: (-27834)
    r"|(?<![\w+])(?<![0-9] )(?:\+|00)[1-9][0-9]{1,2}[ ()/.–-]{0,3}(?:[0-9][ ()/.–-]{0,2}){6,12}[0-9]"  # +49 89 ...
    r"|(?<![\w.,/–-])(?<![VAFBE0-9] )0[1-9][0-9]{1,4} ?[/ )–-] ?[0-9](?:[0-9 –-]{3,})[0-9]",  # 089/1234567
    re.IGNORECASE,
)
_PERSONNEL_NUMBER = re.compile(r"\bpers(?:onal|\.)-? ?(?:nummer|nr\.?)[: ]*[0-9]{3,}", re.IGNORECASE)
_USER_PATH = re.compile(r"\\(?:users|benutzer|homes?\$?)\\[\w.-]+", re.IGNORECASE)

_ROLE = (
    r"(?:(?:Ober|Alt)?[Bb]ürgermeister(?:in)?|Stadt(?:rat|rätin|kämmerer|direktor(?:in)?|schulrat|schulrätin|baurat|baurätin)"
    r"|(?:Berufsm\. )?Referent(?:in)?|Kollege|Kollegin|Präsident(?:in)?|Minister(?:in)?|Vorsitzende[rn]?)"
)
_DEGREE = r"(?:(?:Dr|Prof|Dipl|Mag)\.(?:-?[A-Z][a-z]+\.)?(?: ?(?:h\. ?c|med|phil|rer|nat|jur|ing)\.)*)"
_SURNAME = rf"(?:(?:von|van|de|zu|der|den) )*(?!{_ROLE}\b)[A-ZÄÖÜ][\wäöüß'’]*(?:-[A-ZÄÖÜ][\wäöüß'’]*)*"
_NAMED = re.compile(
    rf"\b(?:(?:Herrn?|Frau|Fr\.|Hrn?\.|Mrs?\.?|Ms\.) (?:(?:{_DEGREE}|{_ROLE}) )*|(?:{_DEGREE} )+)(?P<name>{_SURNAME})"
)
_LABELLED = re.compile(
    r"\b(?:[Aa]nsprech(?:partner(?:[:*]?in)?|person)|[Pp]rojektleit(?:er(?:[:*]?in)?|ung)|[Ss]achbearbeit(?:er(?:[:*]?in)?|ung)"
    r"|[Bb]earbeiter(?:[:*]?in)?|[Kk]ontakt(?:person)?|[Rr]ückfragen(?: an)?|[Vv]erfasser(?:[:*]?in)?|[Vv]erantwortlich"
    rf"|gez\.|i\. ?[AV]\.)(?:: ?|(?<=\.) )(?:{_DEGREE} )?"
    r"(?P<name>[A-ZÄÖÜ](?:\.|[a-zäöüß]+)(?:-[A-ZÄÖÜ][a-zäöüß]+)?,? [A-ZÄÖÜ][a-zäöüß]+)"
)
# Streets, schools and institutes are named after people, and units stand where a person could.
_NO_PERSON = re.compile(
    r"straße|strasse|platz|weg\b|allee|ring\b|schule|gymnasium|institut|klinik|klinikum|spital|haus\b|sches\b|stiftung|preis\b"
    r"|referat|stadt|landeshauptstadt|abteilung|team|amt\b|stelle|büro|dezernat|service|digital|münchen",
    re.IGNORECASE,
)

Finder = Callable[[str, Collection[str]], bool]


def personal_columns(headings: Iterable[str]) -> list[str]:
    """Return the headings under which personal data is to be expected, such as "Projektleitung" or "Durchwahl".

    Headings of role mailboxes ("Funktionspostfach") are none.
    """
    return [heading for heading in headings if _promises_person(re.sub(r"\s+", " ", heading).casefold())]


def personal_data(text: str, mailboxes: Collection[str] = frozenset()) -> str:
    """Return what kind of personal data `text` probably holds, or "".

    Kinds: `email`, `iban`, `phone`, `personnel_number`, `user_path`, `name` (after an honorific, a degree or a label).
    `mailboxes` are the casefolded addresses of role mailboxes that may be published.
    """
    single = re.sub(r"\s+", " ", text)
    return next((kind for kind, holds in _FINDERS.items() if holds(single, mailboxes)), "")


def personal_places(texts: pl.Series, mailboxes: Collection[str] = frozenset()) -> pl.Series:
    """Tell of each text (or list of texts) whether it probably holds personal data; null holds none.

    Only distinct texts that contain one of the signs of `_SUSPECT` are read closely.
    """
    joined = texts.list.join("\n") if isinstance(texts.dtype, pl.List) else texts
    suspects = joined.filter(joined.str.contains(_SUSPECT).fill_null(value=False)).unique().to_list()
    personal = [text for text in suspects if personal_data(text, mailboxes)]
    return joined.is_in(personal).fill_null(value=False)


def _promises_person(heading: str) -> bool:
    return _PERSONAL_HEADING.search(heading) is not None and _ROLE_MAILBOX_HEADING.search(heading) is None


def _holds_address(text: str, mailboxes: Collection[str]) -> bool:
    return any(found.rstrip(".").casefold() not in mailboxes for found in _ADDRESS.findall(text))


def _holds_iban(text: str, _mailboxes: Collection[str]) -> bool:
    return any(_is_iban(found.replace(" ", "")) for found in _IBAN.findall(text))


def _is_iban(compact: str) -> bool:
    """Check the digits of ISO 13616: letters count from 10, the first four characters go to the end, modulo 97 is 1."""
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def _holds_name(text: str, _mailboxes: Collection[str]) -> bool:
    found = [*_NAMED.finditer(text), *_LABELLED.finditer(text)]
    return any(not _NO_PERSON.search(_word_at(text, match)) for match in found)


def _word_at(text: str, match: re.Match[str]) -> str:
    """Return the name with what is joined to it: in "Dr. Müller-Straße" the street belongs to the name."""
    following = re.match(r"[\w'’-]*", text[match.end() :])
    return match["name"] + (following[0] if following else "")


def _matches(pattern: re.Pattern[str]) -> Finder:
    return lambda text, _mailboxes: pattern.search(text) is not None


_FINDERS: Mapping[str, Finder] = {
    "email": _holds_address,
    "iban": _holds_iban,
    "phone": _matches(_PHONE),
    "personnel_number": _matches(_PERSONNEL_NUMBER),
    "user_path": _matches(_USER_PATH),
    "name": _holds_name,
}
# A sign of every finder, in the words polars understands: whoever changes a finder changes this with it.
_SUSPECT = (
    r"(?i)@|[(\[{]at[)\]}]|\\|[a-z]{2}[0-9]{2}|233|[-–]\s?[0-9]{4,5}\s?\)|(\+|00)[1-9]|0[1-9][0-9]{1,4}\s?[/ )\s–-]"
    r"|(tel|fon|durchwahl|dw|fax|mobil|handy|app|phone|ext|nst|nebenstelle)[^0-9]{0,16}[0-9]|pers[^0-9]{0,16}[0-9]"
    r"|(herrn?|frau|fr\.|hrn?\.|mrs?\.?|ms\.|dr\.|prof\.|dipl\.|mag\.)|(partner|in|person|leiter|ung|kontakt|leit\w+)\s*:"
    r"|bearbeit|rückfragen|verfasser|verantwortlich|gez\.|i\.\s?[av]\."
)
