"""Values of customers in the language in use, for files whose headers are words; the import reads both."""

from django.utils.translation import get_language, gettext, pgettext

from backoffice.core.text.formats import country_names, language_names
from customers.choices import Degree, LastOrderStatus, Module, Risk, Source
from customers.field_kinds import Kind


def _answers() -> dict[bool, str]:
    return {True: gettext("Yes"), False: gettext("No")}


def _modules() -> dict[str, str]:
    """By the codes of every set of modules as a file has them."""
    sets = [Module.in_bits(bits) for bits in range(2 * max(Module))]
    return {
        ", ".join(module.code for module in modules): ", ".join(str(module.label) for module in modules)
        for modules in sets
    }


def _states() -> dict[str, str]:
    return {
        "active": pgettext("a customer", "Active"),
        "inactive": pgettext("a customer", "Inactive"),
    }


def _labels(choices) -> dict[str, str]:
    return {choice.value: str(choice.label) for choice in choices}


WORDS_BY_KIND = {
    Kind.CONSENT: _answers,
    Kind.SOURCE: lambda: _labels(Source),
    Kind.MODULES: _modules,
    Kind.LANGUAGE: lambda: language_names((get_language() or "de")[:2]),
    Kind.COUNTRY: lambda: country_names((get_language() or "de")[:2]),
    Kind.STATUS: _states,
    Kind.ORDER_STATUS: lambda: _labels(LastOrderStatus),
    Kind.DEGREE: lambda: {degree.name.lower(): str(degree.label) for degree in Degree},
    Kind.RISK: lambda: _labels(Risk),
}
