"""Allergens that the notes on a customer speak of (PRODUCT P10). It finds the usual words, no more: whoever
takes the order reads the notes and asks."""

import re

from backoffice.core.text.text import fold
from orders.choices import Allergen

# Beginnings of words, folded; German, Spanish, English. A word in `_WHOLE` has to stand alone.
_STEMS = {
    Allergen.GLUTEN: "gluten zoliak celiac coeliac weizen trigo wheat roggen gerste dinkel cebada barley",
    Allergen.CRUSTACEANS: "krebstier garnele krabben hummer crustace gamba langost shrimp prawn lobster crab",
    Allergen.EGGS: "eier huhnerei eiweiss huevo eggs",
    Allergen.FISH: "fisch pescado fish",
    Allergen.PEANUTS: "erdnuss cacahuet peanut",
    Allergen.SOYBEANS: "soja soya soy",
    Allergen.MILK: "milch kuhmilch lakto lacto leche milk dairy",
    Allergen.NUTS: "nuss nusse haselnuss walnuss mandel cashew pistazi frutos nuez nueces almendra avellana "
    "nuts hazelnut walnut almond pistach schalenfrucht",
    Allergen.CELERY: "sellerie apio celery",
    Allergen.MUSTARD: "senf mostaza mustard",
    Allergen.SESAME: "sesam",
    Allergen.SULPHITES: "sulfit sulphit schwefel",
    Allergen.LUPIN: "lupin altramu",
    Allergen.MOLLUSCS: "weichtier muschel tintenfisch molusc mejillon calamar mollus mussel squid oyster "
    "auster",
}
_WHOLE = {
    Allergen.EGGS: {"ei", "egg"},
    Allergen.NUTS: {"nut"},
    Allergen.CRUSTACEANS: {"marisco", "mariscos"},
}
_SPEAKS_OF_IT = ("allerg", "alerg", "unvertrag", "intoler", "vertragt")
_WORDS = re.compile(r"[^\W\d_]+")


def avoided_by(notes: str) -> frozenset[str]:
    """Codes of Allergen that the notes name, while they speak of an allergy or of doing without."""
    if not speaks_of_allergy(notes):
        return frozenset()
    words = _WORDS.findall(fold(notes))
    return frozenset(
        code
        for code, stems in _STEMS.items()
        if any(word.startswith(tuple(stems.split())) or word in _WHOLE.get(code, ()) for word in words)
    )


def speaks_of_allergy(notes: str) -> bool:
    folded = fold(notes)
    return any(stem in folded for stem in _SPEAKS_OF_IT)
