"""Reads a layer as Python's tarfile reads it, and says in what it is not the canonical form."""

import base64
import re
import sys
import tarfile

RECORDS = {"LIBARCHIVE.creationtime", "MSWINDOWS.fileattr", "MSWINDOWS.rawsd", "atime", "ctime"}


def faults(path):
    with tarfile.open(path, "r:") as tar:
        members = tar.getmembers()
        names = [member.name for member in members]
        if names[:2] != ["Hives", "Files"]:
            yield f"it begins with {names[:2]}"
        for member in members:
            parent = member.name.rpartition("/")[0]
            if parent and parent not in names[: names.index(member.name)]:
                yield f"{member.name}: its folder does not come before it"
            if (member.uid, member.gid, member.uname, member.gname) != (0, 0, "", ""):
                yield f"{member.name}: it has an owner"
            if "/.wh." in member.name:
                continue
            wanted = RECORDS if member.name not in ("Hives", "Files") else RECORDS - {"MSWINDOWS.rawsd"}
            missing = wanted - set(member.pax_headers)
            if missing:
                yield f"{member.name}: {missing} missing"
            time = member.pax_headers.get("LIBARCHIVE.creationtime", "")
            if not re.fullmatch(r"\d+(\.\d*[1-9])?", time):
                yield f"{member.name}: {time} is not the form of a time"
            base64.b64decode(member.pax_headers.get("MSWINDOWS.rawsd", ""), validate=True)
            if member.isfile() and len(tar.extractfile(member).read()) != member.size:
                yield f"{member.name}: it is shorter than it says"
        if not any(not name.isascii() for name in names) or max(map(len, names)) <= 100:
            yield "it has no long and no foreign name, which it should for this test"


found = list(faults(sys.argv[1]))
print("\n".join(found) or f"{sys.argv[1]}: in canonical form")
sys.exit(bool(found))
