"""Adding and editing one customer."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.bodies import takes_files
from backoffice.core.pages.toasts import toast
from backoffice.core.text import phones
from backoffice.staff.models import Language
from customers.access import CustomersMixin, get_customer
from customers.choices import Purpose
from customers.consent import current_wording
from customers.models import Customer, Tag
from customers.models.customer import email_key
from customers.records.forms import CustomerCreateForm, CustomerEditForm
from customers.records.registering import (
    DuplicateCustomer,
    StaleEdit,
    edit_customer,
    find_duplicates,
    is_taken,
    register_customer,
)


class _CustomerFormView(CustomersMixin, FormView):
    template_name = "customers/records/form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "region": self.request.organisation.country}

    def get_context_data(self, **kwargs):
        all_tags = Tag.names_of(self.request.organisation)
        return super().get_context_data(**kwargs, all_tags=all_tags, **self.extra())

    def extra(self) -> dict:
        return {}

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form):
        owners = self._owners(form)
        if any(owners.values()) and not self._is_confirmed(form, owners):
            return self._refuse(form, owners)
        try:
            customer = self.save(form)
        except DuplicateCustomer as taken:
            form.add_error(taken.field, _("Belongs to another customer already."))
            return self._refuse(form, {taken.field: [taken.existing]})
        except ValidationError as error:
            form.add_error("tags", error)
            return self.form_invalid(form)
        except StaleEdit:
            return self.stale(form)
        return HttpResponseRedirect(reverse("customers:profile", args=[customer.pk]))

    def _owners(self, form) -> dict[str, list[Customer]]:
        """The customers who have what was typed, by the field it was typed into."""
        keys = _typed_keys(form)
        found = find_duplicates(
            self.request.organisation,
            phones=[keys["phone"], keys["phone2"]],
            email=keys["email"],
            exclude=form.instance.pk,
        ).values()
        return {
            name: [other for other in found if any(point.key == key for point in other.met)]
            for name, key in keys.items()
        }

    def _is_confirmed(self, form, owners) -> bool:
        """What is somebody's first number or e-mail stays refused; all else may be shared."""
        keys = _typed_keys(form)
        for name in ("phone", "email"):
            points = [point for other in owners[name] for point in other.met]
            if any(point.key == keys[name] and is_taken(point) for point in points):
                form.add_error(name, _("Belongs to another customer already."))
        return not form.errors and "save_anyway" in self.request.POST

    def _refuse(self, form, owners):
        form.name_owners(owners)
        shared = [] if form.errors else [form[name] for name, customers in owners.items() if customers]
        return self.render_to_response(self.get_context_data(form=form, shared=shared), status=422)


def _typed_keys(form) -> dict[str, str]:
    """By field, what tells customers apart; empty where a stored customer keeps it as it is."""
    customer, values = form.instance, form.cleaned_data
    keys = {"phone": values["phone"], "phone2": values["phone2"], "email": email_key(values["email"])}
    stored = {"phone": customer.phone, "phone2": customer.phone2, "email": customer.email_key}
    return {name: "" if customer.pk and key == stored[name] else key for name, key in keys.items()}


@takes_files("PICTURE_MAX_BYTES", "customers.add_customer")
class CustomerCreateView(_CustomerFormView):
    """A customer by hand: any role may, and is reminded to ask first (PRODUCT C6)."""

    permission_required = "customers.add_customer"
    form_class = CustomerCreateForm

    def get_form_kwargs(self):
        locations = self.request.organisation.locations.all()
        if self.request.location:
            locations = locations.filter(pk=self.request.location.pk)
        may_grant = self.request.user.has_perm("customers.grant_consent")
        return {**super().get_form_kwargs(), "locations": locations, "may_grant": may_grant}

    def get_initial(self):
        organisation = self.request.organisation
        here = {"country": organisation.country, "language": organisation.language}
        return here | {"occurred_at": timezone.localtime()}

    def extra(self):
        organisation = self.request.organisation
        sentences = [current_wording(organisation, Purpose.MARKETING, code) for code in Language.values]
        return {"wordings": sentences}

    def save(self, form):
        request = self.request
        customer = register_customer(
            organisation=request.organisation,
            location=form.cleaned_data.get("location")
            or request.location
            or request.organisation.locations.first(),
            fields=form.fields_of_customer,
            tags=form.cleaned_data["tags"],
            has_agreed=form.cleaned_data["has_agreed"],
            evidence=form.evidence,
            actor=request.user,
        )
        toast(request, _("%(name)s is added.") % {"name": customer.name})
        return customer


@takes_files("PICTURE_MAX_BYTES", "customers.change_customer")
class CustomerEditView(_CustomerFormView):
    """Everything about a customer but consents, which the profile switches."""

    permission_required = "customers.change_customer"
    form_class = CustomerEditForm

    @cached_property
    def customer(self) -> Customer:
        return get_customer(self.request, self.kwargs["pk"])

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "instance": self.customer,
            "may_correct_email": self.request.user.has_perm("customers.correct_email"),
        }

    def get_initial(self):
        return {}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        customer = self.customer
        form.initial |= {
            "tags": customer.tags_text,
            "seen_tags": customer.tags_text,
            "seen_at": customer.updated_at.isoformat(),
            "phone": phones.international(customer.phone).replace("\u00a0", " "),
            "phone2": phones.international(customer.phone2).replace("\u00a0", " "),
        }
        return form

    def extra(self):
        return {"customer": self.customer}

    def save(self, form):
        changed = edit_customer(
            self.customer,
            fields=form.fields_of_customer,
            **form.tag_changes,
            actor=self.request.user,
            seen_at=form.cleaned_data["seen_at"],
        )
        if "marketing_consent" in changed:
            told = _("Saved. The marketing consent of the old address has ended: ask the customer again.")
        else:
            told = _("Saved.") if changed else _("Nothing was changed.")
        toast(self.request, told)
        return self.customer

    def stale(self, form):
        """Somebody else saved meanwhile: show what is stored now; saving again is then on purpose."""
        now = get_customer(self.request, self.kwargs["pk"])
        typed = form.fields_of_customer
        names = [name for name in typed if name != "picture" and typed[name] != getattr(now, name)]
        differences = [(form[name].label, getattr(now, name) or "–", typed[name] or "–") for name in names]
        form.data = form.data.copy()
        form.data["seen_at"] = now.updated_at.isoformat()
        form.data["tags"] = ", ".join(form.tags_upon(now.tag_names))
        form.data["seen_tags"] = now.tags_text
        context = self.get_context_data(form=form, differences=differences, is_stale=True)
        return self.render_to_response(context, status=409)


@require_safe
@permission_required("customers.add_customer", raise_exception=True)
def check_duplicates(request):
    """A fragment that names customers with the phone or e-mail of one field, empty when there are none."""
    numbers = []
    for name in ("phone", "phone2"):
        try:
            typed = request.GET.get(name, "").strip()
            numbers.append(phones.normalise_phone(typed, request.organisation.country) if typed else "")
        except ValidationError:
            continue  # the form says what is wrong with it
    found = find_duplicates(
        request.organisation,
        phones=numbers,
        email=request.GET.get("email", "").strip()[:254].replace("\x00", ""),
        exclude=whole_number(request.GET.get("customer"), None),
    )
    return render(request, "customers/records/_duplicates.html", {"owners": list(found.values())})
