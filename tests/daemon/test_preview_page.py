"""Who gets to the preview page."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from vcam.daemon.preview_page import PreviewFeed, PreviewPage
from vcam.ipc.mailbox import Mailbox
from vcam.schema.status import Status


async def first_line(address: str) -> bytes:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    return line


def test_connections_without_the_token_take_nobodys_place(tmp_path: Path) -> None:
    async def crowd(page: PreviewPage) -> None:
        address = await page.start()
        parts = urlsplit(address)
        silent = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(40)]
        assert b"200" in await first_line(address)
        streams = [asyncio.create_task(first_line(f"{address}picture")) for _ in range(3)]
        assert all(b"200" in line for line in await asyncio.gather(*streams))
        assert b"403" in await first_line(address.replace(parts.path, "/guess/"))
        assert not await silent[0][0].read()
        for _, writer in silent:
            writer.close()
        await page.close()

    mailbox = Mailbox.create(tmp_path / "preview", 1000)
    try:
        asyncio.run(crowd(PreviewPage(PreviewFeed(mailbox, lambda: None), Status)))
    finally:
        mailbox.remove()
