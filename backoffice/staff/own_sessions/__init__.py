"""Where a person is signed in, and how that ends: rows of allauth.usersessions beside Django's sessions."""
