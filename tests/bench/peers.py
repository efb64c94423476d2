"""What stock Django offers for the same: an admin changelist, a ModelResource of django-import-export."""

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery, Sum
from import_export import fields, resources

from customers.models import Customer
from orders.models import Order


class _OpenSite(admin.AdminSite):
    def has_permission(self, request):
        return request.user.is_authenticated


class StockAdmin(admin.ModelAdmin):
    """The fields of the customer, as anybody would list them."""

    list_display = ["first_name", "last_name", "email", "phone", "source", "joined_at", "is_active"]
    list_per_page = 50
    search_fields = ["first_name", "last_name", "email", "phone"]
    ordering = ["-joined_at"]

    def has_view_permission(self, request, obj=None):
        return True

    def has_module_permission(self, request):
        return True


class AnnotatedAdmin(StockAdmin):
    """With what each customer spent, summed up when the page is asked for, sorted by it."""

    list_display = [*StockAdmin.list_display, "spend"]

    def get_queryset(self, request):
        receipts = Order.objects.filter(customer=OuterRef("pk"), status="completed").order_by()
        spend = receipts.values("customer").annotate(sum=Sum("total_cents")).values("sum")
        return Customer.objects.annotate(_spend=Subquery(spend))

    def get_ordering(self, request):
        return ["-_spend"]

    @admin.display(ordering="_spend")
    def spend(self, customer):
        return customer._spend


class SummedOrders(admin.ModelAdmin):
    """Orders with the totals of the list above it, as anybody would add them: summed up when asked for."""

    list_display = ["external_id", "customer", "location", "placed_at", "source", "status", "total_cents"]
    list_select_related = ["customer", "location"]
    list_per_page = 50
    ordering = ["-placed_at"]

    def has_view_permission(self, request, obj=None):
        return True

    def has_module_permission(self, request):
        return True

    def changelist_view(self, request, extra_context=None):
        completed = self.get_queryset(request).filter(status="completed")
        totals = completed.aggregate(Count("pk"), Sum("total_cents"), Sum("tip_cents"))
        return super().changelist_view(request, {"totals": totals})


stock_site = _OpenSite(name="stock")
stock_site.register(Customer, StockAdmin)
annotated_site = _OpenSite(name="annotated")
annotated_site.register(Customer, AnnotatedAdmin)
summed_site = _OpenSite(name="summed")
summed_site.register(Order, SummedOrders)

_TEXTS = ("first_name", "last_name", "email", "phone", "company", "language", "country", "city", "postcode")


class StockExport(resources.ModelResource):
    """Customers with their figures by relation, as its documentation shows."""

    orders = fields.Field(attribute="stats__receipts_count", column_name="orders")
    revenue = fields.Field(attribute="stats__revenue_cents", column_name="revenue")
    tips = fields.Field(attribute="stats__tips_cents", column_name="tips")
    last_order = fields.Field(attribute="stats__last_order_at", column_name="last_order")
    points = fields.Field(attribute="stats__points", column_name="points")

    class Meta:
        model = Customer
        exclude = ("organisation", "location", "notes", "picture", "search_text", "sort_name", "email_key")


class StockImport(resources.ModelResource):
    """Upserts by phone number, row by row."""

    def __init__(self, organisation, location):
        super().__init__()
        self.organisation, self.location = organisation, location

    def get_queryset(self):
        return Customer.objects.of(self.organisation)

    def init_instance(self, row=None):
        return Customer(organisation=self.organisation, location=self.location)

    def before_save_instance(self, instance, row, **kwargs):
        instance.derive()

    class Meta:
        model = Customer
        fields = (*_TEXTS, "address1")
        import_id_fields = ("phone",)
        skip_unchanged = True


class StockBulkImport(StockImport):
    class Meta(StockImport.Meta):
        use_bulk = True
        skip_diff = True
