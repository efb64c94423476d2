"""A database in a file is for its owner alone: whoever reads the file reads every customer."""

from pathlib import Path

PRIVATE = 0o600


def keep_private(*, connection, **kwargs) -> None:
    """React to `connection_created`: SQLite makes its files readable for all whom the umask lets."""
    if connection.vendor != "sqlite":
        return
    place = Path(str(connection.settings_dict["NAME"]))
    for path in (place, *(place.with_name(place.name + ending) for ending in ("-wal", "-shm"))):
        if path.is_file() and path.stat().st_mode & 0o077:
            path.chmod(PRIVATE)
