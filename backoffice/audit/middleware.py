import uuid

from structlog.contextvars import bind_contextvars, clear_contextvars


class RequestIdMiddleware:
    """Give every request an id that its log lines, its audit entries and its answer share.

    The id is ours, never the client's: a forged one could blur the trail.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = str(uuid.uuid4())
        clear_contextvars()  # not at the end: a streamed download still logs after this returns
        bind_contextvars(request_id=request.id)
        response = self.get_response(request)
        response["X-Request-Id"] = request.id
        return response
