"""Generating: the shortest set of scenarios that shows all that a workflow can do, written from its definitions."""
