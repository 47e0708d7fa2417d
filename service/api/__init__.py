"""The HTTP interface, `/api/v1`: parse, call one thing below, render."""
