"""`/hooks/<key>/`: where shops, tills and platforms send their messages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.models import ConnectedSource
from orders.sources.formats import Message
from orders.sources.receiving import receive


@csrf_exempt
@login_not_required
@require_POST
@never_cache
def take_message(request, hook_key: str):
    """200 once it is stored, also a second time; 202 for what is only kept, 401 for what is not signed."""
    sources = ConnectedSource.objects.select_related("organisation", "location")
    source = sources.filter(hook_key=hook_key).first()
    if source is None:
        return HttpResponse(status=404)
    headers = {name.lower(): value for name, value in request.headers.items()}
    message = Message(headers, request.body, source.hook_url)
    return HttpResponse(status=receive(source, message).value)


take_message.max_body_bytes = 2 * 1024 * 1024
