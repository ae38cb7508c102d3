"""How the tables of the store came to be: one module a version, never changed once it is released."""
