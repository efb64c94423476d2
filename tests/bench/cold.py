"""A fresh process up to its first list page: `python -m tests.bench.cold own|bare SESSION`.

`own` is the application as it is served. `bare` is Django with sessions and sign-in that reads fifty
rows of customers and places them in a table.
"""

import io
import os
import sys

_ROWS = (
    "SELECT id, first_name, last_name, email, phone, source, joined_at FROM customers_customer "
    "WHERE organisation_id = (SELECT MIN(id) FROM staff_organisation) "
    "ORDER BY joined_at DESC, id DESC LIMIT 50"
)
_TEMPLATE = (
    "<!doctype html><title>Customers</title><p>{{ request.user.pk }}</p><table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


def _request(application, path: str, session: str) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_COOKIE": f"session={session}",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    status = []
    body = b"".join(application(environ, lambda line, headers, *rest: status.append(line)))
    if not status[0].startswith("200") or len(body) < 1_000:
        raise SystemExit(f"{status[0]}: {body[:200]!r}")


def _bare():
    import dj_database_url
    from django.conf import settings

    settings.configure(
        SECRET_KEY=os.environ["SECRET_KEY"],
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        SESSION_COOKIE_NAME="session",
        USE_TZ=True,
        DATABASES={"default": dj_database_url.config()},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
    )
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    from django.urls import path

    globals()["urlpatterns"] = [path("customers/", _page)]
    return application


def _page(request):
    from django.db import connection
    from django.http import HttpResponse
    from django.template import RequestContext, Template

    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        rows = cursor.fetchall()
    return HttpResponse(Template(_TEMPLATE).render(RequestContext(request, {"rows": rows})))


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        application = _bare()
    else:
        os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.settings"
        from backoffice.wsgi import application
    _request(application, "/customers/", sys.argv[2])
