"""People who do not exist: phones are from the ranges kept for drama, mail addresses from example.org."""

import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

NAMES = (
    *("Ailsa Reid", "Seònaid NicLeòid", "Ruaridh MacDhòmhnaill", "Calum Mac a' Ghobhainn", "Mòrag Chaimbeul"),
    *("Agnieszka Wiśniewska", "Łukasz Zieliński", "Małgorzata Brzęczyszczykiewicz", "Tomasz Lis", "Zofia Dąbrowska"),
    *("Fatima Akhtar", "Muhammad Usman Chaudhry", "Zainab Bibi", "Hamza Malik", "Ayesha Siddiqui"),
    *("Wei Zhang", "Li Xiuying", "Chen Jian-Guo", "Ng Mei Ling", "Ho Wing-Yan"),
    *("Iain Drummond", "Morag Sinclair", "Margaret Docherty", "Eilidh Kerr", "Fraser Gillespie"),
    *("Catriona O'Donnell", "Siobhán Ní Bhriain", "Pádraig Ó Súilleabháin", "Liam McGinty", "Niamh Gallagher"),
    *("Jürgen Weiß", "Zoë Laurent", "François Lefèvre-Dubois", "María José Fernández de la Vega y Ortiz"),
    *("Søren Kjærgaard", "Þórdís Björnsdóttir", "Ștefan Ionescu", "Ağça Yıldız", "Nguyễn Thị Minh Khai"),
    *("Oluwaseun Adebayo-Oyelaran", "Chidi Okafor", "Amina Abdi", "Tendai Moyo", "Kwame Mensah"),
    *("Priya Raghunathan", "Gurpreet Kaur Sandhu", "Anand Venkataraman", "Nasreen Begum", "Ravi Shah"),
    *("Douglas Urquhart", "Isla Buchanan", "Finlay Robertson", "Kirsty Anne MacKinnon-Fotheringham", "Ross Tait"),
    *("Jean Paterson", "William Paterson", "Heather Muir", "Gregor Lindsay", "Shona Ferguson", "Alan Kidd"),
    *("Euan Baird", "Lorna Cunningham", "Stuart Wylie", "Rhona MacAskill", "Craig Devlin", "Nicola Rae"),
    *("Kenneth Oyston", "Bo Li", "Ewa Nowak", "Sandy Hay", "Mhairi Beaton", "Angus Strachan"),
)
KNOWN_AS = {
    "Muhammad Usman Chaudhry": "Usman",
    "Małgorzata Brzęczyszczykiewicz": "Gosia",
    "María José Fernández de la Vega y Ortiz": "Marijó",
    "Ng Mei Ling": "Mei Ling",
    "Margaret Docherty": "Peggy",
    "William Paterson": "Billy",
    "Kirsty Anne MacKinnon-Fotheringham": "Kirsty",
}
PRONOUNS = {"Sandy Hay": "they/them", "Zoë Laurent": "she/her", "Ross Tait": "he/him"}
NEEDS = {
    "Li Xiuying": "Mandarin interpreter, please book one",
    "Jean Paterson": "Hard of hearing on the left; face her when you speak",
    "Amina Abdi": "Somali spoken at home; likes things written down",
    "Alan Kidd": "Large print",
}
YOUNG = {"Finlay Robertson": 14, "Isla Buchanan": 17}
STREETS = ("Sandstone Row", "Mill Lade Lane", "Tenement Street", "Lamplighter Way", "Bandstand Road", "Allotment Path")
DISTRICTS = ("G11 6AA", "G12 8AA", "G3 8AA", "G20 6AA", "G41 2AA", "G42 9AA", "G31 2AA", "G61 1AA", "G4 9AA", "PA1 1AA")
PRACTICES = ("Dr Bell, Riverside Practice", "Dr Okoro, Hillhead Surgery", "Dr Sweeney, Southside Medical Centre")
RELATIONS = ("Partner", "Mother", "Friend", "Son")
YOUNGEST, OLDEST = 19, 79


@dataclass(frozen=True)
class MadeUp:
    """One person who does not exist."""

    number: int
    name: str
    known_as: str
    pronouns: str
    born: date
    phone: str
    email: str
    street: str
    postcode: str
    gp: str
    emergency_contact: str
    needs: str

    @property
    def dice(self) -> random.Random:
        """Chance of this person's own, the same each time."""
        return dice("person", self.number)


def dice(*of: object) -> random.Random:
    """Chance that falls the same way every time for the same thing."""
    return random.Random(" ".join(str(part) for part in of))  # noqa: S311  (nothing here is a secret)


def people(count: int, *, today: date) -> list[MadeUp]:
    """The first so many; past the end of the list the names come round with a number."""
    return [_person(number, today) for number in range(count)]


def phone(number: int) -> str:
    """A number that Ofcom keeps for drama: mobile for most, Glasgow for some."""
    return f"+44141496{number % 1000:04d}" if number % 5 == 3 else f"+447700900{number % 1000:03d}"


def address(name: str) -> str:
    """A mail address that can belong to nobody."""
    letters = unicodedata.normalize("NFKD", name.translate(str.maketrans("ŁłØøÞþßıæ", "LlOoTtsia")))
    plain = "".join(letter for letter in letters if letter.isascii()).lower()
    return f"{'.'.join(re.findall(r'[a-z0-9]+', plain))}@example.org"


def _person(number: int, today: date) -> MadeUp:
    rolls, turn = dice("person", number), number // len(NAMES)
    name = NAMES[number % len(NAMES)] + (f" {turn + 1}" if turn else "")
    age = YOUNG.get(name) or rolls.randint(YOUNGEST, OLDEST)
    born = date(today.year - age - 1, 12, 31) + timedelta(days=rolls.randint(1, 300))
    return MadeUp(
        number=number,
        name=name,
        known_as=KNOWN_AS.get(name, ""),
        pronouns=PRONOUNS.get(name, ""),
        born=min(born, today - timedelta(days=365 * age + 5)),
        phone="" if number % 17 == 11 else phone(number),
        email="" if number % 13 == 7 else address(name),
        street=f"{rolls.randint(1, 90)} {rolls.choice(STREETS)}",
        postcode=rolls.choice(DISTRICTS),
        gp=rolls.choice(PRACTICES) if number % 4 else "",
        emergency_contact=f"{rolls.choice(RELATIONS)}, 07700 900{rolls.randint(0, 999):03d}",
        needs=NEEDS.get(name, ""),
    )
