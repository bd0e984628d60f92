"""What one analyst does during the load test: from a file to linked maps, then looking around."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable
from pathlib import Path

from benchmarks.browser_tab import Tab, open_tab

SECONDS_TO_THINK = (2.0, 6.0)
FEW_EPOCHS = 2  # of the first map, so that all have one soon
MANY_EPOCHS = 30  # of the trainings that then go on in the background
FIRSTS = ("upload a file", "prepare it first", "open a map first", "start a training")


class Diary:
    """How long everything took that any analyst did, and what went wrong."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.faults: list[str] = []

    async def note(self, action: str, doing: Awaitable[float]) -> None:
        self.seconds[action].append(await doing)


async def visit(
    address: str, table: Path | None, query: str, until: float, diary: Diary, chance: random.Random
) -> str:
    """Open a tab and work in it until a moment of `time.monotonic`; return its query.

    Parameters
    ----------
    table : to upload into the workspace; None: it has maps already
    query : that names the workspace, or empty for a new one
    """
    try:
        async with open_tab(address) as tab:
            analyst = Analyst(tab, until, diary, chance)
            try:
                await diary.note("open the server's page", tab.load(query))
                if table is not None:
                    await analyst.make_a_map(table)
                await analyst.look_around()
            finally:
                query = tab.query
                diary.faults += tab.faults
    # Whatever it is, it is a finding about the server, and the others go on.
    except (LookupError, OSError, StopIteration, TimeoutError) as problem:
        diary.faults.append(f"{type(problem).__name__}: {str(problem)[:300]}")
    return query


class Analyst:
    """One analyst at one tab."""

    def __init__(self, tab: Tab, until: float, diary: Diary, chance: random.Random) -> None:
        self.tab = tab
        self.until = until
        self.diary = diary
        self.chance = chance

    @property
    def has_time(self) -> bool:
        return time.monotonic() < self.until

    async def think(self) -> None:
        await asyncio.sleep(self.chance.uniform(*SECONDS_TO_THINK))

    async def turn_to(self, page: str, action: str = "") -> None:
        await self.diary.note(action or f"turn to {page}", self.tab.turn_to(page))

    async def make_a_map(self, table: Path) -> None:
        """Upload a table, train a first map of it, and look at other pages until it is there."""
        await self.diary.note("upload a file", self.tab.upload("CSV", table))
        await self.think()
        await self.turn_to("Prepare", "prepare it first")
        await self.think()
        await self.train(FEW_EPOCHS)
        while self.has_time and "The map is trained" not in self.tab.text():
            await self.think()
            if self.chance.random() < 0.3:
                await self.turn_to(self.chance.choice(["Data", "Prepare", "Learn"]))
                await self.think()
                await self.turn_to("Train")
        if self.has_time:
            await self.turn_to("Explore", "open a map first")

    async def train(self, epochs: int) -> None:
        """Ask for a training; it runs in the background, after those of others."""
        await self.turn_to("Train")
        if self.tab.offers("button", "Train the map"):
            await self.diary.note("set a number", self.tab.set_number("Epochs", epochs))
            await self.diary.note("start a training", self.tab.press("Train the map"))

    async def look_around(self) -> None:
        """Do something light every few seconds, mostly clicks on the maps."""
        await self.turn_to("Explore")
        while self.has_time:
            await self.think()
            dice = self.chance.random()
            if dice < 0.6:
                await self.click()
            elif dice < 0.75:
                await self.write("Find a plane")
            elif dice < 0.85 and self.tab.offers("text_input", "Search the rows"):
                await self.write("Search the rows")
            else:
                await self.elsewhere()

    async def click(self) -> None:
        hits = self.tab.hits()
        nodes = [node for node, count in enumerate(hits) if count]
        await self.diary.note("click a cell", self.tab.click_maps([self.chance.choice(nodes)]))

    async def write(self, label: str) -> None:
        text = str(self.chance.randrange(10))
        await self.diary.note(label.lower(), self.tab.write(label, text))
        await self.think()
        await self.diary.note(label.lower(), self.tab.write(label, ""))

    async def elsewhere(self) -> None:
        if self.chance.random() < 0.4:
            await self.train(MANY_EPOCHS)
        else:
            await self.turn_to(self.chance.choice(["Data", "Prepare", "Train", "Learn"]))
        await self.think()
        await self.turn_to("Explore")
