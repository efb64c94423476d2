"""Step 3 in the browser's eyes: cells that are put right in their place, conflicts that are decided."""

import pytest

from customers.models import ImportCorrection, ImportRow
from tests.customers.importing.pages import CONFLICT, lines, text_of

# ---- Corrections ----------------------------------------------------------------------------------


def test_a_corrected_cell_answers_with_the_row_and_what_changes_with_it(bring, check, correct):
    run = check(bring("A,B,nope,", "C,D,c@example.org,"))

    response = correct(run, 2, htmx=True, c2="a@example.org", columns="0,1,2,3", tab="faults", page="1")

    answer = text_of(response)
    assert answer.startswith('<tr role="row" id="row-2"')
    assert "Corrected" in answer
    assert "aria-invalid" not in answer
    assert 'id="check-tiles" aria-label="Result of the check" hx-swap-oob="true"' in answer
    assert 'id="check-tabs" aria-label="Which rows" hx-swap-oob="true"' in answer
    assert '<p id="check-sum" hx-swap-oob="innerHTML">' in answer
    assert '<strong class="semi">2</strong> of 2 rows are imported' in answer
    assert "Import 2 customers" in answer
    assert response.context["figures"].number_of("faults") == 0


def test_a_cell_that_is_still_wrong_keeps_its_field(bring, check, correct):
    run = check(bring("A,B,nope,"))

    answer = text_of(correct(run, 2, htmx=True, c2="still nope", columns="0,1,2,3"))

    assert 'value="still nope"' in answer
    assert "Every row has a fault. Correct some first." in answer
    assert "disabled" in answer


def test_without_script_a_correction_leads_back_to_the_row(bring, check, correct, visit_check):
    run = check(bring("A,B,nope,", "C,D,nope,"))

    response = correct(run, 3, c2="a@example.org", tab="faults", page="1")

    assert response["Location"] == f"/customers/import/{run.pk}/check/?tab=faults&page=1#row-3"
    assert lines(visit_check(run, "?tab=faults")) == [2]
    assert lines(visit_check(run)) == [2, 3]
    assert "Corrected" in text_of(visit_check(run))


def test_cells_are_named_by_their_place_and_others_stay(bring, check, correct):
    run = check(bring("A,B,nope,0171 3920013"))

    correct(run, 2, c2="a@example.org\x00", c99="x", first_name="Mallory", cX="y")

    correction = ImportCorrection.objects.get()
    assert correction.cells == {"email": "a@example.org"}
    assert correction.decision == ""


def test_a_hostile_correction_is_only_text(bring, check, correct):
    run = check(bring("A,B,nope,"))

    answer = correct(
        run, 2, htmx=True, c2='"><script>alert(1)</script>', columns="2,x,999,-1"
    ).content.decode()

    assert "<script>" not in answer
    assert "&quot;&gt;&lt;script&gt;" in answer


def test_a_correction_is_cut_at_the_limit_of_a_cell(bring, check, correct, settings):
    settings.TABLE_MAX_CELL_CHARACTERS = 50
    run = check(bring("A,B,nope,"))

    correct(run, 2, c2="x" * 1_000)

    assert len(ImportCorrection.objects.get().cells["email"]) == 50


def test_a_row_about_which_nothing_was_noted_is_missing(bring, check, correct):
    run = check(bring("A,B,a@example.org,"))

    assert correct(run, 2, c2="b@example.org").status_code == 404
    assert correct(run, 99_999, c2="b@example.org").status_code == 404


@pytest.mark.parametrize("htmx", [True, False])
def test_a_correction_that_comes_too_late_leads_to_the_import(bring, check, take_in, correct, htmx):
    run = check(bring("A,B,nope,", "C,D,c@example.org,"))
    take_in(run)

    response = correct(run, 2, htmx=htmx, c2="a@example.org")

    assert response["HX-Redirect" if htmx else "Location"] == f"/customers/import/{run.pk}/"
    assert ImportCorrection.objects.count() == 0


# ---- Conflicts ------------------------------------------------------------------------------------


def test_a_conflict_names_both_customers(bring, check, visit_check, rivals):
    phone, mail = rivals
    run = check(bring(CONFLICT))

    page = text_of(visit_check(run))

    for customer, label in [(phone, "To Pia Phone (phone number)"), (mail, "To Mia Mail (e-mail)")]:
        assert f'href="/customers/{customer.pk}/"' in page
        assert label in page
    assert "Skip this row" in page


def test_a_conflict_with_a_row_of_the_same_file_names_its_line(bring, check, visit_check):
    run = check(bring("A,B,a@example.org,", "C,D,,0171 3920013", "E,F,a@example.org,0171 3920013"))

    page = text_of(visit_check(run))

    assert "To Line 3 (phone number)" in page
    assert "To Line 2 (e-mail)" in page


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        ("phone", "Belongs to the customer with this phone number."),
        ("email", "Belongs to the customer with this e-mail."),
        ("skip", "You decided to skip this row."),
    ],
)
def test_one_press_decides_and_another_opens_the_question_again(
    bring, check, visit_check, correct, rivals, decision, sentence
):
    run = check(bring(CONFLICT))

    answer = text_of(correct(run, 2, htmx=True, decision=decision, columns="0,1,2,3"))

    assert sentence in answer
    assert "Decide again" in answer
    assert sentence in text_of(visit_check(run))
    again = text_of(correct(run, 2, htmx=True, decision="", columns="0,1,2,3"))
    assert "To Pia Phone (phone number)" in again


def test_a_consent_is_counted_once_however_often_a_row_is_decided(bring, check, correct, rivals):
    head = "first_name,last_name,email,phone,marketing_communications"
    basis = {"origin": "Paper form", "given_on": None, "wording": ""}
    run = check(bring(f"{CONFLICT},yes", "N,E,n@example.org,,yes", head=head), consent=basis)
    assert run.checked["consents"] == 1

    for decision, consents in [("phone", 2), ("email", 2), ("", 1), ("phone", 2), ("skip", 1)]:
        correct(run, 2, decision=decision)
        run.refresh_from_db()
        assert run.checked["consents"] == consents, decision


def test_consents_left_out_are_counted_once_too(bring, check, correct, rivals):
    head = "first_name,last_name,email,phone,marketing_communications"
    run = check(bring(f"{CONFLICT},yes", head=head))

    for decision, consents in [("phone", 1), ("email", 1), ("skip", 0)]:
        correct(run, 2, decision=decision)
        run.refresh_from_db()
        assert run.checked["consents_without_origin"] == consents, decision


def test_a_decision_that_does_not_exist_changes_nothing(bring, check, correct, rivals):
    run = check(bring(CONFLICT))

    correct(run, 2, decision="everybody")

    assert ImportRow.objects.get().outcome == ImportRow.Outcome.CONFLICT
