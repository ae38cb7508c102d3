"""The outbox: what customers must be told, written with the change that makes it so, handed to mailers."""
