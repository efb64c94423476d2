# An order of the till, with a phone by which the customer is known. Sent again, it is stored once.
curl --silent --show-error --fail-with-body --retry 3 "$STAMMGAST_URL/api/v1/orders" \
  --header "Authorization: Bearer $STAMMGAST_KEY" \
  --header "Content-Type: application/json" \
  --data '{
    "source": "store",
    "external_id": "2026-000117",
    "placed_at": "2026-11-21T18:30:00+01:00",
    "status": "open",
    "customer": {"phone": "0171 3920087", "first_name": "Paula"},
    "lines": [
      {"item": "Käsespätzle", "quantity": 2, "unit_price_cents": 1250, "tax_rate": 7},
      {"item": "Apfelschorle", "quantity": 1, "unit_price_cents": 390, "tax_rate": 19}
    ]
  }'

# Paid: the order becomes a receipt, which counts and earns points.
curl --silent --show-error --fail-with-body --retry 3 \
  --request PATCH "$STAMMGAST_URL/api/v1/orders/store/2026-000117" \
  --header "Authorization: Bearer $STAMMGAST_KEY" \
  --header "Content-Type: application/json" \
  --data '{"updated_at": "2026-11-21T19:45:00+01:00", "status": "completed"}'
