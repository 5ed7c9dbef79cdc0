"""ZIP containers, of office files and of files handed in together, unpacked within limits."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from flows.formats.limits import MAX_MEMBERS, MAX_UNPACKED_BYTES
from flows.formats.refusal import broken, oversized, unsupported

LEFT_BEHIND = (".", "~$", "__MACOSX", "Thumbs.db", "desktop.ini")
"""Beginnings of names that programs leave in folders; nobody means to deliver them."""

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


def unpack_files(data: bytes) -> list[tuple[str, bytes]]:
    """Unpack what was handed in together, ordered by name; names are never used as paths.

    Raises Unreadable as `unpack_text` does, for more than MAX_MEMBERS files, and where there is none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            members = [member for member in container.infolist() if _is_meant(member)]
            if len(members) > MAX_MEMBERS:
                raise oversized(f"zip: {len(members)} files", MAX_MEMBERS)
            _check(members)
            found = [(member.filename, container.read(member)) for member in sorted(members, key=lambda m: m.filename)]
    except ZIP_FAULTS as fault:
        raise broken("zip", str(fault)) from fault
    if not found:
        raise unsupported("empty")
    return found


def _is_meant(member: zipfile.ZipInfo) -> bool:
    steps = member.filename.split("/")
    return not member.is_dir() and not any(step.startswith(LEFT_BEHIND) and step != ".." for step in steps)


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


def unpack_all(data: bytes, limit: int) -> dict[str, bytes]:
    """Unpack every member of a container that unpacks to no more than `limit` bytes; raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            members = container.infolist()
            _check(members)
            if sum(member.file_size for member in members) > limit:
                raise oversized("zip", limit)
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
