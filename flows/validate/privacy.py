"""The first guard against personal data: headings that promise it and texts that probably hold it.

The real guard is the allow list of published properties (`x-public`); this one protects the free texts among them.
What it finds is held back, never repeated. Source of the rules: domain.md part 2, "Privacy".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

import polars as pl

from flows.validate.given_names import GIVEN_NAMES

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
_NUMBER_OF = re.compile(
    r"\b(?:telefon|ruf|handy|mobil|mobilfunk|durchwahl)-?(?:nummer|nr\.?)\b[^0-9.+]{0,20}\+?(?:[0-9][ ()/–-]{0,3}){4,}",
    re.IGNORECASE,
)
_PERSONNEL_NUMBER = re.compile(r"\bpers(?:onal|\.)?-? ?(?:nummer|nr\.?)[: ]*[0-9]{3,}", re.IGNORECASE)
_GRADE = re.compile(
    r"\b(?:besoldung|besgr|entgeltgruppe|egr|eingruppierung)\w*\.?:? (?:in )?[aeb] ?[0-9]{1,2}\b", re.IGNORECASE
)
_USER_PATH = re.compile(r"[\\/](?:users|benutzer|homes?\$?)[\\/](?!share)[\w.-]+", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"\b(?:[Bb]enutzer(?:in|name|kennung)?|[Kk]ennung|[Ll]ogin|[Aa]ccount|[Uu]ser|[Ää]nderung|[Gg]eändert)"
    r"(?: (?:von|durch))?(?: Benutzer)?:? [a-z]{1,20}[._][a-z]{2,30}\b"
)
_HOME = re.compile(
    r"\b(?:wohnt|wohnte|wohnen|wohnhaft|privat(?:adresse|anschrift)|heimatadresse|zu hause)\b(?!-)[^.!?]{0,60}?"
    r"[a-zß.] ?[0-9]{1,4}\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(?:geboren(?: am)?|geb\.|geburtsdatum|geburtstag)[: ]*(?:am )?[0-9]{1,2}\. ?[0-9a-zä]", re.IGNORECASE
)

_ROLE = (
    r"(?:(?:Ober|Alt)?[Bb]ürgermeister(?:in)?|Stadt(?:rat|rätin|kämmerer|direktor(?:in)?|schulrat|schulrätin|baurat|baurätin)"
    r"|(?:Berufsm\. )?Referent(?:in)?|Kollege|Kollegin|Präsident(?:in)?|Minister(?:in)?|Vorsitzende[rn]?)"
)
_DEGREE = r"(?:(?:Dr|Prof|Dipl|Mag)\.(?:-?[A-Z][a-z]+\.)?(?: ?(?:h\. ?c|med|phil|rer|nat|jur|ing)\.)*)"
_SURNAME = rf"(?:(?:von|van|de|zu|der|den) )*(?!{_ROLE}\b)[A-ZÄÖÜ][\wäöüß'’]*(?:-[A-ZÄÖÜ][\wäöüß'’]*)*"
_WEEKDAY = r"(?:Mo|Di|Mi|Do|Fr|Sa|So)\b"
_NAMED = re.compile(
    rf"\b(?:(?:Herrn?|Frau|Fr\.?|Hrn?\.?|Mrs?\.?|Ms\.) (?:(?:{_DEGREE}|{_ROLE}|[A-Z]\w+leiter(?:in)?) )*"
    rf"|(?:{_DEGREE} )+|{_ROLE} )(?P<name>(?!{_WEEKDAY}){_SURNAME})"
)
_GIVEN = "(?:" + "|".join(sorted(GIVEN_NAMES, key=len, reverse=True)) + ")"
_WRITTEN = r"[A-ZÄÖÜİÇŞ][a-zäöüßéèğışçñ'’]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?"
# Places are named after people: what one of these words stands before is one.
_OF_PLACE = re.compile(r"(?:Stadtteil|Stadtviertel|Ortsteil|Gemeinde|Pfarrei|Kirche|Sankt|St\.|Haltestelle|Bahnhof) $")
_FULL_NAME = re.compile(
    rf"(?<![\w-])(?:{_GIVEN}(?:-{_GIVEN})?(?: {_GIVEN}| [A-Z]\.)? "
    rf"(?P<name>(?:(?:von|van|de|zu|der) )*(?:{_WRITTEN}|[A-Z]\.(?![A-Z])))"
    rf"|(?P<last>{_WRITTEN}),? {_GIVEN})(?![\w-])"
)
_INITIAL = re.compile(
    r"(?:^|[,:(] ?|\b(?:von|und|durch|mit|an|bei|[Rr]ücksprache|[Aa]uskunft|[Ll]aut|[Ll]t\.) )"
    rf"[A-ZÄÖÜ]\. (?P<name>{_WRITTEN})(?![\w-])"
)
_SIGNED = re.compile(rf"\b(?:PL|Unterschrift|[Aa]nmerkung|Gezeichnet):? (?P<name>{_WRITTEN})(?=[:,.]|$)")
_LABELLED = re.compile(
    r"\b(?:[Aa]nsprech(?:partner(?:[:*]?in)?|person)|[Pp]rojektleit(?:er(?:[:*]?in)?|ung)|[Ss]achbearbeit(?:er(?:[:*]?in)?|ung)"
    r"|[Bb]earbeiter(?:[:*]?in)?|[Kk]ontakt(?:person)?|[Rr]ückfragen(?: an)?|[Vv]erfasser(?:[:*]?in)?|[Vv]erantwortlich"
    rf"|gez\.|i\. ?[AV]\.)(?:: ?|(?<=\.) )(?:{_DEGREE} )?"
    r"(?P<name>[A-ZÄÖÜ](?:\.|[a-zäöüß]+)(?:-[A-ZÄÖÜ][a-zäöüß]+)?,? [A-ZÄÖÜ][a-zäöüß]+)"
)
# Streets, schools and institutes are named after people, and units stand where a person could.
_NO_PERSON = re.compile(
    r"straße|strasse|str\.|platz\b|weg\b|allee|ring\b|gasse\b|schule|gymnasium|institut|klinik|klinikum|spital|haus\b|sches\b"
    r"|stiftung|preis\b|halle\b|kirche\b|brücke\b|viertel\b|park\b|museum|theater|gmbh\b|app\b|software|system|projekt|portal"
    r"|referat|stadt|landeshauptstadt|abteilung|team|amt\b|stelle\b|büro|dezernat|service|digital|münchen|kämmerei",
    re.IGNORECASE,
)

_ROLE_WORD = re.compile(
    r"^(?:info|kontakt|contact|post|poststelle|presse|pressestelle|service|support|hilfe|hotline|redaktion|datenschutz|webmaster"
    r"|office|team|opendata|noreply|no|it|edv|vergabe|beteiligung|feedback)$|stelle$|amt$|büro$|buero$|referat$|digital|verwaltung"
    r"|abteilung|projekt|funktion|postfach|service"
)

Finder = Callable[[str, Collection[str]], bool]


def personal_columns(headings: Iterable[str]) -> list[str]:
    """Return the headings under which personal data is to be expected, such as "Projektleitung" or "Durchwahl".

    Headings of role mailboxes ("Funktionspostfach") are none.
    """
    return [heading for heading in headings if _promises_person(re.sub(r"\s+", " ", heading).casefold())]


def personal_data(text: str, mailboxes: Collection[str] = frozenset()) -> str:
    """Return what kind of personal data `text` probably holds, or "".

    Kinds: `email`, `iban`, `phone`, `phone_number`, `personnel_number`, `user_path`, `account`, `grade`, `home` (where
    somebody lives), `birth`, `name` (after an honorific, a degree, a label, an initial or a common given name).
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
    found = (address.rstrip(".").casefold() for address in _ADDRESS.findall(text))
    return any(address not in mailboxes and not _is_role(address) for address in found)


