"""Likely duplicates, merges, and who was called different: three tabs."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.pages.paging import Cursor, InvalidCursor
from backoffice.core.text.formats import Formats, formats_for
from backoffice.core.text.numbers import parse_whole
from customers.duplicates.groups import LEVELS, PAGE, count_levels, different_pairs, read_groups
from customers.duplicates.pages.words import LEVEL_WORDS, RIGHT, level_word, reasons_of
from customers.models import CustomerMerge, DuplicateSearch, MergedCustomer

TABS = ("open", "merged", "different")


@require_safe
@permission_required(RIGHT, raise_exception=True)
def show(request):
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    formats = formats_for(request.organisation)
    labels = {"open": _("Open"), "merged": _("Merged"), "different": _("Different people")}
    pages = {"open": _open, "merged": _merged, "different": _different}
    context = {"tab": tab, "tabs": labels.items(), **pages[tab](request, formats)}
    return render(request, "customers/duplicates/list.html", context)


def _open(request, formats: Formats) -> dict:
    level = request.GET.get("likely", "")
    level = level if level in LEVELS else ""
    after = _cursor(request.GET.get("after"))
    groups, more = read_groups(request.organisation, level=level, after=after)
    counts, are_more = count_levels(request.organisation)
    search = DuplicateSearch.objects.filter(organisation=request.organisation).first()
    return {
        "rows": [_row(group, formats) for group in groups],
        "level": level,
        "levels": [(code, label, formats.number(counts[code])) for code, label in LEVEL_WORDS.items()],
        "open_count": formats.number(sum(counts.values())) + ("+" if are_more else ""),
        "searched": formats.moment(search.finished_at) if search and search.finished_at else "",
        "older": more,
        "is_first": after is None,
        "rest": urlencode({"likely": level} if level else {}),
    }


def _row(group, formats: Formats) -> dict:
    people = group.people
    return {
        "people": people,
        "names": _(" and ").join(one.name for one in people),
        "score": formats.whole_percent(group.pair.score),
        "width": f"{group.pair.score}%",
        "level": level_word(group.pair.score),
        "reasons": reasons_of(group.reasons, group.against),
        "query": urlencode([("id", one.pk) for one in people]),
    }


def _merged(request, formats: Formats) -> dict:
    before = parse_whole(request.GET.get("before", ""))
    merges = CustomerMerge.objects.filter(organisation=request.organisation, undone_at=None)
    merges = merges.filter(pk__lt=before) if before else merges
    merges = merges.select_related("survivor", "actor").prefetch_related(
        Prefetch("merged", MergedCustomer.objects.order_by("pk"))
    )
    found = list(merges.order_by("-pk")[: PAGE + 1])
    return {
        "merges": [_merge(one, formats) for one in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "is_first": not before,
        "rest": "tab=merged",
    }


def _merge(merge: CustomerMerge, formats: Formats) -> dict:
    return {
        "pk": merge.pk,
        "survivor": merge.survivor,
        "others": ", ".join(_names(merge)),
        "moment": formats.moment(merge.merged_at),
        "actor": merge.actor.name if merge.actor else _("System"),
        "until": formats.day(formats.local(merge.undo_until).date()) if merge.is_undoable else "",
    }


def _names(merge: CustomerMerge) -> list[str]:
    """Names while they are kept, else the numbers they had."""
    kept = {row["id"]: row for row in merge.kept.get("customers", ())}
    names = []
    for one in merge.merged.all():
        row = kept.get(one.old_id, {})
        name = f"{row.get('first_name', '')} {row.get('last_name', '')}".strip() or row.get("email", "")
        names.append(f"{name} (K-{one.old_id})" if name else f"K-{one.old_id}")
    return names


def _different(request, formats: Formats) -> dict:
    before = parse_whole(request.GET.get("before", ""))
    pairs, more = different_pairs(request.organisation, before=before)
    return {
        "pairs": [
            {
                "pk": pair.pk,
                "people": (pair.one, pair.other),
                "reasons": reasons_of(pair.reasons, pair.against),
                "moment": formats.moment(pair.decided_at),
                "actor": pair.decided_by.name if pair.decided_by else _("System"),
            }
            for pair in pairs
        ],
        "older": more,
        "is_first": not before,
        "rest": "tab=different",
    }


def _cursor(text: str | None) -> Cursor | None:
    """A place that is none of ours begins at the first row."""
    try:
        return Cursor.decode(text, int) if text else None
    except InvalidCursor:
        return None
