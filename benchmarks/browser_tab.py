"""A browser tab without a browser: speaks Streamlit's protocol, and draws nothing.

One process can so stand for many analysts, while the server does for each of them what it does for
a real tab: it takes the same messages, and sends all that would be drawn.
"""

import asyncio
import json
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg, RunIdentity
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

SECONDS_TO_ANSWER = 120.0
SECONDS_BETWEEN_LOOKS = 2.0  # for the server, see ui/assets/reconnection.js
RUNS_OFFERED = 4  # a message that none of so many runs used, the server is to send again
RUNS_KEPT = 2 * RUNS_OFFERED  # longer, as runs that were offered it may still be on their way
XSRF = "_streamlit_xsrf"
_PARTS = "parts"  # of a page, in place of the page that ran
_WHOLE = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}  # ends of runs that were not broken off


@dataclass(frozen=True)
class Shown:
    """An element of the page, and which run put it there."""

    kind: str
    element: Message
    run: str
    fragment: str  # empty outside of fragments


@asynccontextmanager
async def open_tab(address: str) -> AsyncIterator["Tab"]:
    """Connect to a server, and leave it at the end of the block.

    Parameters
    ----------
    address : of the server, such as http://127.0.0.1:8501
    """
    with await asyncio.to_thread(urllib.request.urlopen, f"{address}/_stcore/health") as answer:
        token = SimpleCookie(answer.headers["Set-Cookie"])[XSRF].value
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(
        stream,
        origin=address,
        subprotocols=["streamlit", token],
        additional_headers={"Cookie": f"{XSRF}={token}"},
        max_size=None,
        ping_interval=None,
    ) as connection:
        tab = Tab(address, connection, token)
        tasks = [asyncio.create_task(work) for work in (tab.receive(), tab.look_for_server())]
        try:
            yield tab
        finally:
            tab.stop_timers()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Tab:
    """What one browser tab knows: what it shows, its widgets, its connection."""

    def __init__(self, address: str, connection: ClientConnection, token: str) -> None:
        self.address = address
        self.faults: list[str] = []  # what the analyst would see as an error
        self.query = ""  # of the address, without “?”
        self._page = ""  # hash of the page's script
        self._connection = connection
        self._token = token
        self._session_id = ""
        self._run_id = ""
        self._shown: dict[tuple[int, ...], Shown] = {}
        self._values: dict[str, WidgetState] = {}
        self._parts: dict[str, str] = {}  # of the maps, by version, as ui/assets/streamlit.js
        self._missed: list[str] = []  # versions of parts that the server took for held
        # Messages that the server need not send again, and the run that used each last.
        self._kept: dict[str, tuple[ForwardMsg, int]] = {}
        self._file_urls: FileURLs | None = None
        self._n_runs = 0
        # Number of the last run that answered, by page; not of parts that ask by themselves.
        self._answered = {_PARTS: 0}
        self._asks_by_itself: set[str] = set()  # fragments
        self._arrival = asyncio.Condition()
        self._is_cut_off = False
        self._why_cut_off = "the server ended it"
        self._timers: list[asyncio.Task[None]] = []

    # What the analyst sees

    def all(self, kind: str) -> list[Message]:
        """Return the elements of a kind on the page, from top to bottom."""
        return [shown.element for _, shown in sorted(self._shown.items()) if shown.kind == kind]

    def offers(self, kind: str, label: str) -> bool:
        """Return whether the page has something of a kind whose label begins so, to be used."""
        return any(
            element.label.startswith(label) and not getattr(element, "disabled", False)
            for element in self.all(kind)
        )

    def find(self, kind: str, label: str) -> Message:
        """Return the first element of a kind whose label begins so."""
        found = [element for element in self.all(kind) if element.label.startswith(label)]
        if not found:
            raise LookupError(f"The page has no {kind} “{label}”. It says: {self.text()}")
        return found[0]

    def text(self) -> str:
        """Return the words on the page."""
        return " | ".join(
            element.body for kind in ("heading", "alert", "markdown") for element in self.all(kind)
        )

    def hits(self) -> list[int]:
        """Return how many rows each node of the linked maps on the page has."""
        layers = json.loads(self._maps().json)["layers"]["version"]
        return json.loads(self._parts[layers])["hits"]

    # What the analyst does; each returns the seconds until the last of the answer has arrived

    async def load(self, query: str = "") -> float:
        """Open the page that the server shows first."""
        self.query = query
        self._parts = {}
        return await self._run()

    async def turn_to(self, page: str) -> float:
        """Follow a link between the pages."""
        link = self.find("page_link", page)
        self._page, self.query = link.page_script_hash, link.query_string
        self._parts = {}
        return await self._run(page=link.page_script_hash)

    async def press(self, label: str) -> float:
        button = self.find("button", label)
        return await self._change(WidgetState(id=button.id, trigger_value=True))

    async def write(self, label: str, text: str) -> float:
        field = self.find("text_input", label)
        return await self._change(WidgetState(id=field.id, string_value=text))

    async def set_number(self, label: str, number: float) -> float:
        field = self.find("number_input", label)
        return await self._change(WidgetState(id=field.id, double_value=number))

    async def click_maps(self, nodes: list[int]) -> float:
        """Select nodes on the linked maps."""
        return await self._tell_of_maps("event", nodes)

    async def upload(self, label: str, path: Path) -> float:
        """Give a file to an uploader."""
        uploader = self.find("file_uploader", label)
        began = time.monotonic()
        self._file_urls = None
        request = BackMsg()
        request.file_urls_request.request_id = uuid.uuid4().hex
        request.file_urls_request.file_names.append(path.name)
        request.file_urls_request.session_id = self._session_id
        await self._connection.send(request.SerializeToString())
        await self._until(lambda: self._file_urls is not None)
        await asyncio.to_thread(self._put, path)
        value = WidgetState(id=uploader.id)
        value.file_uploader_state_value.uploaded_file_info.add(
            name=path.name,
            size=path.stat().st_size,
            file_id=self._file_urls.file_id,
            file_urls=self._file_urls,
        )
        await self._change(value)
        return time.monotonic() - began

    async def until_text(self, words: str) -> None:
        """Wait until a page that changes by itself says this."""
        await self._until(lambda: words in self.text())

    # Inside: asking

    async def _tell_of_maps(self, kind: str, says: list[int] | list[str]) -> float:
        """Send an event of the maps beside the last ones of other kinds, as mailbox.js does."""
        maps = self._maps().id
        told = json.loads(self._values[maps].json_value) if maps in self._values else {}
        told[kind] = {"id": uuid.uuid4().hex, "says": says, "holds": list(self._parts)}
        return await self._change(WidgetState(id=maps, json_value=json.dumps(told)))

    def _maps(self) -> Message:
        for component in self.all("bidi_component"):
            if '"layers"' in component.json:
                return component
        raise LookupError(f"The page has no maps. It says: {self.text()}")

    def _put(self, path: Path) -> None:
        boundary = uuid.uuid4().hex
        head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="{path.name}"; filename="{path.name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        request = urllib.request.Request(
            self.address + self._file_urls.upload_url,
            data=head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode(),
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Cookie": f"{XSRF}={self._token}",
                "X-Xsrftoken": self._token,
            },
            method="PUT",
        )
        urllib.request.urlopen(request).close()

    async def _change(self, value: WidgetState) -> float:
        """Give a widget a value, which runs the fragment that it is in, or the page."""
        fragment = next(
            shown.fragment
            for shown in self._shown.values()
            if getattr(shown.element, "id", "") == value.id
        )
        if value.WhichOneof("value") == "trigger_value":  # true for this run alone
            return await self._run(value, fragment=fragment)
        self._values[value.id] = value
        return await self._run(fragment=fragment)

    async def _run(self, *triggers: WidgetState, fragment: str = "", page: str = "") -> float:
        """Ask for a run of a fragment or the page, and wait for the end of the answer.

        The answer may be a run of other fragments or of the page. Runs that were asked for before
        may come first, as those of fragments that ask by themselves.

        Parameters
        ----------
        page : the hash of that which is to be shown, if it is another
        """
        began, before = time.monotonic(), self._n_runs
        await self._ask(ClientState(fragment_id=fragment), *triggers)
        await self._until(
            lambda: before < (self._answered.get(page, 0) if page else max(self._answered.values()))
        )
        if missed := self._missed:
            self._missed = []
            await self._tell_of_maps("missed", missed)
        return time.monotonic() - began

    async def _ask(self, state: ClientState, *triggers: WidgetState) -> None:
        state.query_string, state.page_script_hash = self.query, self._page
        state.widget_states.widgets.extend([*self._values.values(), *triggers])
        self._kept = self._used_in(RUNS_KEPT)
        state.cached_message_hashes.extend(self._used_in(RUNS_OFFERED))
        state.context_info.url = self.address
        state.context_info.timezone = "UTC"
        await self._connection.send(BackMsg(rerun_script=state).SerializeToString())

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS_TO_ANSWER), self._arrival:
            await self._arrival.wait_for(lambda: condition() or self._is_cut_off)
        if self._is_cut_off:
            raise ConnectionError(f"The connection was lost: {self._why_cut_off}.")

    # Inside: answers

    async def receive(self) -> None:
        """Take in what the server sends, until the connection ends."""
        try:
            async for data in self._connection:
                self._take_in(ForwardMsg.FromString(data))
                async with self._arrival:
                    self._arrival.notify_all()
        except Exception as problem:  # of the connection, or of what arrived
            self._why_cut_off = repr(problem)[:300]
            raise
        finally:
            self._is_cut_off = True
            async with self._arrival:
                self._arrival.notify_all()

    def _take_in(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._begin(message)
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "delta":
                if message.metadata.cacheable:
                    self._kept[message.hash] = message, self._n_runs
                self._show(message, message)
            case "ref_hash":
                kept, _ = self._kept[message.ref_hash]
                self._kept[message.ref_hash] = kept, self._n_runs
                self._show(kept, message)
            case "file_urls_response":
                self._file_urls = message.file_urls_response.file_urls[0]
            case "auto_rerun":
                rerun = message.auto_rerun
                self._asks_by_itself.add(rerun.fragment_id)
                self._timers.append(
                    asyncio.create_task(self._repeat(rerun.interval, rerun.fragment_id))
                )
            case "script_finished":
                if message.script_finished in _WHOLE:
                    self._forget_stale(message.metadata.run)
                    ran = set(message.metadata.run.fragment_ids)
                    if not ran or ran - self._asks_by_itself:
                        self._answered[_PARTS if ran else self._page] = self._n_runs
            case "session_event":
                if message.session_event.HasField("script_compilation_exception"):
                    self.faults.append("the script could not be compiled")

    def _begin(self, message: ForwardMsg) -> None:
        session = message.new_session
        self._session_id = session.initialize.session_id or self._session_id
        self._page = session.page_script_hash
        self._n_runs += 1
        self._run_id = message.metadata.run.script_run_id
        if not message.metadata.run.fragment_ids:
            self.stop_timers()

    def _show(self, content: ForwardMsg, message: ForwardMsg) -> None:
        """Put an element into its place; its content may be that of an older message."""
        if content.delta.WhichOneof("type") != "new_element":
            return
        kind = content.delta.new_element.WhichOneof("type")
        element = getattr(content.delta.new_element, kind)
        place = tuple(message.metadata.delta_path)
        self._shown[place] = Shown(kind, element, self._run_id, content.delta.fragment_id)
        if kind == "bidi_component" and '"layers"' in element.json:
            self._take_maps(json.loads(element.json))
        if kind == "exception":
            self.faults.append(f"{element.type}: {element.message}")
        if kind == "alert" and element.format == element.ERROR:
            self.faults.append(element.body)

    def _take_maps(self, sent: dict) -> None:
        """Keep what is new of a drawing, as ui/assets/streamlit.js does."""
        said = {part["version"]: part["json"] for part in (sent["layers"], *sent["overlays"])}
        parts = {version: self._parts.get(version) or new for version, new in said.items()}
        self._missed = [version for version, part in parts.items() if part is None]
        if not self._missed:
            self._parts = parts

    def _used_in(self, n_runs: int) -> dict[str, tuple[ForwardMsg, int]]:
        """Return the messages that were used in the last so many runs, by hash."""
        oldest = self._n_runs - n_runs
        return {name: kept for name, kept in self._kept.items() if kept[1] >= oldest}

    def _forget_stale(self, run: RunIdentity) -> None:
        """Take away what the run that just ended did not show again."""
        fragments = set(run.fragment_ids)
        self._shown = {
            place: shown
            for place, shown in self._shown.items()
            if shown.run == run.script_run_id or (fragments and shown.fragment not in fragments)
        }
        there = {getattr(shown.element, "id", "") for shown in self._shown.values()}
        self._values = {name: value for name, value in self._values.items() if name in there}

    # Inside: what a page does by itself

    async def _repeat(self, seconds: float, fragment: str) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._ask(ClientState(fragment_id=fragment, is_auto_rerun=True))

    def stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    async def look_for_server(self) -> None:
        """Ask whether the server is there, again and again, as every page does."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            health = f"{self.address}/_stcore/health"
            (await asyncio.to_thread(urllib.request.urlopen, health)).close()
