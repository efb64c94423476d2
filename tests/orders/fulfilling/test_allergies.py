import pytest

from orders.fulfilling.allergies import avoided_by


@pytest.mark.parametrize(
    ("notes", "found"),
    [
        ("Haselnussallergie", {"nuts"}),
        ("Erdnuss-Allergie, sonst nichts", {"peanuts"}),
        ("Glutenunverträglichkeit und Laktoseintoleranz", {"gluten", "milk"}),
        ("verträgt keine Kuhmilch", {"milk"}),
        ("Alergia al marisco y a los huevos", {"crustaceans", "eggs"}),
        ("intolerante a la lactosa", {"milk"}),
        ("Allergic to SHRIMP and egg", {"crustaceans", "eggs"}),
        ("Allergie: Ei", {"eggs"}),
        ("Allergie gegen Katzen", set()),
        ("trinkt gern Milchkaffee", set()),
        ("", set()),
    ],
)
def test_allergens_in_notes(notes, found):
    assert avoided_by(notes) == found
