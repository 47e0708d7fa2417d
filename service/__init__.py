"""Duban's service: the database, the HTTP API, the scheduler and the command line around `workflow`."""
