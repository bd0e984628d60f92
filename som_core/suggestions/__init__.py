"""What to choose and why: the recipe, the settings, and what to expect of them."""
