"""Own-driver deliveries (PRODUCT S5): who drove them, promised, out, delivered, in time or late; drivers."""
