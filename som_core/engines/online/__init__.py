"""Online training, exactly as MiniSom's: `Som`, its compiled kernels, and when they are ready."""
