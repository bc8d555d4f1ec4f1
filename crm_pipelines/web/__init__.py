"""Door 3: what others send us over HTTP."""
