"""`Sec-WebSocket-Protocol`: what is chosen, and a token where a browser has no header for it."""

import json
import shutil

import pytest

import expect
from clients import ChatSocket, EnvelopeSocket
from harness import claims_for, sign
from raw import Connection
from test_documents import BROWSER_DEADLINE, run_node

CARRIERS = ["bearer", "access_token"]


def answered(server, path, *offer):
    """The status and the subprotocol that a handshake with this offer is answered with."""
    with Connection(server) as line:
        answer = line.upgrade(path, Sec_WebSocket_Protocol=", ".join(offer)).response()
        return answer.status_code, answer.headers.get("sec-websocket-protocol")


@pytest.fixture
def paths(api, alice):
    """Each path of WebSockets."""
    return ["/ws", f"/ws/chat/{api.room(alice)}/", "/ws/offers", "/ws/realtime/offers", "/ws/ws/simple/offers",
            "/ws/test/offers"]


def test_every_path_answers_an_offer(server, paths, alice):
    for path in paths:
        assert answered(server, path, "parley.v1") == (101, "parley.v1"), path
        assert answered(server, path, "chat", "parley.v1") == (101, "parley.v1"), path
        assert answered(server, path, "parley.v1", "bearer", alice.token) == (101, "parley.v1"), path
        assert answered(server, path, "chat", "graphql-ws") == (101, None), path
        for carrier in CARRIERS:
            assert answered(server, path, carrier, alice.token) == (101, carrier), path


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_token_in_the_offer_signs_in(api, sockets, alice, carrier):
    room = api.room(alice)
    for offer in ([carrier, alice.token], ["parley.v1", carrier, alice.token], [carrier, alice.token, "parley.v1"]):
        chosen = "parley.v1" if "parley.v1" in offer else carrier
        rooms = await sockets.open("/ws", subprotocols=offer)
        assert rooms.connection.subprotocol == chosen
        assert (await rooms.receive())["payload"]["user"] == alice.brief
        chat = await sockets.open(f"/ws/chat/{room}/", ChatSocket, subprotocols=offer)
        assert (await chat.receive())["user"] == alice.brief
        client = await sockets.open(f"/ws/offer-{carrier}-{len(offer)}-{chosen}", subprotocols=offer)
        assert (await client.receive())["auth_status"] == "authenticated"
        task = await sockets.open("/ws/realtime/offer", subprotocols=offer)
        assert (await task.receive())["user_id"] == alice.id


async def test_a_bad_token_in_the_offer_is_answered_as_in_the_query(api, sockets, alice):
    expired = sign(claims_for(alice.id, seconds=-3600))
    room = api.room(alice)
    for token in ("nonsense", expired):
        rooms = await sockets.open("/ws", subprotocols=["parley.v1", "bearer", token])
        assert (await rooms.receive())["payload"]["auth_status"] == "invalid_token"
        assert await rooms.closed() == 4401
        chat = await sockets.open(f"/ws/chat/{room}/", ChatSocket, subprotocols=["bearer", token])
        expect.chat_error(await chat.receive(), "invalid_token")
        assert await chat.closed() == 4401


async def test_the_header_goes_before_the_offer_and_the_offer_before_the_query(sockets, alice, bob, carol):
    async def who(query="", headers=None, **more):
        one = await sockets.open("/ws" + query, headers=headers, **more)
        return (await one.receive())["payload"]["user"]["id"]

    header = {"Authorization": f"Bearer {alice.token}"}
    offer = ["bearer", bob.token]
    query = f"?token={carol.token}"
    assert await who(query, header, subprotocols=offer) == alice.id
    assert await who(query, subprotocols=offer) == bob.id
    assert await who(query, subprotocols=["parley.v1"]) == carol.id


async def test_an_offer_without_a_token_is_a_guest(sockets):
    for offer in (["parley.v1"], ["bearer"], ["parley.v1", "bearer"], ["bearer", "parley.v1"]):
        one = await sockets.open("/ws", EnvelopeSocket, subprotocols=offer)
        assert (await one.receive())["payload"]["auth_status"] == "guest", offer
        assert one.connection.subprotocol == ("parley.v1" if "parley.v1" in offer else None)


def test_clients_of_others_offer_and_are_answered(server, alice):
    """Node's ws and Chromium, which end the connection where nothing they offered was chosen."""
    said = run_node("offer_subprotocols.mjs", shutil.which("chromium"), server.http, alice.token,
                    deadline=BROWSER_DEADLINE)
    assert said.returncode == 0, said.stderr
    seen = json.loads(said.stdout)
    for client in ("ws", "chromium"):
        assert seen[client] == {
            "parley.v1": ["parley.v1", "guest"],
            "parley.v1,bearer,TOKEN": ["parley.v1", "authenticated"],
            "bearer,TOKEN": ["bearer", "authenticated"],
            "access_token,TOKEN": ["access_token", "authenticated"],
            "chat": "refused by the client",
        }, client


