"""How forms look: every field with its label, help and error tied together for screen readers."""

from django import forms
from django.forms.renderers import TemplatesSetting

from backoffice.core.text.text import clean, validate_storable

_CLASSES = {
    "select": "select",
    "textarea": "textarea",
    "checkbox": "",
    "radio": "",
    "file": "sr-only",
}


class ComponentBoundField(forms.BoundField):
    """A field that gives its control the class of the design and names its help and error."""

    def build_widget_attrs(self, attrs, widget=None):
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        attrs.setdefault("class", _class_of(widget))
        return {name: value for name, value in attrs.items() if value != ""}

    @property
    def is_check(self):
        """Checkboxes carry their label behind the control."""
        return getattr(self.field.widget, "input_type", "") == "checkbox"


class FormRenderer(TemplatesSetting):
    """Renders `{{ form }}` and `{{ form.name.as_field_group }}` with templates/forms/."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = ComponentBoundField


class OneLineField(forms.CharField):
    """A name: cleaned as everywhere, without characters that nobody can type or see."""

    default_validators = [validate_storable]

    def to_python(self, value):
        return clean(super().to_python(value))


def _class_of(widget) -> str:
    if widget.attrs.get("class"):
        return widget.attrs["class"]
    if isinstance(widget, forms.SelectMultiple):
        return "select"
    kind = "textarea" if isinstance(widget, forms.Textarea) else getattr(widget, "input_type", "text")
    return _CLASSES.get(kind, "input")
