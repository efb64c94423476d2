"""Whether two names are the same: who shares a phone or an e-mail is told by it."""

from backoffice.core.text.text import fold

_SPELT_OUT = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def words_of(name: str) -> list[str]:
    """`Müller-Lüdenscheidt` as `muller ludenscheidt`, and so does `Mueller Luedenscheidt`."""
    text = fold(name)
    for pair, letter in _SPELT_OUT:
        text = text.replace(pair, letter)
    return "".join(char if char.isalnum() else " " for char in text).split()


def agree(one: str, other: str) -> bool:
    """Whether both names are known and the same, in any order of their words."""
    words = sorted(words_of(one))
    return bool(words) and words == sorted(words_of(other))
