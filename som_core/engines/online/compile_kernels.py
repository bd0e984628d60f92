"""Compile the training kernels, at install time: `python -m` and this module's name."""

from som_core.engines.online.compilation import cache_folder, load

if __name__ == "__main__":
    load(cache_folder())
    print("The training kernels are compiled.")
