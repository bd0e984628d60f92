"""What the panel beside the maps can show: one file a panel."""
