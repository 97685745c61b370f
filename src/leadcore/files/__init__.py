"""Files that are kept with a lead: safe names, limits, life, and how their contents are served.

What a file is, is a row with a journal; the contents are kept by a `leadcore.ports.FileKeeper`. The
use cases are in `leadcore.back_office`.
"""

from leadcore.files.contents import (
    GRACE,
    HEAD,
    KeptContents,
    Measured,
    check_key,
    is_key,
    measure,
    orphans,
    verified,
)
from leadcore.files.life import (
    AddFile,
    FileAdded,
    FileCommand,
    FileEvent,
    FileId,
    FileRemoved,
    LeadFile,
    RemoveFile,
    decide,
    evolve,
)
from leadcore.files.limits import (
    FileLimits,
    Room,
    RoomDelta,
    account_room,
    file_problems,
    lead_room,
)
from leadcore.files.names import LONGEST_NAME, safe_name
from leadcore.files.serving import ByteRange, byte_range, content_disposition, download_headers
from leadcore.files.types import COMMON_TYPES, EXTENSIONS, UNKNOWN_TYPE, extensions_of

__all__ = [
    "COMMON_TYPES",
    "EXTENSIONS",
    "GRACE",
    "HEAD",
    "LONGEST_NAME",
    "UNKNOWN_TYPE",
    "AddFile",
    "ByteRange",
    "FileAdded",
    "FileCommand",
    "FileEvent",
    "FileId",
    "FileLimits",
    "FileRemoved",
    "KeptContents",
    "LeadFile",
    "Measured",
    "RemoveFile",
    "Room",
    "RoomDelta",
    "account_room",
    "byte_range",
    "check_key",
    "content_disposition",
    "decide",
    "download_headers",
    "evolve",
    "extensions_of",
    "file_problems",
    "is_key",
    "lead_room",
    "measure",
    "orphans",
    "safe_name",
    "verified",
]
