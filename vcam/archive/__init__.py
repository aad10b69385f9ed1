"""Archives: recordings by the thousand, on this machine or on a cluster."""
