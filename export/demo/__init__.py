"""How the demo's portrait and voice are made."""
