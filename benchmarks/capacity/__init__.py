"""Capacity planning: how fast, and how true."""
