"""How the automatic level is measured. Nothing of it is trained here."""
