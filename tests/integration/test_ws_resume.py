"""Section 6, resume: who comes back hears what was missed, each message once and in order."""

import asyncio


def payloads(frames):
    return [f["payload"] for f in frames if f["type"] == "room_message"]


async def test_a_resume_replays_what_was_missed_in_order(api, sockets, alice, bob):
    room = api.room(alice, bob)
    ids = [api.say(alice, room, f"{i}") for i in range(20)]
    one = await sockets.ws(bob)
    joined = await one.join(room, last_message_id=ids[7])
    assert joined["last_message_id"] == ids[-1] and not joined.get("resync")
    live = api.say(alice, room, "live")
    await one.until(lambda f: f["type"] == "room_message" and f["payload"]["id"] == live)
    replayed = payloads(one.passed)
    assert [m["id"] for m in replayed] == ids[8:]
    assert all(m.pop("replayed") is True for m in replayed)
    assert replayed == api.get(f"/rooms/{room}/messages/?after_id={ids[7]}&limit=12", user=bob).json()["items"]


async def test_a_resume_from_the_last_message_replays_nothing(api, sockets, alice):
    room = api.room(alice)
    last = api.say(alice, room, "old")
    one = await sockets.ws(alice)
    await one.join(room, last_message_id=last)
    assert payloads(await one.heard_before(api, alice, room)) == []


async def test_a_resume_keeps_to_the_history_that_the_member_may_see(api, sockets, alice, bob):
    room = api.room(alice, history="since_join", join_policy="open")
    api.say(alice, room, "before")
    api.post(f"/rooms/{room}/members", user=bob, json={})
    shown = api.say(alice, room, "after")
    one = await sockets.ws(bob)
    await one.join(room, last_message_id=0)
    assert [m["id"] for m in payloads(await one.heard_before(api, alice, room))] == [shown]


async def test_over_a_thousand_missed_messages_ask_for_a_resync(api, sockets, alice):
    room = api.room(alice)
    writer = await sockets.ws(alice)

    async def write(count):
        for i in range(count):
            await writer.send({"type": "send_message", "id": f"w{i}", "payload": {"room_id": room, "content": "x"}})
        return [(await writer.until("message_ack"))["payload"]["message_id"] for _ in range(count)]

    ids = await write(1000)
    full = await sockets.ws(alice)
    assert not (await full.join(room, last_message_id=0)).get("resync")
    assert [m["id"] for m in payloads(await full.heard_before(api, alice, room))] == ids
    over = await sockets.ws(alice)
    assert (await over.join(room, last_message_id=0))["resync"] is True
    assert payloads(await over.heard_before(api, alice, room)) == []


async def test_a_resume_while_traffic_flows_has_no_gap_and_no_double(api, sockets, alice, bob):
    room = api.room(alice, bob)
    old = [api.say(alice, room, f"old {i}") for i in range(50)]
    writer = await sockets.joined(alice, room)
    total, resumes = 600, 12
    acknowledged = []
    progress = asyncio.Condition()

    async def write():
        for i in range(total):
            await writer.send({"type": "send_message", "id": i, "payload": {"room_id": room, "content": f"new {i}"}})
            if i % 5 == 4:  # five in flight: the traffic goes on while others join
                acknowledged.extend([(await writer.until("message_ack"))["payload"]["message_id"] for _ in range(5)])
                async with progress:
                    progress.notify_all()

    async def resume(number):
        async with progress:  # spread over the whole run
            await progress.wait_for(lambda: len(acknowledged) >= number * total // (resumes + 1))
        one = await sockets.ws(bob)
        after = old[number * 3]
        await one.join(room, last_message_id=after)
        heard = []
        while not heard or heard[-1]["content"] != f"new {total - 1}":
            heard.append((await one.until("room_message"))["payload"])
        return after, heard

    _, *resumed = await asyncio.gather(write(), *(resume(n) for n in range(resumes)))
    everything = old + acknowledged
    assert len(acknowledged) == total and everything == sorted(everything)
    for after, heard in resumed:
        assert [m["id"] for m in heard] == [i for i in everything if i > after]
        flags = [m.get("replayed", False) for m in heard]
        assert flags == sorted(flags, reverse=True), "replayed messages come before live ones"


async def test_a_resume_loses_nothing_when_the_socket_joins_again_and_again(api, sockets, alice, bob):
    room = api.room(alice, bob)
    seen, sent = [], []
    last = 0
    for round_number in range(5):
        sent.append(api.say(alice, room, f"away {round_number}"))
        one = await sockets.ws(bob)
        await one.join(room, last_message_id=last)
        sent.append(api.say(alice, room, f"here {round_number}"))
        while not seen or seen[-1] != sent[-1]:
            seen.append((await one.until("room_message"))["payload"]["id"])
        last = seen[-1]
        await one.close()
    assert seen == sent
