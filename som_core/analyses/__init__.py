"""What can be asked of a trained map and its table: one file a question."""
