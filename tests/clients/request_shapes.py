"""What of a request matters to the one who is asked, and what does not.

Two requests have one shape if they say the same by method, path, query, the
headers that an API reads, and the body, after the normalisations below.
"""

import dataclasses
import typing

import aws_signature
from conversations.conversation import ABSENT

# The others say who the client is and what it can read (user-agent, accept,
# x-stainless-*, x-goog-api-client, amz-sdk-*): no answer depends on them.
HEADERS = (
    "content-type",
    "authorization",
    "api-key",
    "x-api-key",
    "x-goog-api-key",
    "x-amz-security-token",
    "anthropic-version",
    "anthropic-beta",
    "openai-beta",
    "prefer",
)


@dataclasses.dataclass(frozen=True)
class Normalisation:
    """What two bodies may do differently and mean the same.

    `change` gives an object of a body, at any depth, in the one form.
    """

    name: str
    clients: tuple
    why: str
    change: typing.Callable


def _one_text(node):
    content = node.get("content")
    if isinstance(content, list) and len(content) == 1:
        (part,) = content
        plain = isinstance(part, dict) and part.get("annotations", []) == []
        if plain and part.keys() - {"annotations"} == {"type", "text"}:
            return dict(node, content=part["text"])
    return node


def _input_items(node):
    if isinstance(node.get("input"), str) and "model" in node:
        said = {"role": "user", "content": node["input"]}
        return dict(node, input=[said])
    return node


def _message_item(node):
    if node.get("type") == "message" and "role" in node:
        return {key: node[key] for key in node if key != "type"}
    return node


def _no_empty_settings(node):
    settings = ("generationConfig", "options")
    return {
        key: node[key]
        for key in node
        if key not in settings or node[key] != {}
    }


def _lone_content(node):
    changed = dict(node)
    for key in ("systemInstruction", "content"):
        held = node.get(key)
        if isinstance(held, dict) and held.get("role") == "user":
            rest = {each: held[each] for each in held if each != "role"}
            changed[key] = rest
    return changed


def _no_defaults(node):
    defaults = {"stream": False, "prefix": False}
    if "function" in node:
        defaults["index"] = 0
    return {
        key: node[key]
        for key in node
        if key not in defaults or node[key] != defaults[key]
    }


NORMALISATIONS = (
    Normalisation(
        "one text for a list of one text",
        ("anthropic", "openai-responses"),
        "A text is short for a list of one (Anthropic, messages: `content`; "
        "OpenAI, responses: EasyInputMessage).",
        _one_text,
    ),
    Normalisation(
        "a list of items for a text",
        ("openai-responses", "azure-responses"),
        "A text is the same as one message of the user (OpenAI, responses: "
        "`input`).",
        _input_items,
    ),
    Normalisation(
        "an item with a role is a message",
        ("openai-responses", "azure-responses"),
        "`type` may be left out where there is a role (OpenAI, responses: "
        "EasyInputMessage).",
        _message_item,
    ),
    Normalisation(
        "no settings for an empty object of them",
        ("gemini", "vertex", "vertex-express", "ollama"),
        "Every member of it is optional (Google, GenerationConfig; Ollama, "
        "options).",
        _no_empty_settings,
    ),
    Normalisation(
        "no role outside of a conversation",
        ("gemini", "vertex", "vertex-express"),
        "Instructions and texts to embed have no turns; the role counts in "
        "`contents` alone (Google, Content.role).",
        _lone_content,
    ),
    Normalisation(
        "no member at its default",
        ("mistral",),
        "The SDK writes some defaults out (Mistral, chat completions: "
        "`stream`, `prefix`, `tool_calls[].index`).",
        _no_defaults,
    ),
)


def _changed(value, change):
    """Returns `value` with every object in it changed, the inner ones first."""
    if isinstance(value, list):
        return [_changed(each, change) for each in value]
    if isinstance(value, dict):
        return change({key: _changed(value[key], change) for key in value})
    return value


class Comparison:
    """Compares requests, and knows which normalisations made a difference."""

    def __init__(self):
        self._used = set()

    def differences(self, client, sdk, ours):
        """Returns where two recorded requests differ, what each has there."""
        shapes = [self._shape(client, each) for each in (sdk, ours)]
        return list(_differences("", *shapes))

    def unused(self):
        """Returns the names of normalisations that changed nothing so far."""
        return [
            each.name for each in NORMALISATIONS if each.name not in self._used
        ]

    def _shape(self, client, request):
        headers = {
            name: request.headers[name]
            for name in HEADERS
            if name in request.headers
        }
        if headers.get("authorization", "").startswith("AWS4"):
            headers["authorization"] = aws_signature.shape_of(request)
        body = request.body
        for each in NORMALISATIONS:
            if client in each.clients:
                changed = _changed(body, each.change)
                if changed != body:
                    self._used.add(each.name)
                body = changed
        return {
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "headers": headers,
            "body": body,
        }


def _differences(place, sdk, ours):
    if isinstance(sdk, dict) and isinstance(ours, dict):
        for key in sorted(sdk.keys() | ours.keys()):
            yield from _differences(
                f"{place}.{key}" if place else key,
                sdk.get(key, ABSENT),
                ours.get(key, ABSENT),
            )
    elif (
        isinstance(sdk, list)
        and isinstance(ours, list)
        and len(sdk) == len(ours)
    ):
        for i, (one, other) in enumerate(zip(sdk, ours)):
            yield from _differences(f"{place}[{i}]", one, other)
    # To Python True is 1, but not to JSON.
    elif sdk != ours or isinstance(sdk, bool) != isinstance(ours, bool):
        yield place, sdk, ours
