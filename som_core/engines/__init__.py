"""How a codebook learns: the parts of `som_core.training` and `som_core.engines.online.som`."""