def _is_role(address: str) -> bool:
    """Tell whether an address is that of a function: each part before the @ is a word for one, none a name."""
    parts = re.split(r"[._-]", re.split(r" ?(?:@|[(\[{]at[)\]}])", address)[0])
    return any(_ROLE_WORD.search(part) for part in parts) and not any(
        part.capitalize() in GIVEN_NAMES for part in parts
    )


def _holds_iban(text: str, _mailboxes: Collection[str]) -> bool:
    return any(_is_iban(found.replace(" ", "")) for found in _IBAN.findall(text))


def _is_iban(compact: str) -> bool:
    """Check the digits of ISO 13616: letters count from 10, the first four characters go to the end, modulo 97 is 1."""
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def _holds_name(text: str, _mailboxes: Collection[str]) -> bool:
    found = (match for pattern in (_NAMED, _LABELLED, _INITIAL, _SIGNED) for match in pattern.finditer(text))
    return any(not _NO_PERSON.search(_word_at(text, match)) for match in found) or _holds_full_name(text)


def _holds_full_name(text: str) -> bool:
    """Tell whether a common given name stands with what may be a surname, and names no place."""
    for match in _FULL_NAME.finditer(text):
        surname = match["name"] or match["last"]
        if not _NO_PERSON.search(surname) and not _OF_PLACE.search(text[: match.start()]):
            return True
    return False


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
    "phone_number": _matches(_NUMBER_OF),
    "personnel_number": _matches(_PERSONNEL_NUMBER),
    "user_path": _matches(_USER_PATH),
    "account": _matches(_ACCOUNT),
    "grade": _matches(_GRADE),
    "home": _matches(_HOME),
    "birth": _matches(_BIRTH),
    "name": _holds_name,
}
# A sign of every finder, in the words polars understands: whoever changes a finder changes this with it.
_SUSPECT = (
    (
        r"(?i)@|[(\[{]at[)\]}]|\\|[a-z]{2}[0-9]{2}|233|[-–]\s?[0-9]{4,5}\s?\)|(\+|00)[1-9]|0[1-9][0-9]{1,4}\s?[/ )\s–-]"
        r"|(tel|fon|durchwahl|dw|fax|mobil|handy|app|phone|ext|nst|nebenstelle)[^0-9]{0,16}[0-9]|pers[^0-9]{0,16}[0-9]"
        r"|(herrn?|frau|fr\.|hrn?\.|mrs?\.?|ms\.|dr\.|prof\.|dipl\.|mag\.)|(partner|in|person|leiter|ung|kontakt|leit\w+)\s*:"
        r"|bearbeit|rückfragen|verfasser|verantwortlich|gez\.|i\.\s?[av]\.|\b(hr|fr|pl|unterschrift|anmerkung|gezeichnet)\b"
        r"|kolleg|bürgermeister|stadtr[aä]t|referent|minister|präsident|vorsitzende|stadtdirektor|stadtkämmerer|schulr|baur"
        r"|[/\\](users|benutzer|home)|benutzer|kennung|login|account|user|änderung|geändert|besoldung|besgr|entgeltgr|egr|eingrupp"
        r"|wohn|privat|zu hause|geboren|geb\.|geburts|nummer|(^|[\s,:(])\p{Lu}\.\s"
    )
    + "|(?-i:"
    + "|".join(sorted(GIVEN_NAMES))
    + ")"
)
