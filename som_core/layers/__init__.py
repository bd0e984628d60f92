"""What a map shows: one value a node, one file a layer."""
