"""A conversation, written twice: for a vendor's SDK and for the gateway."""

import dataclasses

# In a difference: it is not there.
ABSENT = "absent"

# A red pixel.
PNG_BASE64 = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAF"
    "BQIAX8jx0gAAAABJRU5ErkJggg=="
)
PNG_URL = "data:image/png;base64," + PNG_BASE64

WEATHER_SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
ANSWER_SCHEMA = {
    "type": "object",
    "properties": {"capital": {"type": "string"}},
    "required": ["capital"],
    "additionalProperties": False,
}


@dataclasses.dataclass(frozen=True)
class Turn:
    """One request: the arguments of the SDK's method, and of the gateway's.

    `answer` is what the vendor answers, as JSON; None: any short text.
    """

    sdk: dict
    gateway: dict
    answer: object = None


@dataclasses.dataclass(frozen=True)
class Difference:
    """Where ours differs from what the SDK sends, and why ours is right."""

    place: str
    sdk: object
    ours: object
    why: str


@dataclasses.dataclass(frozen=True)
class Conversation:
    """What is said to one client of vendor_sdks.js, and to the provider
    instance of the same name. The gateway is asked by `rpc`."""

    name: str
    client: str
    method: str
    turns: tuple
    rpc: str = "Route"
    differences: tuple = ()


def user(text):
    """Returns a user's message to the gateway."""
    return {"role": "ROLE_USER", "content": text}


def system(text):
    return {"role": "ROLE_SYSTEM", "content": text}


def tool_result(call_id, text):
    return {"role": "ROLE_TOOL", "tool_call_id": call_id, "content": text}


def tool_result_parts(call_id, *parts):
    return {"role": "ROLE_TOOL", "tool_call_id": call_id, "parts": list(parts)}


def user_parts(*parts):
    return {"role": "ROLE_USER", "parts": list(parts)}


def text_part(text):
    return {"text": text}


def png_part():
    return {"image": {"data": PNG_BASE64, "media_type": "image/png"}}


def pdf_part():
    return {
        "file": {
            "data": "JVBERg==",
            "media_type": "application/pdf",
            "filename": "paper.pdf",
        }
    }


def last(*steps):
    """Stands for what these steps lead to in the answer to the turn before."""
    return {"$last": list(steps)}


def last_items(*steps):
    """Stands, in a list, for the items of such a list."""
    return {"$last_items": list(steps)}


# In a request to the gateway: the message that it gave.
ANSWER = last("chat", "choices", 0, "message")


def filled(value, answer):
    """Returns `value` with what stands for parts of `answer` replaced."""
    if isinstance(value, list):
        items = []
        for each in value:
            if isinstance(each, dict) and "$last_items" in each:
                items += _follow(answer, each["$last_items"])
            else:
                items.append(filled(each, answer))
        return items
    if not isinstance(value, dict):
        return value
    if "$last" in value:
        return _follow(answer, value["$last"])
    return {key: filled(each, answer) for key, each in value.items()}


def _follow(answer, steps):
    for step in steps:
        answer = answer[step]
    return answer
