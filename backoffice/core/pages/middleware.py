from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers

from backoffice.core.pages.views import answer_to_fault

PERMISSIONS_POLICY = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


class PrivatePagesMiddleware:
    """Keep signed-in pages out of caches, and answer what no view can help: a full disk, a database away."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.htmx and response.status_code == 302:
            response = self._leave_fragment(request, response)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        patch_vary_headers(response, ["HX-Request"])
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request, exception):
        return answer_to_fault(exception)

    def _leave_fragment(self, request, response):
        """Send the whole page to sign-in when a session ended: its form has no place in a fragment."""
        login = resolve_url(settings.LOGIN_URL)
        if urlsplit(response["Location"]).path != login:
            return response
        here = urlsplit(request.htmx.current_url_abs_path or "/")
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = f"{login}?{urlencode({'next': here.geturl()})}"
        return answer
