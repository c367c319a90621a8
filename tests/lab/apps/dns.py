"""An authority for one zone on 127.0.0.1:53. Environment: ZONE ("name=address name=address"; SERVFAIL and REFUSED in
place of an address are that answer). Other names: NXDOMAIN."""

import os
import socket
import struct

zone = dict(entry.split("=") for entry in os.environ["ZONE"].split())
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((os.environ.get("HOST", "127.0.0.1"), 53))
print("serving", " ".join(zone), flush=True)
while True:
    query, client = server.recvfrom(4096)
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("ascii", "replace"))
        at += 1 + query[at]
    kind = struct.unpack("!H", query[at + 1:at + 3])[0]
    question = query[12:at + 5]
    address = zone.get(".".join(labels).lower())
    answers = b""
    code = {None: 3, "SERVFAIL": 2, "REFUSED": 5}.get(address, 0)
    if code == 0 and kind == 1:
        answers = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 30, 4) + socket.inet_aton(address)
    header = query[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, 1 if answers else 0, 0, 0)
    server.sendto(header + question + answers, client)
