"""Charts: values in, `Figure` out, one file a chart."""
