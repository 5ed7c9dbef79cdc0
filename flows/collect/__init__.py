"""Bytes come in: what was fetched, and which of it is a new delivery."""
