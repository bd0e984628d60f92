"""Named sets of rows: which there are, and what an address says for one."""

from hashlib import blake2b

from som_core.groups import Group
from ui import session
from ui.map_view import MapView


def kept(view: MapView) -> tuple[Group, ...]:
    """Return the sets of the table whose rows lie on the map."""
    return session.current().workspace.groups(view.saved.source)


def id_of(named: Group) -> str:
    """Return what an address says for the set: no name, and no rows."""
    return blake2b(named.name.encode(), digest_size=6).hexdigest()
