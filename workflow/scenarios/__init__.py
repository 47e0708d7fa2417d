"""Scenarios, run: tickets on a virtual clock, moved and settled as the service moves and settles them."""
