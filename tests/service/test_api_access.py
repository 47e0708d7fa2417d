"""Who sees what over HTTP."""
