"""Shapes of the contract as checks: exactly these members, of these types."""

import http
import re

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

DEFAULT_CONFIG = {"is_public": False, "join_policy": "approval", "history": "all", "allow_guests": False,
                  "sync_mode": "owner"}
USER = {"id", "username", "email", "avatar_url", "role", "created_at"}
#: What frames tell of a room; over HTTP it has `me` as well, in a list of one's own also `last_message`.
ROOM = {"id", "name", "description", "owner_id", "is_active", "active_users", "member_count", "config", "created_at"}
OWN_PLACE = {"role", "muted_until", "joined_at", "last_read_id", "unread", "pending", "may"}
MESSAGE = {"id", "room_id", "sender_id", "sender_username", "content", "message_type", "timestamp", "edited_at",
           "deleted", "client_msg_id", "attachments"}


def is_time(text):
    """RFC 3339 in UTC with milliseconds and `Z`."""
    return isinstance(text, str) and TIME.fullmatch(text) is not None


def problem(answer, status, code, *fields):
    """The answer is the RFC 9457 document of `code`; `fields` are all the faults of a 422. Returns it."""
    assert answer.status_code == status, f"{answer.status_code}, not {status}: {answer.text}"
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    document = answer.json()
    members = {"type", "title", "status", "detail", "code"} | ({"errors"} if status == 422 else set())
    assert set(document) == members, document
    assert document["type"] == "about:blank"
    assert document["status"] == status
    assert document["code"] == code, document
    assert document["title"].lower() in reasons(status), document
    assert isinstance(document["detail"], str) and document["detail"]
    if status == 422:
        for one in document["errors"]:
            assert set(one) == {"field", "message"} and one["message"], document
        if fields:
            assert sorted(one["field"] for one in document["errors"]) == sorted(fields), document
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    if status in (429, 503):
        assert int(answer.headers["retry-after"]) >= 0
    return document


def reasons(status):
    """The reason phrases of a status, lower case: RFC 9110 renamed two that Python still calls by the older name."""
    renamed = {413: {"content too large", "payload too large"}, 416: {"range not satisfiable"},
               422: {"unprocessable content", "unprocessable entity"}}
    if status == 460:  # of tus, which RFC 9110 does not know
        return {"checksum mismatch"}
    return renamed.get(status, set()) | {http.HTTPStatus(status).phrase.lower()}


def user(document):
    assert set(document) == USER, document
    assert document["role"] in ("user", "admin") and is_time(document["created_at"])
    return document


def room(document):
    """A `Room` over HTTP."""
    assert set(document) - {"last_message"} == ROOM | {"me"}, document
    assert set(document["me"]) == OWN_PLACE, document
    return room_of_frame(without_place(document), document)


def without_place(document):
    """What the room's frames tell of it, which are alike for all."""
    return {key: value for key, value in document.items() if key in ROOM}


def room_of_frame(document, answer=None):
    """The `Room` of a frame. Returns `answer`, or the document itself."""
    assert set(document) == ROOM, document
    assert set(document["config"]) == set(DEFAULT_CONFIG), document
    assert is_time(document["created_at"]) and isinstance(document["is_active"], bool)
    return answer or document


def message(document, **known):
    """A `Message`; `known` are members whose values the test knows."""
    assert set(document) == MESSAGE, document
    assert is_time(document["timestamp"])
    assert {k: document[k] for k in known} == known
    return document


def chat_message(document, **known):
    """The `message` member of a `chat_message`; `client_msg_id` stands in it only where the sender gave one."""
    members = {"id", "content", "message_type", "timestamp", "sender"}
    assert members <= set(document) <= members | {"client_msg_id", "attachments"}, document
    assert set(document["sender"]) == {"id", "username"}
    assert is_time(document["timestamp"])
    assert {k: document.get(k) for k in known} == known
    return document


def error_frame(frame, code):
    """An `error` of `/ws`."""
    assert frame["type"] == "error", frame
    payload = frame["payload"]
    assert payload["code"] == code, frame
    assert payload["message"]
    assert ("supported_types" in payload) == (code == "unknown_type"), frame
    assert ("retry_after_ms" in payload) == (code == "rate_limited"), frame
    return payload


def chat_error(frame, code):
    """An `error` of `/ws/chat/`."""
    assert frame["type"] == "error" and frame["code"] == code, frame
    assert frame["message"]
    return frame
