"""Offenlage: what a city promised, laid open (the rooms are described in docs/architecture.md)."""
