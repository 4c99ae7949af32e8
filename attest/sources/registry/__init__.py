"""Registries: the one place that speaks HTTP."""
