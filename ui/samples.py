"""The tables that ship with the product, for a first try."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "samples"


@dataclass(frozen=True)
class Sample:
    """One table, with a line on what it is and its source (more in samples/SOURCES.md)."""

    file: str
    title: str
    about: str
    source: str

    def content(self) -> bytes:
        return (FOLDER / self.file).read_bytes()


SAMPLES = (
    Sample(
        "penguins.csv",
        "Penguins",
        "344 penguins, four body measures each. Do the measures alone tell the species apart?",
        "Gorman, Williams, Fraser 2014; Horst, Hill, Gorman 2020. CC0.",
    ),
    Sample(
        "cia_factbook.csv",
        "Countries",
        "259 countries and territories, ten indicators of 2014. Who is near whom, and by what?",
        "CIA World Factbook. Public domain.",
    ),
    Sample(
        "automobiles.csv",
        "Automobiles",
        "205 car models of 1985, with gaps. Which is priced unlike its neighbours?",
        "Schlimmer 1987, UCI. CC BY 4.0.",
    ),
    Sample(
        "seattle_weather.csv",
        "Seattle weather",
        "1,461 days of 2012 to 2015. Which kinds of day are there, and when do they come?",
        "NOAA. Public domain.",
    ),
    Sample(
        "breast_cancer.csv",
        "Breast cancer",
        "569 tumours, 30 measures each. Which measures part malignant from benign?",
        "Wolberg, Street, Mangasarian 1995, UCI. CC BY 4.0.",
    ),
    Sample(
        "air_quality.csv",
        "Air quality",
        "9,357 hours of an Italian city's air; a messy European file. Which states come back?",
        "De Vito et al. 2008, UCI. CC BY 4.0.",
    ),
)
