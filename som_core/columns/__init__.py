"""What columns hold and what a recipe makes of them: the parts of `som_core.preparation`."""
