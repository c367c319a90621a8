"""A long link: every TCP connection to one address takes a detour that costs a round trip's time.

The kernel's own delay (netem) is not to be had everywhere, so this is a proxy: nftables redirects the connections here,
and the proxy's own ones carry a mark that lets them pass. A connect costs a round trip, each byte half of one.
"""

import asyncio
import socket
import sys

from .hosts import run

MARK = 7
SO_ORIGINAL_DST = 80


def install(address, port):
    run("nft", "add table ip detour")
    run("nft", "add chain ip detour out { type nat hook output priority -100; }")
    run("nft", f"add rule ip detour out ip daddr {address} meta l4proto tcp meta mark != {MARK} redirect to :{port}")


class Link:
    def __init__(self, roundTrip):
        self.half = roundTrip / 2

    async def serve(self, reader, writer):
        loop = asyncio.get_running_loop()
        accepted = loop.time()
        raw = writer.get_extra_info("socket")
        original = raw.getsockopt(socket.SOL_IP, SO_ORIGINAL_DST, 16)
        target = (socket.inet_ntoa(original[4:8]), int.from_bytes(original[2:4], "big"))
        await asyncio.sleep(self.half)  # the SYN travels
        onward = socket.socket()
        onward.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, MARK)
        onward.setblocking(False)
        try:
            await loop.sock_connect(onward, target)
        except OSError:
            writer.transport.abort()
            return
        farReader, farWriter = await asyncio.open_connection(sock=onward)
        for each in (writer, farWriter):
            each.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # What the caller sends left it only after the SYN's answer had come.
        await asyncio.gather(self.carry(reader, farWriter, accepted + 2 * self.half),
                             self.carry(farReader, writer, accepted), return_exceptions=True)

    async def carry(self, reader, writer, notBefore):
        loop = asyncio.get_running_loop()
        queue = asyncio.Queue()

        async def deliver():
            while True:
                at, data = await queue.get()
                await asyncio.sleep(max(0, at - loop.time()))
                if not data:
                    if writer.can_write_eof():
                        writer.write_eof()
                    return
                writer.write(data)
                await writer.drain()

        delivery = asyncio.create_task(deliver())
        data = b"?"
        while data:
            try:
                data = await reader.read(65536)
            except OSError:
                data = b""
            queue.put_nowait((max(loop.time(), notBefore) + self.half, data))
        await delivery


async def main(port, roundTrip):
    server = await asyncio.start_server(Link(roundTrip).serve, "0.0.0.0", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
