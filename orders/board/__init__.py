"""`/orders/open/`: what is open now, by how far it is, with one next step per order."""
