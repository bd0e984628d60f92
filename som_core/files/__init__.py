"""What is in the bytes of a file: the steps of `som_core.reading`, one a module."""
