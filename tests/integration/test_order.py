"""All members of a room see its messages in one order, that of the ids, whichever way they listen or speak."""

import asyncio

SENDERS, MEMBERS, EACH = 8, 50, 25


def seen(frame):
    """The id and content of a message in either shape, or nothing for other frames."""
    if frame["type"] == "room_message":
        return frame["payload"]["id"], frame["payload"]["content"]
    if frame["type"] == "chat_message":
        return frame["message"]["id"], frame["message"]["content"]
    return None


async def test_fifty_members_see_eight_senders_in_one_order(api, sockets):
    users = [api.register() for _ in range(10)]
    room = api.room(users[0], *users[1:])
    listeners = []
    for i in range(MEMBERS):
        opener = sockets.chatting if i % 2 else sockets.joined
        listeners.append(await (opener(room, users[i % 10]) if i % 2 else opener(users[i % 10], room)))
    total = SENDERS * EACH

    async def speak(number):
        """Half of the senders speak on `/ws`, half on `/ws/chat/`, all without waiting."""
        one = listeners[number]
        for i in range(EACH):
            content = f"{number}:{i}"
            if number % 2:
                await one.tell("chat_message", content=content)
            else:
                await one.tell("send_message", room_id=room, content=content)

    async def listen(one):
        heard = []
        while len(heard) < total:
            heard.append(seen(await one.until(lambda f: seen(f) is not None)))
        return heard

    results = await asyncio.gather(*(speak(n) for n in range(SENDERS)), *(listen(one) for one in listeners))
    first, *others = results[SENDERS:]
    ids = [number for number, _ in first]
    assert ids == sorted(set(ids)) and len(ids) == total
    assert all(heard == first for heard in others)
    for number in range(SENDERS):
        assert [c for _, c in first if c.startswith(f"{number}:")] == [f"{number}:{i}" for i in range(EACH)]
    history = api.get(f"/rooms/{room}/messages/?after_id=0&limit=200", user=users[0]).json()["items"]
    assert [(m["id"], m["content"]) for m in history] == first[:200]


async def test_messages_over_http_stand_in_the_same_order(api, sockets, alice, bob):
    room = api.room(alice, bob)
    flat, enveloped = await sockets.chatting(room, alice), await sockets.joined(bob, room)
    ids = []
    for i in range(20):
        ids.append(api.say(alice, room, f"http {i}"))
        ids.append((await enveloped.ask("send_message", room_id=room, content=f"ws {i}"))["payload"]["message_id"])
    heard = [seen(await flat.until(lambda f: seen(f) is not None))[0] for _ in ids]
    assert heard == ids == sorted(ids)
