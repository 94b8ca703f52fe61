"""Anthropic's messages.

The SDK is the last one of API version 2023-06-01, which is the one we speak:
from 1.0 on it speaks 2026-10-21, where temperature and top_p are gone.
"""

import json

from conversations.conversation import (
    ANSWER,
    ANSWER_SCHEMA,
    PNG_BASE64,
    WEATHER_SCHEMA,
    Conversation,
    Turn,
    last,
    pdf_part,
    png_part,
    system,
    text_part,
    tool_result,
    tool_result_parts,
    user,
    user_parts,
)

_CLIENT = "anthropic"
_METHOD = "messages.create"
_MODEL = "claude-sonnet-4-5"

_SDK_TOOLS = [
    {
        "name": "get_weather",
        "description": "Weather of a city.",
        "input_schema": WEATHER_SCHEMA,
    },
    {
        "name": "get_time",
        "input_schema": {"type": "object", "properties": {}},
        "cache_control": {"type": "ephemeral", "ttl": "1h"},
    },
]
_OUR_TOOLS = [
    {
        "name": "get_weather",
        "description": "Weather of a city.",
        "parameters": json.dumps(WEATHER_SCHEMA),
    },
    {"name": "get_time", "cache_control": {"ttl": {"seconds": 3600}}},
]

_SDK_PNG = {
    "type": "image",
    "source": {
        "type": "base64",
        "media_type": "image/png",
        "data": PNG_BASE64,
    },
}

_THOUGHTS_AND_CALLS = {
    "id": "m1",
    "type": "message",
    "role": "assistant",
    "model": _MODEL,
    "content": [
        {
            "type": "thinking",
            "thinking": "Two cities.",
            "signature": "c2VhbA==",
        },
        {"type": "text", "text": "I look them up."},
        {"type": "redacted_thinking", "data": "aGlkZGVu"},
        {
            "type": "tool_use",
            "id": "toolu_a",
            "name": "get_weather",
            "input": {"city": "Oslo"},
        },
        {"type": "thinking", "thinking": "", "signature": "c2VhbDI="},
        {
            "type": "tool_use",
            "id": "toolu_b",
            "name": "get_weather",
            "input": {"city": "Rome"},
        },
    ],
    "stop_reason": "tool_use",
    "usage": {"input_tokens": 5, "output_tokens": 9},
}


def _text(text):
    return {"type": "text", "text": text}


def _result(use_id, *content):
    result = {"type": "tool_result", "tool_use_id": use_id}
    return dict(result, content=list(content))


def one(name, sdk, gateway, client=_CLIENT, method=_METHOD, **more):
    turn = Turn(
        sdk=dict({"model": _MODEL, "max_tokens": 1000}, **sdk),
        gateway=dict({"model": _MODEL, "max_output_tokens": 1000}, **gateway),
    )
    return Conversation(name, client, method, (turn,), **more)


_THINKING = {"type": "enabled", "budget_tokens": 2000}

