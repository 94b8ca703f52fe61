"""Replicate's predictions of language models."""

from conversations.conversation import (
    PNG_URL,
    Conversation,
    Turn,
    png_part,
    system,
    text_part,
    user,
    user_parts,
)

_METHOD = "predictions.create"
_MODEL = "meta/meta-llama-3-8b-instruct"
_VERSION = _MODEL + ":" + "a" * 64


def one(name, sdk, gateway, **more):
    turn = Turn(sdk=sdk, gateway=dict({"model": _MODEL}, **gateway))
    return Conversation(name, "replicate", _METHOD, (turn,), **more)


CONVERSATIONS = [
    one(
        "plain text",
        {
            "model": _MODEL,
            "input": {"prompt": "Hello", "system_prompt": "Be brief."},
            "wait": 10,
        },
        {"messages": [system("Be brief."), user("Hello")]},
    ),
    one(
        "sampling",
        {
            "model": _MODEL,
            "input": {
                "prompt": "Hello",
                "max_tokens": 100,
                "temperature": 0.5,
                "top_p": 0.25,
                "presence_penalty": 0.5,
                "frequency_penalty": 0.25,
            },
            "wait": 10,
        },
        {
            "messages": [user("Hello")],
            "max_output_tokens": 100,
            "temperature": 0.5,
            "top_p": 0.25,
            "presence_penalty": 0.5,
            "frequency_penalty": 0.25,
        },
    ),
    one(
        "stream",
        {"model": _MODEL, "input": {"prompt": "Hello"}, "stream": True},
        {"messages": [user("Hello")]},
        rpc="RouteStream",
    ),
    one(
        "a version",
        {"version": _VERSION, "input": {"prompt": "Hello"}, "wait": 10},
        {"model": _VERSION, "messages": [user("Hello")]},
    ),
    one(
        "an image and thoughts",
        {
            "model": "openai/gpt-5",
            "input": {
                "prompt": "Which colour?",
                "image_input": [PNG_URL],
                "reasoning_effort": "high",
            },
            "wait": 10,
        },
        {
            "model": "openai/gpt-5",
            "messages": [user_parts(text_part("Which colour?"), png_part())],
            "reasoning": {"effort": "high"},
        },
    ),
]
