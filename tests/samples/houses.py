"""Lists as other houses and we ourselves write them: their real headers, rows of their shape."""

import csv
import io

from django.utils import translation

from backoffice.core.files.exports import CellKind
from customers.exporting.resource import CustomerResource
from tests.samples.base import Fault, Sample


def write(header: list[str], *rows: dict, delimiter: str = ",", encoding: str = "utf-8", **options) -> bytes:
    """A table in which a row states only what is not empty."""
    file = io.StringIO()
    writer = csv.DictWriter(file, header, restval="", delimiter=delimiter, lineterminator="\r\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


SHOPIFY = [
    *("Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing"),
    *("Default Address Company", "Default Address Address1", "Default Address Address2"),
    *("Default Address City", "Default Address Province Code", "Default Address Country Code"),
    *("Default Address Zip", "Default Address Phone", "Phone", "Accepts SMS Marketing", "Total Spent"),
    *("Total Orders", "Note", "Tax Exempt", "Tags"),
]
SQUARE = [
    *("Reference ID", "First Name", "Last Name", "Email Address", "Phone Number", "Nickname", "Company Name"),
    *("Street Address 1", "Street Address 2", "City", "State", "Postal Code", "Birthday", "Memo"),
    *("Square Customer ID", "Creation Source", "First Visit", "Last Visit", "Transaction Count"),
    *("Lifetime Spend", "Email Subscription Status", "Instant Profile"),
]
LIGHTSPEED = [
    *("id", "customer_code", "first_name", "last_name", "company_name", "email", "phone", "mobile", "fax"),
    *("website", "twitter", "date_of_birth", "sex", "customer_group_name", "physical_address1"),
    *("physical_address2", "physical_suburb", "physical_city", "physical_postcode", "physical_state"),
    *("physical_country_id", "postal_address1", "postal_city", "postal_postcode", "account_balance"),
    *("loyalty_balance", "year_to_date", "note", "custom_field_1", "created_at"),
]
WOOCOMMERCE = [
    *("customer_id", "username", "first_name", "last_name", "email", "date_registered"),
    *("billing_first_name", "billing_last_name", "billing_company", "billing_email", "billing_phone"),
    *("billing_address_1", "billing_address_2", "billing_postcode", "billing_city", "billing_state"),
    *("billing_country", "shipping_first_name", "shipping_address_1", "total_spent", "order_count"),
]
WOOCOMMERCE_REPORT = [
    *("Name", "Username", "Last Active", "Sign Up", "Email", "Orders", "Total Spend", "AOV"),
    *("Country / Region", "City", "Region", "Postal Code"),
]

_SHOPIFY_ROWS = (
    {
        **{"Customer ID": "'6940987654321", "First Name": "Zoë", "Last Name": "Müller"},
        **{"Email": "zoe@example.org", "Accepts Email Marketing": "yes", "Accepts SMS Marketing": "no"},
        **{"Default Address Company": "Café Löwe", "Default Address Address1": "Am Markt 3"},
        **{"Default Address City": "Dresden", "Default Address Country Code": "DE"},
        **{"Default Address Zip": "'01067", "Default Address Phone": "'+49 171 3920012"},
        **{"Phone": "'+491713920012", "Total Spent": "120.50", "Total Orders": "3", "Tax Exempt": "no"},
        **{"Tags": "newsletter, VIP", "Note": "Tisch am Fenster"},
    },
    {
        **{"Customer ID": "'6940987654322", "First Name": "José", "Email": "jose@example.org"},
        **{"Accepts Email Marketing": "no", "Total Spent": "0.00", "Total Orders": "0", "Tax Exempt": "no"},
    },
    {
        **{"Customer ID": "'6940987654323", "First Name": "Eva", "Total Spent": "9.90", "Total Orders": "1"},
        **{"Accepts Email Marketing": "no", "Tax Exempt": "no"},
    },
)
_SQUARE_ROWS = (
    {
        **{"First Name": "Zoë", "Last Name": "Müller", "Email Address": "zoe@example.org"},
        **{"Phone Number": "'+491713920012", "Company Name": "Café Löwe", "City": "Dresden"},
        **{"Street Address 1": "Am Markt 3", "Postal Code": "01067", "Birthday": "1990-05-03"},
        **{"Memo": "Tisch am Fenster", "Square Customer ID": "0HYPPPBEPX17B4MRPT2A8YBEFG"},
        **{"Creation Source": "Directory", "First Visit": "2019-03-01", "Last Visit": "2026-11-01"},
        **{"Transaction Count": "12", "Lifetime Spend": "€120.50"},
        **{"Email Subscription Status": "Subscribed", "Instant Profile": "No"},
    },
    {
        **{"First Name": "José", "Email Address": "jose@example.org", "First Visit": "2020-01-31"},
        **{"Email Subscription Status": "Unsubscribed", "Creation Source": "Merge"},
    },
    {
        **{"First Name": "Eva", "Phone Number": "'+491713920013", "Creation Source": "Instant Profile"},
        **{"Email Subscription Status": "Unknown", "Instant Profile": "Yes"},
    },
)
_LIGHTSPEED_ROWS = (
    {
        **{"id": "02dcd191-ae2b-11e6-f485-8e5e8c6b1a2b", "customer_code": "Zoë-7YKJ", "first_name": "Zoë"},
        **{"last_name": "Müller", "email": "zoe@example.org", "phone": "030 23125001"},
        **{"mobile": "0171 3920012", "date_of_birth": "1990-05-03", "physical_address1": "Am Markt 3"},
        **{"physical_city": "Dresden", "physical_postcode": "01067", "physical_country_id": "DE"},
        **{"loyalty_balance": "12.50000", "year_to_date": "120.50000", "created_at": "2019-03-01 18:30:00"},
        **{"note": "Tisch am Fenster", "company_name": "Café Löwe", "customer_group_name": "All Customers"},
    },
    {
        **{
            "id": "02dcd191-ae2b-11e6-f485-8e5e8c6b1a2c",
            "customer_code": "WALKIN",
            "account_balance": "0.00",
        },
    },
)
_WOO_ROWS = (
    {
        **{"customer_id": "42", "username": "zoe", "first_name": "Zoë", "last_name": "Müller"},
        **{"email": "zoe@example.org", "date_registered": "2019-03-01 18:30:00", "billing_city": "Dresden"},
        **{"billing_first_name": "Zoë", "billing_last_name": "Müller", "billing_company": "Café Löwe"},
        **{"billing_email": "zoe@example.org", "billing_phone": "0171 3920012", "billing_country": "DE"},
        **{"billing_address_1": "Am Markt 3", "billing_postcode": "01067", "total_spent": "120.50"},
    },
)
_WOO_REPORT_ROWS = (
    {
        **{"Name": "Zoë Müller", "Username": "zoe", "Last Active": "2026-11-01 10:00:00"},
        **{"Sign Up": "2019-03-01 18:30:00", "Email": "zoe@example.org", "Orders": "3"},
        **{"Total Spend": "120.50", "AOV": "40.17", "Country / Region": "DE", "City": "Dresden"},
        **{"Postal Code": "01067"},
    },
)
_OWN_ROW = {
    **{"id": "42", "first_name": "Zoë", "last_name": "Müller", "email": "zoe@example.org"},
    **{"phone": "'+491713920012", "company": "'=Löwe", "language": "de", "country": "DE"},
    **{"postcode": "01067", "city": "Dresden", "birthday": "1990-05-03", "source": "web"},
    **{"modules": "shop, till", "tags": "Stammgast, VIP", "joined": "2019-03-01T18:30:00+01:00"},
    **{"orders": "3", "points": "250", "earned_points": "500", "status": "active"},
    **{"marketing_communications": "TRUE", "system_notifications": "FALSE", "contact_permission": "FALSE"},
    **{"last_order": "2026-11-01T20:15:00+01:00", "last_order_status": "on_time"},
}
_ZOE_IS = {
    **{"first_name": "Zoë", "last_name": "Müller", "email": "zoe@example.org", "phone": "+491713920012"},
    **{"city": "Dresden", "postcode": "01067"},
}
_OWN_ZOE_IS = {
    **_ZOE_IS,
    **{"company": "=Löwe", "language": "de", "country": "DE", "birthday": "1990-05-03", "source": "web"},
    **{"module_bits": 3 + 32, "tags": ["Stammgast", "VIP"], "joined_at": "2019-03-01T17:30:00+00:00"},
    **{"points": 0, "earned_points": 0, "revenue_cents": 0, "marketing_consent": True},
    **{"system_consent": False, "contact_consent": False, "is_active": True},
}


def own_export(language: str, *, labelled: bool = True) -> bytes:
    """One customer as our export writes it for a reader of that language."""
    columns = CustomerResource().chosen()
    with translation.override(language):
        names = {item.column_name: str(item.label) if labelled else item.column_name for item in columns}
    sign = "." if language == "en" else ","
    money = {item.column_name: f"40{sign}17" for item in columns if item.kind is CellKind.MONEY}
    row = {names[name]: value for name, value in (_OWN_ROW | money).items()}
    delimiter = "," if language == "en" else ";"
    return write([*names.values()], row, delimiter=delimiter, encoding="utf-8-sig")


def _own(name: str, content) -> Sample:
    return Sample("houses", name, content, accepted=1, customers=(_OWN_ZOE_IS,), origin="Export")


HOUSES = [
    Sample(
        "houses",
        "shopify.csv",
        write(SHOPIFY, *_SHOPIFY_ROWS),
        accepted=2,
        faults=(Fault(4, "Email", "contact"),),
        customers=(
            {
                **_ZOE_IS,
                **{"company": "Café Löwe", "address1": "Am Markt 3", "country": "DE", "phone2": ""},
                **{"tags": ["VIP", "newsletter"], "notes": "Tisch am Fenster", "marketing_consent": True},
            },
            {"first_name": "José", "email": "jose@example.org", "marketing_consent": False, "tags": []},
        ),
        ignored=("Customer ID", "Accepts SMS Marketing", "Total Spent", "Total Orders", "Tax Exempt"),
        origin="Shop",
    ),
    Sample(
        "houses",
        "square.csv",
        write(SQUARE, *_SQUARE_ROWS),
        accepted=3,
        customers=(
            {
                **_ZOE_IS,
                **{"company": "Café Löwe", "address1": "Am Markt 3", "birthday": "1990-05-03"},
                **{"joined_at": "2019-02-28T23:00:00+00:00", "notes": "Tisch am Fenster"},
                **{"marketing_consent": True, "source": "import"},
            },
            {"first_name": "José", "marketing_consent": False, "joined_at": "2020-01-30T23:00:00+00:00"},
            {"first_name": "Eva", "phone": "+491713920013", "marketing_consent": False},
        ),
        ignored=(
            *("Reference ID", "Nickname", "Square Customer ID", "Creation Source", "Last Visit"),
            *("Transaction Count", "Lifetime Spend", "Instant Profile"),
        ),
        origin="Kasse",
    ),
    Sample(
        "houses",
        "lightspeed.csv",
        write(LIGHTSPEED, *_LIGHTSPEED_ROWS),
        accepted=1,
        faults=(Fault(3, "first_name", "name"),),
        customers=(
            {
                **_ZOE_IS,
                **{"phone": "+493023125001", "phone2": "+491713920012", "country": "DE"},
                **{"birthday": "1990-05-03", "address1": "Am Markt 3", "notes": "Tisch am Fenster"},
                **{"joined_at": "2019-03-01T17:30:00+00:00", "points": 0},
            },
        ),
    ),
    Sample(
        "houses",
        "woocommerce.csv",
        write(WOOCOMMERCE, *_WOO_ROWS),
        accepted=1,
        customers=(
            {
                **_ZOE_IS,
                **{"company": "Café Löwe", "address1": "Am Markt 3", "country": "DE"},
                **{"joined_at": "2019-03-01T17:30:00+00:00"},
            },
        ),
    ),
    Sample(
        "houses",
        "woocommerce-report.csv",
        write(WOOCOMMERCE_REPORT, *_WOO_REPORT_ROWS),
        accepted=1,
        customers=(_ZOE_IS | {"phone": "", "joined_at": "2019-03-01T17:30:00+00:00", "country": "DE"},),
    ),
    _own("own-german.csv", own_export("de")),
    _own("own-spanish.csv", own_export("es")),
    _own("own-english.csv", own_export("en")),
    _own("own-by-code.csv", own_export("de", labelled=False)),
]
