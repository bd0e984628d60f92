"""A Dask cluster on this machine."""

from distributed import LocalCluster


def local_cluster(n_workers: int = 1, *, processes: bool = False) -> LocalCluster:
    """Return a cluster of workers of one thread each, which scripts of other processes reach, too.

    Its page takes any free port: by default two clusters at a time would warn of the same one.
    """
    return LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        processes=processes,
        protocol="tcp",
        dashboard_address=":0",
    )
