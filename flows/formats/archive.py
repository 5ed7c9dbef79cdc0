"""ZIP containers of office files, unpacked within limits."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from flows.formats.limits import MAX_UNPACKED_BYTES
from flows.formats.refusal import broken, oversized, unsupported

ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)
PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Office programs write no other; LZMA and bzip2 may claim gigabytes before the first byte."""


def member_names(data: bytes) -> frozenset[str]:
    """Return the names in the ZIP directory, none where it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            return frozenset(container.namelist())
    except ZIP_FAULTS:
        return frozenset()


def read_member(data: bytes, name: str, limit: int = 2**20) -> bytes:
    """Return up to `limit` bytes of one member, b"" where it is missing or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container, container.open(name) as member:
            return member.read(limit)
    except (*ZIP_FAULTS, KeyError, RuntimeError):
        return b""


def unpack_text(data: bytes) -> dict[str, bytes]:
    """Unpack the XML members; images, macros and embedded files stay packed, so they are never even looked at.

    Raises Unreadable for a damaged or protected container and for one that unpacks to more than MAX_UNPACKED_BYTES.
    The sizes that the directory declares are binding: a member that holds more than declared fails its checksum.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            members = [m for m in container.infolist() if m.filename.endswith((".xml", ".rels", "mimetype"))]
            _check(members)
            return {member.filename: container.read(member) for member in members}
    except ZIP_FAULTS as fault:
        raise broken("zip", str(fault)) from fault


def _check(members: list[zipfile.ZipInfo]) -> None:
    declared = sum(member.file_size for member in members)
    if declared > MAX_UNPACKED_BYTES:
        raise oversized(f"zip: {declared} bytes", MAX_UNPACKED_BYTES)
    if any(member.flag_bits & 0x1 for member in members):
        raise unsupported("encrypted")
    if any(member.compress_type not in PLAIN_METHODS for member in members):
        raise broken("zip", "compression method")


def pack(members: Mapping[str, bytes]) -> bytes:
    """Put members into a new container without compression: what a parser opens then is what was measured."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as container:
        for name, content in members.items():
            container.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
