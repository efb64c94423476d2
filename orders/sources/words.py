"""What went wrong with a message, and what helps, in words of the people who look at it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from orders.choices import SourceKind


@dataclass(frozen=True)
class Fault:
    """`text` may name values of the event's `detail`; `place` is where something helps: a page of its own."""

    title: object
    text: object
    helps: object
    place: str = ""
    tone: str = "bad"


FAULTS = {
    "unsigned": Fault(
        _("The signature does not fit"),
        _("The messages came with another secret. They were not read, but kept."),
        _("Enter the same secret here and at the sender, then work on them again."),
        "secret",
    ),
    "held": Fault(
        _("Held back"),
        _("These messages came while the source was off."),
        _("Switch the source on, then work on them again."),
        tone="warn",
    ),
    "unreadable": Fault(
        _("The message has another form than documented"),
        _("The value “%(place)s” is missing or cannot be read."),
        _("Look at the message; what the sender has changed there has to be put right at the sender."),
    ),
    "invalid": Fault(
        _("Not an order that can be stored"),
        "%(sentence)s",
        _("Put it right at the sender and have it send the order again."),
    ),
    "order_missing": Fault(
        _("Its order has not come yet"),
        _("It speaks of order %(order)s, which is not here."),
        _("When the order comes, this is done by itself. Missed orders can be fetched."),
        tone="warn",
    ),
    "wrong_status": Fault(
        _("The order here is further on"),
        _("Order %(order)s is voided here, or no receipt yet."),
        _("Look at the order and decide there."),
        tone="warn",
    ),
    "refund_too_large": Fault(
        _("More was paid back than the order is worth"),
        _("Less is left of order %(order)s than this refund."),
        _("Compare the order with the one at the sender."),
    ),
    "sent_refused": Fault(
        _("Not an order that can be stored"),
        _("%(place)s: %(reason)s"),
        _("Put it right at the sender and have it send the order again."),
    ),
    "conflict": Fault(
        _("Another order has this number"),
        _("Under %(order)s another order of this source is stored."),
        _("Have the sender give it a number of its own."),
    ),
    "refund_changed": Fault(
        _("A refund has changed"),
        _("Another amount is stored under the number of this refund of order %(order)s."),
        _("Compare the order with the one at the sender."),
    ),
    "no_location": Fault(
        _("There is no location"),
        _("Orders belong to a location, and this organisation has none."),
        _("Add a location, then work on them again."),
    ),
    "no_address": Fault(
        _("The address of the shop is missing"),
        _("Only the shop itself knows what the message points to."),
        _("Enter the address of the shop."),
        "secret",
    ),
    "no_token": Fault(
        _("There is no access to the sender"),
        _("The message only points to the order; without an access key it cannot be fetched."),
        _("Enter an access key, then work on them again."),
        "secret",
    ),
    "token_refused": Fault(
        _("The sender refuses our access key"),
        _("It has expired, or may not read orders."),
        _("Make a new one at the sender and enter it here, then work on them again."),
        "secret",
    ),
    "refused": Fault(
        _("The sender refuses to answer"),
        _("It answered with status %(status)s."),
        _("Try again later; if it stays, look at the address and at the sender."),
    ),
    "no_json": Fault(
        _("The sender answers with something else"),
        _("What came back is no answer of its API."),
        _("Look at the address of the shop."),
        "secret",
    ),
    "not_reached": Fault(
        _("The sender could not be reached"),
        "%(reason)s",
        _("Try again later; if it stays, look at the address."),
        "secret",
    ),
    "fault": Fault(
        _("Something unexpected went wrong here"),
        _("The message is kept, nothing is lost."),
        _("Work on it again. If it stays, tell whoever looks after your installation."),
    ),
}

HINTS = {
    "phone": _("The phone number could not be read and was left out."),
    "email": _("The e-mail address could not be read and was left out."),
    "shortened": _("A text was too long and was shortened."),
    "changed_since": _(
        "The sender changed what was ordered after it came. The receipt here stays as it came: refund or "
        "void it if it is wrong."
    ),
}


def sentence_of(code: str, detail: dict) -> str:
    """What went wrong with one message."""
    fault = FAULTS.get(code, FAULTS["fault"])
    return f"{fault.title}. {str(fault.text) % _Known(detail)}"


class _Known(dict):
    """Values that an older event did not note are left out of its sentence."""

    def __missing__(self, key: str) -> str:
        return "–"


@dataclass(frozen=True)
class Guide:
    """How a sender is connected: what to do there, in order, and what its fields are called there."""

    text: object
    steps: tuple
    secret: object = ""
    token: object = ""
    address: object = ""


GUIDES = {
    SourceKind.WOOCOMMERCE: Guide(
        _("Orders and customers of a WooCommerce shop, the moment they are placed."),
        (
            _("In WordPress open WooCommerce > Settings > Advanced > Webhooks."),
            _("Add a webhook for “Order created”, one for “Order updated” and one for “Customer updated”."),
            _("Enter the address below as delivery URL, and the same secret as here."),
        ),
        secret=_("The secret of the webhooks."),
        token=_("Consumer key and consumer secret with a colon between them, for fetching missed orders."),
        address=_("For example https://shop.example"),
    ),
    SourceKind.SHOPIFY: Guide(
        _("Orders, refunds and customers of a Shopify shop."),
        (
            _("In Shopify open Settings > Notifications > Webhooks."),
            _("Add webhooks in JSON for orders, refunds and customers with the address below."),
            _("Shopify shows the signing secret below its list of webhooks: enter it here."),
        ),
        secret=_("The signing secret that Shopify shows."),
        token=_("The Admin API access token of an app of yours, for fetching missed orders."),
        address=_("For example https://shop.myshopify.com"),
    ),
    SourceKind.SQUARE: Guide(
        _("Receipts of a Square till or shop, with what was refunded."),
        (
            _("In the Square Developer Console open your application > Webhooks > Subscriptions."),
            _("Add a subscription with the address below for order, payment and refund events."),
            _("Enter its signature key and an access token of the application here."),
        ),
        secret=_("The signature key of the subscription."),
        token=_("The access token: Square's messages only point to an order, which has to be fetched."),
    ),
    SourceKind.LIGHTSPEED: Guide(
        _("Receipts of a Lightspeed Restaurant till of the K-Series."),
        (
            _("Have your integration send sales to the address below."),
            _("Let it sign in with any user name and the password that you enter here."),
        ),
        secret=_("The password of the webhook."),
    ),
    SourceKind.DELIVERECT: Guide(
        _("Orders of delivery platforms that Deliverect collects."),
        (
            _("Have Deliverect enter the address below as the endpoint for orders."),
            _("Enter the secret with which Deliverect signs its messages."),
        ),
        secret=_("The HMAC secret of your integration."),
    ),
    SourceKind.READY2ORDER: Guide(
        _("Receipts of a ready2order till."),
        (
            _("In ready2order open the developer settings and add a webhook for “invoice.created”."),
            _("Enter the address below. It is the secret: whoever knows it can send receipts."),
        ),
    ),
}
