"""A cluster of two workers on this machine."""

from collections.abc import Iterator

import pytest
from distributed import Client

from testing.cluster import local_cluster


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    cluster = local_cluster(2, processes=True)
    with cluster, Client(cluster) as found:
        yield found
