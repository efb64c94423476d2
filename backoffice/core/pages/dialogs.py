from django.shortcuts import render


def dialog(request, *, title, action, method, fields, foot, **context):
    """A form as a dialog for htmx, and as a page of its own without script."""
    template = "components/dialog.html" if request.htmx else "layouts/dialog_page.html"
    context |= {"title": title, "action": action, "method": method, "fields": fields, "foot": foot}
    return render(request, template, context)
