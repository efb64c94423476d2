"""Addresses of the project and a page that shows one job, as an import page does."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from backoffice.core.text.formats import formats_for
from backoffice.jobs.progress import Progress
from backoffice.jobs.views import get_job
from backoffice.urls import urlpatterns as project

PAGE = """{% extends "layouts/app.html" %}{% block title %}Job{% endblock %}
{% block content %}<h1>Job</h1>{% include "components/progress.html" %}{% endblock %}"""


def show(request, pk):
    progress = Progress(get_job(request, pk), formats_for(request.organisation))
    return HttpResponse(engines["django"].from_string(PAGE).render({"progress": progress}, request))


urlpatterns = [*project, path("job/<int:pk>/", show)]
