from backoffice.api.problems import CONTENT_TYPE, DOCS, Problem, answer

PREFIX = "/api/v1/"


class ApiMiddleware:
    """Under `/api/v1/` nobody is signed in, whatever cookie they bring, and every error is a problem.

    Outside of all that answers with pages: a wrong address, a method, a size, a database that is away.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.COOKIES.clear()
        request.META.setdefault("HTTP_ACCEPT_LANGUAGE", "en")
        response = self.get_response(request)
        if response.status_code >= 400 and response["Content-Type"] != CONTENT_TYPE:
            response = self._as_problem(response)
        if request.path_info != DOCS:
            response["Cache-Control"] = "no-store"
        return response

    def _as_problem(self, response):
        kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
        return answer(Problem(response.status_code, headers=kept))
