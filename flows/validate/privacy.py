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
    r"|(?<![0-9.,/–-])[1-9][0-9]{2} ?[-–/] ?(?:[0-9]{5}|[0-9]{2}[1-9][0-9])"  # an exchange with its extension, and
    r"(?= ?[.,;:)/](?![0-9])|$| (?:oder|und|an)\b)"  # nothing that is counted: "100-1250 Geräte" is a range
    r"|\( ?(?:[1-9][0-9]{2})?[-–] ?[0-9]{4,5} ?\)"  # an extension in brackets after a name: (-27834)
    r"|(?<![\w+])(?<![0-9] )(?:\+|00)[1-9][0-9]{1,2}[ ()/.–-]{0,3}(?:[0-9][ ()/.–-]{0,2}){6,12}[0-9]"  # +49 89 ...
    r"|(?<![\w.,/–-])(?<![VAFBES0-9] )0[1-9][0-9]{1,4} ?[/ )–-] ?[0-9](?:[0-9 –-]{3,})[0-9]"  # 089/1234567
    r"(?![0-9]| ?(?:€|EUR|Euro|Mio|Tsd))",
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
    r"(?<!und )\b(?:(?:Bürger|Anwohner|Bewohner|Antragsteller|Mieter|Nachbar|Eigentümer)(?:in|s)?"
    r"|Familie)(?: [A-Z]\w+)?(?:,| aus| in| von)(?: de[rmn])? [^.,!?]{0,30}?"
    r"(?:straße|str\.|weg|platz|allee|gasse|ring|ufer) [0-9]{1,4}\b|"
    r"\b(?:wohnt|wohnte|wohnen|wohnhaft|privat(?:adresse|anschrift)|heimatadresse|zu hause)\b(?!-)[^.!?]{0,60}?"
    r"[a-zß.] ?[0-9]{1,4} ?[a-z]?\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(?:geboren(?: am)?|geb\.|geburtsdatum|geburtstag)[: ]*(?:am )?[0-9]{1,2}\. ?[0-9a-zä]"
    r"|\b[0-9]{1,2}\. ?(?:[0-9]{1,2}\.|\w+) ?[0-9]{4} geboren\b",
    re.IGNORECASE,
)

