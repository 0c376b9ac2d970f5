"""Requests enter here: parse, call one use case, answer."""
