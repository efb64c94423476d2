"""How files say yes and no, in the form of `text.fold`."""

YES = ("true", "1", "yes", "y", "ja", "j", "si", "s", "wahr", "verdadero", "x", "✓", "✔", "☑", "✅")
NO = ("false", "0", "no", "n", "nein", "falsch", "falso", "✗", "✘", "☐", "❌")
