"""Odd and bad files, each with what must become of it: loads with these facts, or is refused."""

from testing.bad_files import hostile_files, large_files, refused_files
from testing.odd_encodings import oddly_encoded_files
from testing.odd_files import OddFile
from testing.odd_layouts import oddly_laid_out_files
from testing.odd_values import files_of_odd_values
from testing.other_lines import files_with_other_lines
from testing.real_life import real_life_files
from testing.real_life_values import real_life_values
from testing.real_partings import unusually_parted_files


def corpus() -> list[OddFile]:
    """Return every odd file, those that load first."""
    made = [*oddly_laid_out_files(), *oddly_encoded_files(), *files_of_odd_values()]
    made += [*large_files(), *hostile_files()]
    real = [*real_life_files(), *unusually_parted_files(), *real_life_values()]
    real += files_with_other_lines()
    return [*made, *real, *refused_files()]
