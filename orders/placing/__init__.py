"""`/orders/new/`: an order is put together for a customer (PRODUCT P10)."""
