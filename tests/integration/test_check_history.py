"""`script/check-history` finds each kind of fault in a history where it was planted, and none in healthy ones."""

import copy
import json
import subprocess
import sys

import pytest

from harness import DEADLINE, REPOSITORY

ANN, BOB, EVE = 2, 3, 4
ROOM = 1


class Story:
    """Two members who talk, one of whom loses the connection and resumes; a line each 0.1 s."""

    def __init__(self):
        self.lines = []
        self.now = 0.0
        for user in (ANN, BOB):
            self.tell("added", user=user, room=ROOM)
            self.tell("open", c=f"c{user}", client=f"client{user}", user=user)
            self.tell("joined", c=f"c{user}", room=ROOM, after=None, last=0)
        for number in range(1, 5):
            self.say(number, ANN if number % 2 else BOB, ["c2", "c3"])
        self.tell("closed", c="c3", code=1001)
        for number in (5, 6):
            self.say(number, ANN, ["c2"])
        self.tell("open", c="c3b", client="client3", user=BOB)
        self.tell("joined", c="c3b", room=ROOM, after=4, last=6)
        for number in (5, 6):
            self.hear("c3b", number, ANN, replayed=True)
        self.tell("edit", user=ANN, room=ROOM, id=5, content="better")
        for one in ("c2", "c3b"):
            self.tell("changed", c=one, room=ROOM, id=5, content="better")
        self.tell("edited", user=ANN, room=ROOM, id=5, content="better")
        self.tell("send", user=ANN, room=ROOM, key="k7", content="m7")  # its answer is lost, and it is sent again
        self.say(7, ANN, ["c2", "c3b"])
        self.tell("send", user=BOB, room=ROOM, key="k8", content="m8")
        self.tell("refused", user=BOB, room=ROOM, key="k8", content="m8", code="muted")
        for one in ("c2", "c3b"):
            self.tell("settled", c=one, room=ROOM, upto=7, changes=True)
        self.tell("counted", room=ROOM, node="a", shown=[ANN, BOB], expected=[BOB, ANN])
        for number in range(1, 8):
            self.lines.append({"what": "stored", "id": number, "room": ROOM, "user": self.sender(number), "key": f"k{number}",
                               "content": "better" if number == 5 else f"m{number}", "deleted": False})

    @staticmethod
    def sender(number):
        return BOB if number in (2, 4) else ANN

    def tell(self, what, **more):
        self.now = round(self.now + 0.1, 3)
        self.lines.append({"what": what, "at": self.now, **more})

    def hear(self, one, number, user, **more):
        self.tell("heard", c=one, room=ROOM, id=number, user=user, key=f"k{number}", content=f"m{number}", **more)

    def say(self, number, user, listeners):
        self.tell("send", user=user, room=ROOM, key=f"k{number}", content=f"m{number}")
        for one in listeners:
            self.hear(one, number, user)
        self.tell("ack", user=user, room=ROOM, key=f"k{number}", content=f"m{number}", id=number)

    def find(self, what, **members):
        return next(i for i, line in enumerate(self.lines)
                    if line["what"] == what and all(line.get(k) == v for k, v in members.items()))

    def drop(self, what, **members):
        del self.lines[self.find(what, **members)]

    def change(self, what, members, **changes):
        self.lines[self.find(what, **members)].update(changes)

    def after(self, what, members, *lines):
        """Puts copies of lines right behind that one, at its time."""
        place = self.find(what, **members)
        for line in lines:
            place += 1
            self.lines.insert(place, {"at": self.lines[place - 1]["at"], **line})


def check(lines, *options):
    text = "\n".join(json.dumps(line) for line in lines)
    return subprocess.run([sys.executable, REPOSITORY / "script" / "check-history", *options, "-"], input=text, text=True,
                          capture_output=True, timeout=DEADLINE, check=False)


def lost(story):
    story.drop("stored", id=7)


def lost_under_its_id(story):
    story.change("stored", {"id": 7}, key="of another")


def doubled_by_key(story):
    story.lines.append({**story.lines[story.find("stored", id=3)], "id": 9, "content": "again"})


def doubled_without_key(story):
    for line in story.lines:
        if line.get("key") == "k6":
            line["key"] = None
    story.lines.append({**story.lines[story.find("stored", id=6)], "id": 9})


def acknowledged_twice(story):
    story.after("ack", {"id": 3}, {**copy.deepcopy(story.lines[story.find("ack", id=3)]), "id": 4})


def heard_in_another_order(story):
    first, second = story.find("heard", c="c2", id=2), story.find("heard", c="c2", id=3)
    for member in ("id", "key", "content", "user"):
        story.lines[first][member], story.lines[second][member] = story.lines[second][member], story.lines[first][member]


def heard_twice(story):
    story.after("heard", {"c": "c2", "id": 3}, story.lines[story.find("heard", c="c2", id=3)])


def an_id_that_goes_back(story):
    """Message 7 is stored below message 6, which had been acknowledged before it was sent; nobody listens."""
    story.lines = [x for x in story.lines if x["what"] not in ("heard", "settled")]
    for line in story.lines:
        if line.get("key") in ("k6", "k7") and "id" in line:
            line["id"] = 13 - line["id"]


