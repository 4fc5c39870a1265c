"""Which runtimes serve what: how far a placement has come."""
