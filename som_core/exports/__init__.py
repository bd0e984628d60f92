"""What leaves: one file a thing."""