_ROLE = (
    r"(?:(?:Ober|Alt)?[Bb]ürgermeister(?:in)?|Stadt(?:rat|rätin|kämmerer|direktor(?:in)?|schulrat|schulrätin|baurat|baurätin)"
    r"|(?:Berufsm\. )?Referent(?:in)?|(?<=[mdsn] )Kollegen|Kollege|Kollegin|Präsident(?:in)?|Minister(?:in)?"
    r"|Vorsitzende[rn]?|Familie)"
)
_DEGREE = r"(?:(?:Dr|Prof|Dipl|Mag)\.(?:-?[A-Z][a-z]+\.)?(?: ?(?:h\. ?c|med|phil|rer|nat|jur|ing)\.)*)"
_PARTICLES = r"(?:(?:(?:von|van|zu|in|auf)(?: (?:der|den|dem))?|vom|zum|zur|de|da|di|del|el|al|ten) )*"
_LETTERS = r"[^\W\d_]"
_WORD = rf"[A-ZÄÖÜİÇŞŁŠŽČÓÁÉ]{_LETTERS}*(?:['’-]{_LETTERS}+)*"
_SURNAME = rf"{_PARTICLES}(?!{_ROLE}\b){_WORD}"
_WEEKDAY = r"(?:Mo|Di|Mi|Do|Fr|Sa|So)\b"
_NAMED = re.compile(
    rf"\b(?:(?:Herrn?|Frau|Fr\.?|Hrn?\.?|Mrs?\.?|Ms\.) (?:(?:{_DEGREE}|{_ROLE}|[A-Z]\w+leiter(?:in)?) )*"
    rf"|(?:{_DEGREE} )+|{_ROLE} )(?P<name>(?!{_WEEKDAY}){_SURNAME})"
)
_PAIR = re.compile(rf"(?<![\w-])(?P<one>{_WORD})(?=(?P<between>,? ){_PARTICLES}(?P<two>{_WORD})(?![\w]))")
# Places are named after people: what one of these words stands before is one.
_OF_PLACE = re.compile(r"(?:Stadtteil|Stadtviertel|Ortsteil|Gemeinde|Pfarrei|Kirche|Sankt|St\.|Haltestelle|Bahnhof) $")
_STARTS = frozenset(
    re.findall(
        r"\w+", "Der Die Das Den Dem Ein Eine Einen Einem Einer Mit Von Bei Für Und Zu Im Am An In Auf Aus Laut Nach"
    )
)
"""What may stand in front of a given name in capitals without being a surname that is named first."""
_ALSO_WORDS = frozenset(("August", "Ernst", "Heide", "Mark", "Rose", "Roman"))
"""Given names that are words or months too: they count before what ends as a surname often does."""
_LIKE_SURNAME = re.compile(
    r"(?:huber|bauer|m[ae][iy]e?r|mann|hofer|inger|berger|dorfer|müller|schmidt?)$", re.IGNORECASE
)
_SURE_SURNAME = re.compile(
    r"(?<![\w-])(?P<name>(?:[A-ZÄÖÜ][a-zäöüß]*)?(?:[Hh]uber|[Mm](?:aie|eie|aye|eye|ay)r|[Gg]ruber|[Ll]echner|[Mm]üller|[Ss]chmi(?:dt|tt|tz|d)"
    r"|[Ss]chr(?:öd|oed)er|[Ss]chulze?|[Hh]off?mann|[Nn]eumann|[Ll]ehmann|[Kk]rüger|[Kk]öhler|[Nn]owak)"
    r"|[A-ZÄÖÜİÇŞŁŠŽČĐ]\w*(?:owski|owska|ewski|ewska|wicz|oğlu|oglu|ović|ovic|enko|escu|idis|akis|opoulos)"
    r"|Y[ıi]lmaz|Kaya|Demir|Öztürk|Çelik|Nguyen)(?![\w-])"
)
"""Surnames that are no words and name no place, alone or at the end of a longer one."""
_FOREIGN = re.compile(r"[ąćčďđęěğıłńňőřśşšťůžźż]|ić$")
"""Letters that German words do not have: of two words in capitals with one of them, the second is a surname."""
_OF_FIRM = re.compile(
    r"(?:[Ff]irma|Fa\.|[Dd]rogerie|[Bb]äckerei|[Cc]afé|[Hh]otel|[Gg]asthof|[Kk]aufhaus|[Vv]erlag|Haus) $"
)
_CLAUSE_STARTS, _NAME_ENDS = re.compile(r"(?:^|[,;:(/–] ?)$"), re.compile(r"\.?$| ?[,;:()/]")
_SHORT_GIVEN = r"(?:[A-ZÄÖÜ]|Th|Ch|Chr|Ph|Joh|Jos|Wolfg|Heinr|Wilh)\."
_INITIAL = re.compile(
    r"(?:^|[,:(] ?|\b(?:von|und|durch|mit|an|bei|[Rr]ücksprache|[Aa]uskunft|[Ll]aut|[Ll]t\.) )"
    rf"{_SHORT_GIVEN} ?(?P<name>{_WORD})(?![\w-])"
)
_LABEL = (
    r"(?:[Aa]nsprech(?:partner(?:[:*]?in)?|person)|\w*[Ll]eit(?:er(?:[:*]?in)?|ung)|\w*[Aa]ssistenz"
    r"|[Ss]achbearbeit(?:er(?:[:*]?in)?|ung)|[Bb]earbeiter(?:[:*]?in)?|[Pp]rojektmanager(?:[:*]?in)?|[Vv]erfasser(?:[:*]?in)?"
    r"|[Kk]ontakt(?:person)?|[Rr]ückfragen(?: an)?|[Vv]erantwortlich|(?:[Ss]tell)?[Vv]ertret(?:er(?:[:*]?in)?|ung)"
    r"|[Kk]oordinat(?:or(?:[:*]?in)?|ion)|[Aa]nmerkung|[Uu]nterschrift|[Gg]ezeichnet|PL)"
)
_SIGNED = re.compile(
    rf"\b(?:{_LABEL}: ?|(?:gez\.|i\. ?[AV]\.|PL|Anmerkung|Gezeichnet) )(?:{_DEGREE} )?"
    rf"(?P<name>{_PARTICLES}[A-ZÄÖÜ]{_LETTERS}*[a-zäöüß]{_LETTERS}*(?:['’-]{_LETTERS}+)*)(?=[,;:/()]|\.?$|\. [A-Z])"
)
_LABELLED = re.compile(
    rf"\b(?:{_LABEL}: ?|(?:gez\.|i\. ?[AV]\.) )(?:{_DEGREE} )?"
    r"(?P<name>[A-ZÄÖÜ](?:\.|[a-zäöüß]+)(?:-[A-ZÄÖÜ][a-zäöüß]+)?,? [A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?)"
)
_PLACE = (
    r"(?:straße|strasse|platz|allee|gasse|schule|gymnasium|institut|klinik|klinikum|spital|stiftung|kirche|brücke|viertel|museum"
    r"|theater|software|system|portal|referat|abteilung|dezernat|service|kämmerei|universität|bibliothek|zentrum|verein|verlag"
    r"|medaille|projekt|programm|preis|akademie|kolleg|archiv|orchester|bühne|verband|fonds)"
)
_THING = (
    r"(?:str\.|weg|ring|haus|saal|halle|park|hof|bad|tor|markt|app|amt|stelle|büro|team|digital"
    r"|gmbh|ag|kg|se|mbh|ohg|co|ev|inc|ltd)"
)
_NO_SURNAME = re.compile(rf"{_PLACE}$|(?:^|-){_THING}$|-{_LETTERS}+(?:haus|halle|hof)$", re.IGNORECASE)
"""Streets, schools and institutes are named after people; whole words only where surnames end so: Döring, Neuhaus."""
_OF_THING = re.compile(
    rf"[\w'’-]*(?: (?:&|und) [A-ZÄÖÜ][\w-]*)?(?: [A-ZÄÖÜ][\w-]*)?? "
    rf"(?:{_PLACE}|{_THING}|\w+(?:spital|klinikum|schule|institut))\b"
    r"|[\w'’-]*(?<=sch)e[nrms]? [A-ZÄÖÜ]",
    re.IGNORECASE,
)
"""After a name: a foundation, a company, a hospital that is called so."""
_UNIT = re.compile(
    r"(?:büro|stelle|amt|team|direktorium|dienst|zentrale|werke|stab|gruppe|stadt|vorstand|rat|ausschuss|leitung|firma|agentur"
    r"|gesellschaft|verwaltung|bereich|sachgebiet|betrieb|wesen|planung|steuerung|förderung|entwicklung|wirtschaft|technik|schutz|bau|entwässerung|reinigung"
    r"|impressum|hotline|postfach|telefon)(?:en|s)?(?: .*)?$"
    r"|^(?:städtisch|kommunal|bayerisch|zentral|digital|smart|geschäft)\w*"
    r"|^(?:siehe|offen|extern|intern|vakant|unbesetzt|noch|keine?|nicht|bitte|wird|derzeit|unbekannt|entfällt|neu|nn)\b",
    re.IGNORECASE,
)
"""After a label a unit stands where a person could, or a word for nobody."""

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

    Each distinct text is read once. A search for signs of suspects first was measured slower than reading them all.
    """
    joined = texts.list.join("\n") if isinstance(texts.dtype, pl.List) else texts
    personal = [text for text in joined.drop_nulls().unique().to_list() if personal_data(text, mailboxes)]
    return joined.is_in(personal).fill_null(value=False)


def _promises_person(heading: str) -> bool:
    return _PERSONAL_HEADING.search(heading) is not None and _ROLE_MAILBOX_HEADING.search(heading) is None


def _holds_address(text: str, mailboxes: Collection[str]) -> bool:
    found = (address.rstrip(".").casefold() for address in _ADDRESS.findall(text))
    return any(address not in mailboxes and not _is_role(address) for address in found)


def _is_role(address: str) -> bool:
    """Tell whether an address is that of a function: a part before the @ is a word for one, and none a given name."""
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
    named = (m for pattern in (_NAMED, _INITIAL) for m in pattern.finditer(text))
    labelled = (m for pattern in (_LABELLED, _SIGNED) for m in pattern.finditer(text))
    return (
        any(not _names_thing(text, m) for m in named)
        or any(not _names_thing(text, m) and not _names_unit(m["name"]) for m in labelled)
        or _holds_surname(text)
        or any(_is_full_name(pair) for pair in _PAIR.finditer(text))
    )


def _holds_surname(text: str) -> bool:
    found = (match for match in _SURE_SURNAME.finditer(text) if not _OF_FIRM.search(_before(match)))
    return any(not _names_thing(text, match) for match in found)


def _is_full_name(pair: re.Match[str]) -> bool:
    """Tell whether a given name stands with what may be a surname, and the two name no place and no firm."""
    one, two, text, end = pair["one"], pair["two"], pair.string, pair.end("two")
    before = _before(pair)
    if _OF_PLACE.search(before) or _OF_THING.match(text, end):
        return False
    if _FOREIGN.search(two):
        return True
    comma = pair["between"].startswith(",")
    if not comma and (_is_given(one) or (one in _ALSO_WORDS and _LIKE_SURNAME.search(two))):
        return not _NO_SURNAME.search(two)
    first = comma or (_CLAUSE_STARTS.search(before) and _NAME_ENDS.match(text, end))
    return bool(first) and _is_given(two) and one not in _STARTS and not _NO_SURNAME.search(one)


def _before(match: re.Match[str]) -> str:
    """Return the word or two in front of a match: the whole text, for each of many matches, would take for ever."""
    return match.string[max(0, match.start() - 20) : match.start()]


def _is_given(word: str) -> bool:
    return all(part in GIVEN_NAMES for part in word.split("-"))


def _names_thing(text: str, match: re.Match[str]) -> bool:
    """Tell whether the name belongs to a street or a foundation, as in "Dr. Müller-Straße" or "Dr. Müller Stiftung"."""
    name = match["name"]
    return _NO_SURNAME.search(name) is not None or _OF_THING.match(text, match.end("name")) is not None


def _names_unit(name: str) -> bool:
    return any(_UNIT.search(word) or _NO_SURNAME.search(word) for word in (name, *name.split()))


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
