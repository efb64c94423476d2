"""Texts to begin with: list, add, change, remove."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.core.pages.toasts import toast
from customers.messages.forms import TemplateForm
from customers.messages.pages.base import field_buttons, for_writers
from customers.messages.templating import NameTaken, remove_template, save_template
from customers.models import MessageTemplate


@require_safe
@for_writers
def show(request):
    return render(request, "customers/messages/templates.html", {"templates": _own(request).order_by("name")})


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def new(request):
    return _answer(request, MessageTemplate(organisation=request.organisation))


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def edit(request, pk: int):
    template = get_object_or_404(_own(request), pk=pk)
    template.organisation = request.organisation
    return _answer(request, template)


@require_POST
@for_writers
def remove(request, pk: int):
    template = get_object_or_404(_own(request), pk=pk)
    template.organisation = request.organisation
    remove_template(template, actor=request.user)
    toast(request, _("%(name)s is removed.") % {"name": template.name})
    return redirect("messages:templates")


def _own(request):
    return MessageTemplate.objects.filter(organisation=request.organisation)


def _answer(request, template: MessageTemplate):
    initial = {"name": template.name} | ({"kind": template.kind} if template.kind else {})
    main = request.organisation.language
    form = TemplateForm(request.POST or None, main=main, texts=template.texts, initial=initial)
    if request.method == "POST" and form.is_valid():
        template.name, template.kind = form.cleaned_data["name"], form.cleaned_data["kind"]
        template.texts = form.texts
        try:
            save_template(template, actor=request.user)
        except NameTaken:
            form.add_error("name", _("There is a template with this name already."))
        else:
            toast(request, _("%(name)s is saved.") % {"name": template.name})
            return redirect("messages:templates")
    context = {"form": form, "template": template, "field_labels": field_buttons()}
    return render(
        request, "customers/messages/template_form.html", context, status=422 if form.errors else 200
    )
