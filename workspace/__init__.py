"""What lasts: workspaces on disk, the queue of trainings, and the worker that runs them."""
