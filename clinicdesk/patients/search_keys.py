"""Folds names for searching: no accents, no case, no matter which apostrophe or hyphen.

A folded name is words of letters and digits with single spaces between them. Stored and typed
names go through the same fold, so what looks alike at the desk is alike here.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_KEY = 200
LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
        "ħ": "h", "ŧ": "t", "ŋ": "ng", "ĸ": "k", "ſ": "s",
        # Arabic and Persian keyboards write the same letters with different codes.
        "ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ـ": "",
        # Click letters are not on keyboards; the ladder form of 高 is on few.
        "ǀ": "", "ǁ": "", "ǂ": "", "ǃ": "", "髙": "高",
    }
)  # fmt: skip
SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
    | {"Å": "Aa", "Ø": "Oe"}
)
APOSTROPHES = re.compile("['’‘‛ʼʻʽʹ′`´＇׳]")
HYPHENS = re.compile("[-‐‑‒–−־﹣－]")
MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f]"
)
SPACELESS = (
    "\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
PIECES = re.compile(f"[{SPACELESS}][\u102b-\u103e\u1056-\u1060]*|[^{SPACELESS}]+")
ABD_AL = re.compile("\\bعبد (?=ال)")
PINYIN_V = re.compile("\\b([ln])[üǖǘǚǜ]", re.IGNORECASE)


def fold(text: str) -> str:
    """Give the words of a text in their searchable form, with single spaces between them."""
    if text.isascii():
        plain = text.replace("'", "").replace("`", "").casefold()
    else:
        bare = APOSTROPHES.sub("", text)
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", bare).casefold())
        plain = MARKS.sub("", plain).translate(LETTERS)
        plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
        plain = unicodedata.normalize("NFC", plain)
    words = " ".join("".join(c if _counts(c) else " " for c in plain).split())
    return ABD_AL.sub("عبد", words)


def name_key(name: str) -> str:
    """Give the key by which names are put in order."""
    return fold(name)[:LONGEST_KEY]


def name_words(given_name: str, family_name: str) -> tuple[str, ...]:
    """Give every word that finds a name by its beginning, in the order they occur.

    Beside the name's own words: both halves of O'Connor, double names as one word (van der Berg as
    "vanderberg"), umlauts spelt out (Müller as "mueller"), lü as "lv". Of scripts without spaces
    each character is a word.
    """
    found: dict[str, None] = {}
    for name in (given_name, family_name):
        words = fold(name).split()
        found |= dict.fromkeys(_pieces(words))
        if len(words) > 1:
            found["".join(words)[:LONGEST_KEY]] = None
        for variant in _variants(name):
            found |= dict.fromkeys(_pieces(fold(variant).split()))
    return tuple(found)


def typed_words(text: str) -> tuple[tuple[str, ...], ...]:
    """Give the ways to read typed words: one of them must fit, with the beginnings of all words.

    "Anne-Marie" also means "Annemarie", and "Müller" also "Mueller". Empty when no letter or digit
    was typed.
    """
    readings = [text, HYPHENS.sub("", text)]
    composed = unicodedata.normalize("NFC", text)
    readings.append(composed.translate(SPELT_OUT))
    found = dict.fromkeys(tuple(_pieces(fold(reading).split())) for reading in readings)
    return tuple(words for words in found if words)


def is_spaceless(word: str) -> bool:
    """Tell whether a word is a character of a script that writes without spaces."""
    return bool(re.match(f"[{SPACELESS}]", word))


def fits(words: Iterable[str], readings: Iterable[tuple[str, ...]]) -> bool:
    """Tell whether one reading's words are each the beginning of some word of a name."""
    known = tuple(words)
    return any(
        all(any(word.startswith(typed) for word in known) for typed in reading)
        for reading in readings
    )


def _counts(character: str) -> bool:
    return character.isalnum() or (
        not character.isascii() and unicodedata.category(character)[0] == "M"
    )


def _pieces(words: Iterable[str]) -> list[str]:
    return [piece[:LONGEST_KEY] for word in words for piece in PIECES.findall(word)]


def _variants(name: str) -> set[str]:
    composed = name if name.isascii() else unicodedata.normalize("NFC", name)
    variants = {
        APOSTROPHES.sub(" ", name),
        composed.translate(SPELT_OUT),
        PINYIN_V.sub(r"\1v", composed),
    }
    return variants - {name, composed}
