"""Whether two names may be those of one person: for contacts that several people share."""

from backoffice.core.text.names import name_words


def may_be_one_person(one: str, other: str) -> bool:
    """True when a name is missing, or every word of the shorter one stands in the longer one, in any order.

    `Müller` is `Mueller`, `A.` any word with that letter. Nothing else that sounds alike counts: Julian
    and Juliana are a couple more often than a slip of the pen.
    """
    shorter, longer = sorted((name_words(one), name_words(other)), key=len)
    left = list(longer)
    for word in shorter:
        match = next((candidate for candidate in left if _fits(word, candidate)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def begin_alike(one: str, other: str) -> bool:
    """Whether the first words are the same: people change their last name."""
    first, second = name_words(one)[:1], name_words(other)[:1]
    return bool(first) and first == second


def _fits(word: str, other: str) -> bool:
    return word == other or (1 in (len(word), len(other)) and word[0] == other[0])
