"""Puts every patient at a place: one number that orders like family name, given name and id.

The full-text index gives its hits in the order of their row numbers and can stop after the first
twenty. With the place as the row number these are the first twenty in the order of names, and
nothing has to be sorted. A place is 39 bits of name above 24 bits of id. The name's bits are an
arithmetic code, which keeps the order: common letters take less room, so about eight letters, or
two Chinese characters, fit. Names that agree in all of them share their bits; whoever reads places
in order completes the last such group and sorts it by the whole names.

Whoever changes the shares below has to write a migration that fills `patient_search` anew.
"""

from functools import lru_cache

NAME_BITS, ID_BITS = 39, 24
SURE_WIDTH = 1 << 12  # below it, neighbouring letters may fall together
LARGEST_ID = (1 << ID_BITS) - 1
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
LETTER_SHARES = (
    90, 30, 40, 40, 80, 15, 30, 40, 70, 10, 40, 60, 45, 70, 60, 30, 5, 75, 70, 55, 35, 20, 20, 5,
    20, 20,
)  # fmt: skip
# (last code point of the band, share of the band): a band begins where the one before it ends.
BANDS = (
    (0x00, 200), (0x1F, 1), (0x20, 20), (0x60, 10),
    *((ord(letter), share) for letter, share in zip(ALPHABET, LETTER_SHARES, strict=True)),
    (0x36F, 5), (0x3FF, 15), (0x52F, 30), (0x5FF, 12), (0x77F, 30), (0x1CFF, 40), (0x303F, 3),
    (0x30FF, 15), (0x33FF, 1), (0x9FFF, 60), (0xABFF, 1), (0xD7A3, 30), (0x10FFFF, 5),
)  # fmt: skip
TOTAL = sum(share for _, share in BANDS)


def name_bits(family_key: str, given_key: str) -> int:
    """Give a number that is never smaller for a name that comes later."""
    low, width = 0, 1 << NAME_BITS
    for character in f"{family_key}\0{given_key}":
        start, end, whole = _share(character)
        first, last = width * start // whole, width * end // whole
        low, width = low + first, last - first
        if width <= 1:
            break
    return low


def shared_beginning(family_key: str) -> str:
    """Give the part of the family name that all whose bits are the same begin with."""
    width = 1 << NAME_BITS
    for at, character in enumerate(family_key):
        start, end, whole = _share(character)
        width = width * end // whole - width * start // whole
        if width < SURE_WIDTH:
            return family_key[:at]
    return family_key


def place(family_key: str, given_key: str, patient_id: int) -> int:
    """Give a patient's place; ValueError for an id beyond the 16.7 million that fit."""
    if not 0 < patient_id <= LARGEST_ID:
        raise ValueError("a patient id has at most 24 bits")
    return name_bits(family_key, given_key) << ID_BITS | patient_id


def bits_of(patient_place: int) -> int:
    """Give the name's bits of a place."""
    return patient_place >> ID_BITS


def end_of_group(bits: int) -> int:
    """Give the first place after all that share these name bits."""
    return (bits + 1) << ID_BITS


@lru_cache(maxsize=4096)
def _share(character: str) -> tuple[int, int, int]:
    """Give a character's span as numerators of one denominator."""
    point, first, below = ord(character), 0, 0
    for last, share in BANDS:
        if point <= last:
            count = last - first + 1
            start = below * count + share * (point - first)
            return start, start + share, TOTAL * count
        first, below = last + 1, below + share
    raise ValueError("no such character")
