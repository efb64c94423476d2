"""Names of people as they are written in one piece."""

from backoffice.core.text.text import clean, fold

_PARTICLES = frozenset(
    "al bin da das de del della den der di do dos du el la las le les los van vom von zu zum zur".split()  # noqa: SIM905
)

_SPELT_OUT = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def split_name(full_name: str) -> tuple[str, str]:
    """`Ana María de la Cruz` as (`Ana María`, `de la Cruz`); `Müller, Anna` is turned round."""
    last, comma, first = clean(full_name).partition(",")
    if comma:
        return first.strip(), last.strip()
    words = last.split()
    if len(words) < 2:
        return last, ""
    start = next((n for n, word in enumerate(words[1:-1], 1) if word in _PARTICLES), len(words) - 1)
    return " ".join(words[:start]), " ".join(words[start:])


def name_words(name: str) -> list[str]:
    """`Müller-Lüdenscheidt` as `muller ludenscheidt`, and so does `Mueller Luedenscheidt`."""
    text = fold(name)
    for pair, letter in _SPELT_OUT:
        text = text.replace(pair, letter)
    return "".join(char if char.isalnum() else " " for char in text).split()


def names_agree(one: str, other: str) -> bool:
    """Whether both names are known and the same, in any order of their words."""
    words = sorted(name_words(one))
    return bool(words) and words == sorted(name_words(other))
