"""Arithmetic on arrays: the lattice, distances between rows and nodes, and what is made of them."""
