"""Bad input over HTTP."""