def a_gap_in_a_live_room(story):
    story.drop("heard", c="c2", id=3)


def a_gap_in_a_resume(story):
    story.drop("heard", c="c3b", id=5)


def a_gap_at_the_end(story):
    story.drop("heard", c="c3b", id=7)


def heard_and_not_stored(story):
    story.after("heard", {"c": "c2", "id": 4}, {**story.lines[story.find("heard", c="c2", id=4)], "id": 99, "key": "k99"})


def heard_outside_of_the_room(story):
    story.after("heard", {"c": "c2", "id": 2}, {"what": "left", "c": "c2", "room": ROOM})


def heard_by_a_stranger(story):
    story.after("ack", {"id": 1}, {"what": "open", "c": "c4", "user": EVE, "client": "client4"},
                {"what": "joined", "c": "c4", "room": ROOM, "after": None, "last": 1})


def heard_after_the_removal(story):
    story.after("ack", {"id": 2}, {"what": "removed", "user": BOB, "room": ROOM})


def refused_and_stored(story):
    story.lines.append({"what": "stored", "id": 8, "room": ROOM, "user": BOB, "key": "k8", "content": "m8", "deleted": False})


def a_change_that_did_not_stay(story):
    story.change("stored", {"id": 5}, content="m5")


def a_change_that_was_not_told(story):
    story.drop("changed", c="c3b", id=5)


def wrong_presence(story):
    story.change("counted", {}, shown=[ANN])


PLANTS = [(lost, "lost"), (lost_under_its_id, "lost"), (doubled_by_key, "doubled"), (doubled_without_key, "doubled"),
          (acknowledged_twice, "doubled"), (heard_in_another_order, "order"), (heard_twice, "order"),
          (an_id_that_goes_back, "order"), (a_gap_in_a_live_room, "gap"), (a_gap_in_a_resume, "gap"),
          (a_gap_at_the_end, "gap"), (heard_and_not_stored, "ghost"), (heard_outside_of_the_room, "may not hear"),
          (heard_by_a_stranger, "may not hear"), (heard_after_the_removal, "may not hear"), (refused_and_stored, "refused"),
          (a_change_that_did_not_stay, "changes"), (a_change_that_was_not_told, "changes"), (wrong_presence, "presence")]


def test_a_healthy_history_has_no_fault():
    done = check(Story().lines)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing lost, doubled, out of order or heard by who may not" in done.stdout


@pytest.mark.parametrize("plant, kind", PLANTS, ids=lambda x: getattr(x, "__name__", None))
def test_a_planted_fault_is_found(plant, kind):
    story = Story()
    plant(story)
    done = check(story.lines)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"\n{kind}: " in done.stdout, done.stdout


def test_a_refusal_that_means_perhaps_is_no_promise():
    story = Story()
    refused_and_stored(story)
    story.change("refused", {"key": "k8"}, code="rate_limited")
    for one in ("c2", "c3b"):
        story.drop("settled", c=one)
    assert check(story.lines).returncode == 0


def test_who_was_away_may_hear_the_room_again_once_it_is_a_member_again():
    story = Story()
    story.after("closed", {"c": "c3"}, {"what": "removed", "user": BOB, "room": ROOM})
    story.after("open", {"c": "c3b"}, {"what": "added", "user": BOB, "room": ROOM})
    done = check(story.lines)
    assert done.returncode == 0, done.stdout


def test_pauses_are_those_of_the_rooms_that_a_fault_concerned():
    lines = []
    for room, times in ((1, (0.0, 0.9, 1.4, 3.0, 3.1, 5.0)), (2, (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0))):
        for i, at in enumerate(times):
            said = {"user": ANN, "room": room, "key": f"{room}.{i}", "content": f"{room}.{i}"}
            lines += [{"what": "send", "at": at, **said}, {"what": "ack", "at": at, "id": 10 * room + i, **said},
                      {"what": "stored", "id": 10 * room + i, **said}]
    lines += [{"what": "fault", "kind": "kill -9", "at": 1.5, "until": 1.5, "rooms": [1]},
              {"what": "fault", "kind": "SIGSTOP 2 s", "at": 3.05, "until": 3.2, "rooms": []}]
    done = check(lines, "--pauses")
    assert done.returncode == 0, done.stdout
    said = {line[2:26].strip(): line[26:].split() for line in done.stdout.splitlines() if line.startswith("  ")}
    assert said["kill -9"][0] == "1" and said["kill -9"][-2] == "1.500"
    assert said["SIGSTOP 2 s"][0] == "1" and said["SIGSTOP 2 s"][-2] == "1.900"


def test_what_is_no_history_is_refused(tmp_path):
    done = subprocess.run([REPOSITORY / "script" / "check-history", tmp_path / "none"], capture_output=True, text=True,
                          timeout=DEADLINE, check=False)
    assert done.returncode == 2
    done = check([{"what": "ack"}])
    assert (done.returncode, done.stdout) == (2, "") and "-:1: not a line of a history" in done.stderr
