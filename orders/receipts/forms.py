"""What people say about a receipt: why it is voided, what goes back, whose it is, a note."""

from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.pages.fields import CountField, MoneyField
from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.formats import Formats
from backoffice.core.text.phones import normalise_phone
from orders.correcting import paid_by_line, refunded_by_line
from orders.models import Order


class VoidForm(forms.Form):
    reason = OneLineField(label=gettext_lazy("Reason"), max_length=200)


class NoteForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ["note"]
        field_classes = {"note": OneLineField}


class SendForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    asked_for_it = forms.BooleanField(
        label=gettext_lazy("The customer asked for it just now"), required=False
    )


class RefundForm(forms.Form):
    """Quantities of lines, or an amount. `token` makes a second press the same refund."""

    reason = OneLineField(label=gettext_lazy("Reason"), max_length=200)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, order: Order, formats: Formats, **kwargs):
        super().__init__(*args, **kwargs)
        self.order, self.formats = order, formats
        self.fields["token"].initial = uuid4()
        self.fields["amount"] = MoneyField(
            label=gettext_lazy("Or an amount"), currency=formats.currency, required=False
        )
        self.lines = self._offer_lines()

    def _offer_lines(self) -> list[str]:
        """Add a field for each line that has something left; their names."""
        lines = list(self.order.lines.all())
        paid, earlier = paid_by_line(lines, self.order.discount_cents), refunded_by_line(self.order)
        offered = []
        for line in lines:
            left = line.quantity - earlier.get(line.pk, (0, 0))[0]
            if not left:
                continue
            name = f"line-{line.pk}"
            words = {"count": self.formats.number(left), "name": line.name}
            self.fields[name] = CountField(
                label=_("%(name)s, at most %(count)s") % words,
                min_value=0,
                max_value=left,
                required=False,
                help_text=_("%(amount)s paid") % {"amount": self.formats.money(paid[line.pk])},
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": left}),
            )
            offered.append(name)
        return offered

    @property
    def line_fields(self) -> list:
        return [self[name] for name in self.lines]

    @property
    def quantities(self) -> dict[int, int]:
        chosen = {name: self.cleaned_data.get(name) for name in self.lines}
        return {int(name.removeprefix("line-")): count for name, count in chosen.items() if count}

    def clean(self):
        amount = self.cleaned_data.get("amount")
        if amount is not None and not 0 < amount <= self.order.left_cents:
            left = {"left": self.formats.money(self.order.left_cents)}
            self.add_error("amount", ValidationError(_("At most %(left)s are left.") % left))
        if not self.errors and bool(amount) == bool(self.quantities):
            raise ValidationError(_("Choose what goes back: lines, or an amount."))

    @property
    def refund(self) -> dict:
        """What `recording.refund_order` is told."""
        token: UUID = self.cleaned_data["token"]
        words = {"reason": self.cleaned_data["reason"], "token": token}
        if quantities := self.quantities:
            return words | {"quantities": quantities}
        return words | {"amount_cents": self.cleaned_data["amount"]}


class SplitForm(forms.Form):
    """Who the new customer is: a name, and a phone or an e-mail where known."""

    first_name = OneLineField(label=gettext_lazy("First name"), max_length=80, required=False)
    last_name = OneLineField(label=gettext_lazy("Last name"), max_length=80)
    phone = OneLineField(label=gettext_lazy("Phone"), max_length=60, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)

    def __init__(self, *args, region: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.region = region

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        return normalise_phone(phone, self.region) if phone else ""
