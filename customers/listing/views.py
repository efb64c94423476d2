"""Organisation > Kunden: the list, its columns, its figures."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import TemplateView

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.late_reads import LateReadsMixin
from backoffice.core.text.formats import formats_for
from backoffice.staff.context import frame_of
from customers.access import CustomersMixin
from customers.figures import count_customers, refresh_monthly_spend
from customers.listing import columns
from customers.listing import page as list_page
from customers.listing.filters import STATUS
from customers.listing.search import Count, Matches, fetch_page, find_matches
from customers.listing.state import PAGE_SIZES, ListState
from customers.listing.suggestions import near_matches
from customers.listing.tiles import figures_of
from customers.models import BulkAction, Tag

FEW_ENOUGH_TO_SORT = 2_000


class CustomerListView(LateReadsMixin, CustomersMixin, TemplateView):
    """Search, filter, sort and page through customers; htmx asks for the region below the head alone."""

    def get_template_names(self):
        is_fragment = self.request.htmx and not self.request.htmx.history_restore_request
        return ["customers/listing/_list_region.html" if is_fragment else "customers/listing/list.html"]

    @cached_property
    def state(self) -> ListState:
        return list_state(self.request)

    @cached_property
    def formats(self):
        return formats_for(self.request.organisation)

    @cached_property
    def counters(self) -> dict[str, int]:
        return count_customers(self.request.organisation, location=self.request.location)

    def get_context_data(self, **kwargs):
        address, order = self.state.address(reverse("customers:list")), self.state.order
        if order.name == "monthly":
            refresh_monthly_spend(self.request.organisation, self.formats.today)
        chosen = columns.chosen_columns(self.request.membership.list_columns, order.name)
        matches = self._matches()
        page = self._page(matches, columns.lookups_of(chosen))
        may_export = self.request.user.has_perm("customers.export_customer")
        return super().get_context_data(
            **kwargs,
            state=self.state,
            address=address,
            order=order,
            counters={name: self.formats.number(self.counters[name]) for name in ("active", "inactive")},
            total_exists=bool(self.counters["active"] or self.counters["inactive"]),
            chips=list_page.chips(self.state, address, self.formats),
            name_heading=list_page.name_heading(order, address),
            headings=list_page.headings(chosen, order, address),
            rows=columns.make_rows(page.rows, chosen, self.formats, may_select=may_export),
            pager=self._pager(page, matches.count, address),
            near=self._near(page),
            result=list_page.result_text(matches.count, self.formats),
            count=matches.count,
            may_export=may_export,
            bulk_actions=bulk_actions(self.request.user),
            may_edit=self.request.user.has_perm("customers.change_customer"),
            may_deactivate=self.request.user.has_perm("customers.deactivate_customer"),
            hidden_state=address.fields("q", *list_page.QUICK_FILTERS),
            quick_filters=list_page.quick_filters(self.state),
            **self._sorting(address),
            all_url=address(status="all"),
            status_label=dict(STATUS)[self.state.status],
            reachable_url=self._reachable_url(address),
            **self._figures(),
        )

    def _sorting(self, address) -> dict:
        headings = list_page.sort_headings(self.state.order, address)
        current = next((heading for heading in headings if heading.aria_sort != "none"), None)
        return {"sort_headings": headings, "sort_label": current.title if current else ""}

    def _matches(self) -> Matches:
        """Without search and filter the counters know the number; nothing is counted."""
        state = self.state
        queryset = state.queryset
        if not state.is_plain:
            return find_matches(
                self.request.organisation,
                queryset,
                state.query,
                is_active=state.is_active,
                has_filters=bool(state.filters or state.location),
            )
        names = {"active": ["active"], "inactive": ["inactive"], "all": ["active", "inactive"]}[state.status]
        number = sum(self.counters[name] for name in names)
        if state.status == "inactive" and number <= FEW_ENOUGH_TO_SORT:
            return find_matches(self.request.organisation, queryset, "")
        return Matches(queryset, queryset, Count(number))

    def _reachable_url(self, address) -> str:
        """Where those are who may be written to, when the list asks for marketing consent alone."""
        filters = self.state.filters
        is_consent_alone = filters.get("marketing") == "yes" and "reachable" not in filters
        return address(reachable="yes") if is_consent_alone else ""

    def _near(self, page) -> list[tuple[int, str]]:
        """Customers spelt alike, for a search without a hit."""
        if page.rows or not self.state.query:
            return []
        found = near_matches(self.state.queryset, self.state.query)
        return [(pk, f"{first} {last}".strip()) for pk, first, last in found]

    def _page(self, matches: Matches, fields):
        state = self.state
        total = None if matches.count.is_capped else matches.count.value
        return fetch_page(
            self.request.organisation,
            matches,
            state.order,
            fields=fields,
            size=state.size,
            last=state.is_last_page,
            total=total,
            after=state.cursor("after"),
            before=state.cursor("before"),
        )

    def _pager(self, page, count: Count, address) -> dict:
        total = f"{self.formats.number(count.value)}{'+' if count.is_capped else ''}"
        return {
            "from": self.formats.number(page.position + 1 if page.rows else 0),
            "to": self.formats.number(page.position + len(page.rows)),
            "total": total,
            "first": address() if page.before else "",
            "before": address(before=page.before.encode()) if page.before else "",
            "after": address(after=page.after.encode()) if page.after else "",
            "last": address(page="last") if page.after else "",
            "sizes": [(size, address(size=size)) for size in PAGE_SIZES],
            "size": self.state.size,
        }

    def _figures(self) -> dict:
        """The figures follow location and source; beside a search or another filter they would mislead."""
        may_have = not self.state.query and self.state.filters.keys() <= {"source"}
        if not may_have or self.request.membership.hides_figures or not self.counters["active"]:
            return {"tiles": [], "may_have_figures": may_have}
        sources = tuple(self.state.filters.get("source", ()))
        counters = self.counters
        if sources:
            counters = count_customers(
                self.request.organisation, location=self.request.location, sources=sources
            )
        figures = figures_of(
            self.request.organisation, self.request.location, sources, counters=counters, formats=self.formats
        )
        return {
            "tiles": figures.tiles,
            "tiles_html": figures.html,
            "figures_basis": figures.basis,
            "may_have_figures": True,
        }


def bulk_actions(user) -> list[dict[str, object]]:
    """What may be done with the ticked rows, as (label, icon, url); the package `bulk` does it."""
    return [
        {"label": kind.label, "icon": kind.icon, "url": reverse("customers:bulk", args=[kind])}
        for kind in BulkAction.Kind
        if user.has_perm(kind.permission)
    ]


def list_state(request) -> ListState:
    """What the address says, with the choices of this organisation."""
    return ListState(
        request.GET,
        organisation=request.organisation,
        location=request.location,
        language=get_language()[:2],
        tags=list(Tag.objects.filter(organisation=request.organisation)),
        locations=frame_of(request).locations,
    )


@require_safe
@permission_required("customers.view_customer", raise_exception=True)
def show_filters(request):
    """Every filter in one form, filled with what the address has."""
    state = list_state(request)
    return dialog(
        request,
        title=_("Filter customers"),
        action=reverse("customers:list"),
        method="get",
        fields="customers/listing/_filter_fields.html",
        foot="customers/listing/_filter_foot.html",
        state=state,
        filter_fields=list_page.filter_fields(state, formats_for(request.organisation)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("customers.view_customer", raise_exception=True)
def choose_columns(request):
    """Ask for, and remember, which columns this person sees; none chosen means the default."""
    if request.method == "POST":
        wanted = set(request.POST.getlist("column"))
        names = [name for name in columns.COLUMNS if name in wanted]
        request.membership.list_columns = [] if "reset" in request.POST else names
        request.membership.save(update_fields=["list_columns"])
        return redirect(next_page(request, reverse("customers:list")))
    return dialog(
        request,
        title=_("Choose columns"),
        action=reverse("customers:columns"),
        method="post",
        fields="customers/listing/_column_fields.html",
        foot="customers/listing/_column_foot.html",
        all_columns=columns.COLUMNS.values(),
        chosen_columns=[column.name for column in columns.chosen_columns(request.membership.list_columns)],
        next=request.htmx.current_url_abs_path or reverse("customers:list"),
    )


@require_POST
@permission_required("customers.view_customer", raise_exception=True)
def toggle_figures(request):
    """Show or hide the figures above the list, for this person."""
    request.membership.hides_figures = not request.membership.hides_figures
    request.membership.save(update_fields=["hides_figures"])
    return redirect(next_page(request, reverse("customers:list")))
