"""Compile the training kernels, at install time: `python -m som_core.compile_kernels`."""

from som_core.compilation import cache_folder, load

if __name__ == "__main__":
    load(cache_folder())
    print("The training kernels are compiled.")
