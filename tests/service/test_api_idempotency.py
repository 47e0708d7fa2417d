"""Repeated requests over HTTP."""
