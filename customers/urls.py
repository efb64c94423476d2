from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import path

app_name = "customers"


@permission_required("customers.view_customer", raise_exception=True)
def customer_list(request):
    return render(request, "layouts/app.html")


urlpatterns = [path("", customer_list, name="list")]
