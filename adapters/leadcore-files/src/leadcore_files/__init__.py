"""Contents of leadcore's files in a local folder, and what their bytes are."""

from leadcore_files.folder import FolderKeeper
from leadcore_files.sniffing import media_type_of
from leadcore_files.threaded import ThreadedKeeper

__all__ = ["FolderKeeper", "ThreadedKeeper", "media_type_of"]
