"""How two names resemble each other; for a person to look at, never for deciding."""

from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache

from patients.folding import plain_words

ALIKE = 0.8  # of the letters of two words: Nowak and Nowack share 0.91, Reid and Read 0.75
MOSTLY_ALIKE = 0.75  # enough where another word of the name agrees, for Reid and Read

# Short forms that people book under; one line, one name.
NAMES = """
agnes nessie senga
alexander alasdair alistair alec alex sandy
alison ally
andrew andy drew
anthony tony
benjamin ben
catherine katherine kathryn kate katie cath cathy kathy catriona
charles charlie
christine christina chris kirsty
christopher chris
daniel dan danny
david dave davie
deborah debbie deb
donald don donnie
edward eddie ted ed
elizabeth elspeth liz lizzie beth betty libby eliza
eleanor helen nell ellie
frances fran frankie
francis frank frankie
gregory greg gregor
hugh shug hughie
isabella isobel isabel isla bella
james jamie jim jimmy jas seumas hamish
jennifer jen jenny
jessica jess jessie
john jack ian iain johnny jock
jonathan jon
joseph joe joey
kenneth ken kenny
lawrence laurence larry laurie
malcolm malky
margaret maggie meg peggy greta mairead
mary molly mairi maria marie
matthew matt
michael mike mick
nicholas nick nicky
nicola nicky nikki
patricia pat patsy trish tricia
patrick pat paddy
peter pete
philip phil
rebecca becky becca
richard rick dick richie
robert bob rob bobby robbie rab
ronald ron ronnie
samantha sam
samuel sam sammy
sarah sally sadie
stephen steven steve stevie
susan sue suzie susanna
theresa teresa terry tess
thomas tom tommy tam
victoria vicky vicki tori
william bill billy will willie liam
"""


def same_name(one: str, other: str) -> bool:
    """The same words in any order, whatever the accents and capitals."""
    words = sorted(plain_words(one))
    return bool(words) and words == sorted(plain_words(other))


def similar_name(one: str, other: str) -> bool:
    """Every word of the shorter name has its like in the other: a slip of the pen, a short form, Mac for Mc."""
    shorter, longer = sorted((plain_words(one), plain_words(other)), key=len)
    rest, exact = list(longer), 0
    for word in list(shorter):
        if word in rest:
            rest.remove(word)
            exact += 1
    unmatched = [word for word in shorter if word not in longer]
    needed = MOSTLY_ALIKE if exact else ALIKE
    return len(shorter) > 1 and all(any(_alike(word, like, needed) for like in rest) for word in unmatched)


def shares_word(one: str, other: str) -> bool:
    """A first name or a surname in common: people marry, and birthdays stay."""
    common = set(plain_words(one)) & set(plain_words(other))
    return any(len(word) > 2 for word in common)


def swapped(born: date) -> date | None:
    """The birthday with day and month the other way round; None when that is no other day."""
    if born.day > 12 or born.day == born.month:
        return None
    return date(born.year, born.day, born.month)


def beginnings(name: str) -> Iterator[str]:
    """Beginnings of words by which names like this one can be looked up."""
    for word in plain_words(name):
        for like in {word, *short_forms().get(word, ())}:
            yield like[:4]


@lru_cache(maxsize=1)
def short_forms() -> dict[str, set[str]]:
    """For each name the others it goes by."""
    known: dict[str, set[str]] = {}
    for line in NAMES.split("\n"):
        names = set(line.split())
        for name in names:
            known[name] = known.get(name, set()) | names
    return known


def _alike(one: str, other: str, needed: float) -> bool:
    if other in short_forms().get(one, ()):
        return True
    return SequenceMatcher(None, _without_mac(one), _without_mac(other), autojunk=False).ratio() >= needed


def _without_mac(word: str) -> str:
    for start in ("mac", "mc"):
        if word.startswith(start) and len(word) > len(start) + 2:
            return "mc" + word[len(start) :]
    return word
