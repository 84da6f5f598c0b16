"""`WS /ws`: those who listen hear decisions and upgrades, and nothing that they did not ask for."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

NEWS = "Copper rises 2% after a mine in Chile halts output"


@pytest.fixture
def live(service):
    return service.url.replace("http", "ws") + "/ws"


async def subscribed(socket, topics, http):
    """Subscribe, and make sure that the service has read it: it answers nothing, so wait for a first event."""
    await socket.send(json.dumps({"subscribe": [*topics, {"type": "decision", "asset": "PING"}]}))
    for _ in range(100):
        http.post("/decide", json={"text": "ping", "asset": "PING"})
        try:
            async with asyncio.timeout(0.1):
                await socket.recv()
                return
        except TimeoutError:
            continue
    raise AssertionError("no event came")


async def next_about(socket, asset):
    """Return the next event about an asset; leftovers of the handshake are passed over."""
    while True:
        event = json.loads(await socket.recv())
        if event["data"]["asset"] == asset:
            return event


async def test_a_listener_hears_the_decision_and_then_its_upgrade(live, http):
    async with connect(live) as socket:
        await subscribed(socket, [{"asset": "HG"}], http)

        answer = http.post("/decide", json={"text": NEWS, "asset": "HG"}).json()
        heard = await next_about(socket, "HG")
        truth = {"input_report": NEWS, "asset": "HG", "signal": 1, "decision_id": answer["decision_id"]}
        http.post("/insert_data", json=truth)
        upgrade = await next_about(socket, "HG")

    assert (heard["type"], heard["data"]["decision_id"]) == ("decision", answer["decision_id"])
    assert (upgrade["type"], upgrade["data"]["decision"]["signal"]) == ("upgrade", 1)
    assert upgrade["data"]["upgrade"]["previous"]["decision"] == answer["decision"]


async def test_other_assets_and_types_are_not_heard(live, http):
    async with connect(live) as socket:
        await subscribed(socket, [{"type": "upgrade", "asset": "HG"}, {"type": "decision", "asset": "ZW"}], http)

        for asset in ("HG", "CL", "ZW"):
            http.post("/decide", json={"text": NEWS, "asset": asset})
        first = json.loads(await socket.recv())
        while first["data"]["asset"] == "PING":
            first = json.loads(await socket.recv())

    assert (first["type"], first["data"]["asset"]) == ("decision", "ZW")


@pytest.mark.parametrize("message", ["nonsense", "[]", '{"subscribe": [{"type": "gossip"}]}', '{"subscribe": "all"}'])
async def test_a_message_that_cannot_be_read_ends_the_connection_with_its_reason(live, message):
    async with connect(live) as socket:
        await socket.send(message)

        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()

    assert closed.value.rcvd.code == 1007
    assert "subscribe" in closed.value.rcvd.reason