CONVERSATIONS = [
    one(
        "plain text",
        {
            "system": "Be brief.",
            "messages": [{"role": "user", "content": "Hello"}],
        },
        {"messages": [system("Be brief."), user("Hello")]},
    ),
    one(
        "sampling",
        {
            "messages": [{"role": "user", "content": "Hello"}],
            "temperature": 0.5,
            "stop_sequences": ["END", "STOP"],
            "metadata": {"user_id": "someone"},
            "service_tier": "standard_only",
        },
        {
            "messages": [user("Hello")],
            "temperature": 0.5,
            "stop": ["END", "STOP"],
            "user": "someone",
            "service_tier": "standard_only",
        },
    ),
    one(
        "stream",
        {"messages": [{"role": "user", "content": "Hello"}], "stream": True},
        {"messages": [user("Hello")]},
        rpc="RouteStream",
    ),
    Conversation(
        "tools in one turn",
        _CLIENT,
        _METHOD,
        (
            Turn(
                sdk={
                    "model": _MODEL,
                    "max_tokens": 1000,
                    "messages": [{"role": "user", "content": "Oslo?"}],
                    "tools": _SDK_TOOLS,
                    "tool_choice": {
                        "type": "tool",
                        "name": "get_weather",
                        "disable_parallel_tool_use": True,
                    },
                },
                gateway={
                    "model": _MODEL,
                    "max_output_tokens": 1000,
                    "messages": [user("Oslo?")],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"name": "get_weather"},
                    "parallel_tool_calls": False,
                },
            ),
        ),
    ),
    Conversation(
        "tools and thoughts in two turns",
        _CLIENT,
        _METHOD,
        (
            Turn(
                sdk={
                    "model": _MODEL,
                    "max_tokens": 4000,
                    "thinking": _THINKING,
                    "messages": [{"role": "user", "content": "Oslo? Rome?"}],
                    "tools": _SDK_TOOLS,
                    "tool_choice": {"type": "auto"},
                },
                gateway={
                    "model": _MODEL,
                    "max_output_tokens": 4000,
                    "reasoning": {"budget_tokens": 2000},
                    "messages": [user("Oslo? Rome?")],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"mode": "TOOL_CHOICE_MODE_AUTO"},
                },
                answer=_THOUGHTS_AND_CALLS,
            ),
            Turn(
                sdk={
                    "model": _MODEL,
                    "max_tokens": 4000,
                    "thinking": _THINKING,
                    "messages": [
                        {"role": "user", "content": "Oslo? Rome?"},
                        {"role": "assistant", "content": last("content")},
                        {
                            "role": "user",
                            "content": [
                                _result("toolu_a", _text("Snow")),
                                _result("toolu_b", _text("Sun"), _SDK_PNG),
                            ],
                        },
                    ],
                    "tools": _SDK_TOOLS,
                },
                gateway={
                    "model": _MODEL,
                    "max_output_tokens": 4000,
                    "reasoning": {"budget_tokens": 2000},
                    "messages": [
                        user("Oslo? Rome?"),
                        ANSWER,
                        tool_result("toolu_a", "Snow"),
                        tool_result_parts(
                            "toolu_b", text_part("Sun"), png_part()
                        ),
                    ],
                    "tools": _OUR_TOOLS,
                },
            ),
        ),
    ),
    one(
        "images and a cached document",
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Which is red?"},
                        _SDK_PNG,
                        {
                            "type": "image",
                            "source": {
                                "type": "url",
                                "url": "https://a.example/b.png",
                            },
                        },
                        {
                            "type": "document",
                            "source": {
                                "type": "base64",
                                "media_type": "application/pdf",
                                "data": "JVBERg==",
                            },
                            "title": "paper.pdf",
                            "cache_control": {"type": "ephemeral"},
                        },
                    ],
                }
            ]
        },
        {
            "messages": [
                user_parts(
                    text_part("Which is red?"),
                    png_part(),
                    {"image": {"url": "https://a.example/b.png"}},
                    dict(pdf_part(), cache_control={}),
                )
            ]
        },
    ),
    one(
        "structured output",
        {
            "messages": [{"role": "user", "content": "Norway?"}],
            "output_config": {
                "format": {"type": "json_schema", "schema": ANSWER_SCHEMA}
            },
        },
        {
            "messages": [user("Norway?")],
            "response_format": {
                "json_schema": {
                    "name": "answer",
                    "schema": json.dumps(ANSWER_SCHEMA),
                }
            },
        },
    ),
    one(
        "cached instructions and a beginning",
        {
            "model": "claude-3-7-sonnet-20250219",
            "system": [
                {"type": "text", "text": "Be brief."},
                {
                    "type": "text",
                    "text": "Be kind.",
                    "cache_control": {"type": "ephemeral"},
                },
            ],
            "messages": [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "Well,"},
            ],
            "temperature": 0.5,
            "top_p": 0.25,
        },
        {
            "model": "claude-3-7-sonnet-20250219",
            "messages": [
                system("Be brief."),
                dict(system("Be kind."), cache_control={}),
                user("Hello"),
                {"role": "ROLE_ASSISTANT", "content": "Well,"},
            ],
            "temperature": 0.5,
            "top_p": 0.25,
        },
    ),
    one(
        "a strict tool that is called if any",
        {
            "messages": [{"role": "user", "content": "Norway?"}],
            "tools": [
                {
                    "name": "answer",
                    "input_schema": ANSWER_SCHEMA,
                    "strict": True,
                }
            ],
            "tool_choice": {"type": "any"},
        },
        {
            "messages": [user("Norway?")],
            "tools": [
                {
                    "name": "answer",
                    "parameters": json.dumps(ANSWER_SCHEMA),
                    "strict": True,
                }
            ],
            "tool_choice": {"mode": "TOOL_CHOICE_MODE_REQUIRED"},
        },
    ),
    one(
        "tools that are not called",
        {
            "messages": [{"role": "user", "content": "Oslo?"}],
            "tools": _SDK_TOOLS,
            "tool_choice": {"type": "none"},
        },
        {
            "messages": [user("Oslo?")],
            "tools": _OUR_TOOLS,
            "tool_choice": {"mode": "TOOL_CHOICE_MODE_NONE"},
        },
    ),
    one(
        "instructions midway",
        {
            "model": "claude-opus-5",
            "messages": [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "Hi"},
                {"role": "user", "content": "And now?"},
                {"role": "system", "content": "Be brief."},
            ],
        },
        {
            "model": "claude-opus-5",
            "messages": [
                user("Hello"),
                {"role": "ROLE_ASSISTANT", "content": "Hi"},
                user("And now?"),
                system("Be brief."),
            ],
        },
    ),
]
