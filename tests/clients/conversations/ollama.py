"""Ollama's own API."""

import json

from conversations.conversation import (
    ABSENT,
    ANSWER,
    ANSWER_SCHEMA,
    PNG_BASE64,
    WEATHER_SCHEMA,
    Conversation,
    Difference,
    Turn,
    last,
    png_part,
    system,
    text_part,
    tool_result,
    user,
    user_parts,
)

_MODEL = "qwen3"

_WEATHER = {"name": "get_weather", "description": "Weather of a city."}
_SDK_TOOLS = [
    {"type": "function", "function": dict(_WEATHER, parameters=WEATHER_SCHEMA)}
]
_OUR_TOOLS = [dict(_WEATHER, parameters=json.dumps(WEATHER_SCHEMA))]

_THOUGHTS_AND_CALLS = {
    "model": _MODEL,
    "message": {
        "role": "assistant",
        "content": "",
        "thinking": "One city.",
        "tool_calls": [
            {
                "id": "a",
                "function": {
                    "index": 0,
                    "name": "get_weather",
                    "arguments": {"city": "Oslo"},
                },
            }
        ],
    },
    "done": True,
    "done_reason": "stop",
}


def one(name, sdk, gateway, method="chat", **more):
    turn = Turn(
        sdk=dict({"model": _MODEL}, **sdk),
        gateway=dict({"model": _MODEL}, **gateway),
    )
    return Conversation(name, "ollama", method, (turn,), **more)


CONVERSATIONS = [
    one(
        "plain text",
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hello"},
            ]
        },
        {"messages": [system("Be brief."), user("Hello")]},
    ),
    one(
        "sampling",
        {
            "messages": [{"role": "user", "content": "Hello"}],
            "options": {
                "num_predict": 100,
                "temperature": 0.5,
                "top_p": 0.25,
                "seed": 7,
                "presence_penalty": 0.5,
                "frequency_penalty": -0.5,
                "stop": ["END", "STOP"],
            },
            "logprobs": True,
            "top_logprobs": 2,
        },
        {
            "messages": [user("Hello")],
            "max_output_tokens": 100,
            "temperature": 0.5,
            "top_p": 0.25,
            "seed": 7,
            "presence_penalty": 0.5,
            "frequency_penalty": -0.5,
            "stop": ["END", "STOP"],
            "logprobs": True,
            "top_logprobs": 2,
        },
    ),
    one(
        "stream",
        {"messages": [{"role": "user", "content": "Hello"}], "stream": True},
        {"messages": [user("Hello")]},
        rpc="RouteStream",
    ),
    Conversation(
        "a tool and thoughts in two turns",
        "ollama",
        "chat",
        (
            Turn(
                sdk={
                    "model": _MODEL,
                    "messages": [{"role": "user", "content": "Oslo?"}],
                    "tools": _SDK_TOOLS,
                    "think": True,
                },
                gateway={
                    "model": _MODEL,
                    "messages": [user("Oslo?")],
                    "tools": _OUR_TOOLS,
                    "reasoning": {"effort": "high"},
                },
                answer=_THOUGHTS_AND_CALLS,
            ),
            Turn(
                sdk={
                    "model": _MODEL,
                    "messages": [
                        {"role": "user", "content": "Oslo?"},
                        last("message"),
                        {
                            "role": "tool",
                            "tool_name": "get_weather",
                            "content": "Snow",
                        },
                    ],
                    "tools": _SDK_TOOLS,
                    "think": True,
                },
                gateway={
                    "model": _MODEL,
                    "messages": [
                        user("Oslo?"),
                        ANSWER,
                        tool_result("a", "Snow"),
                    ],
                    "tools": _OUR_TOOLS,
                    "reasoning": {"effort": "high"},
                },
            ),
        ),
        differences=(
            Difference(
                "2: body.messages[2].tool_call_id",
                ABSENT,
                "a",
                "The server takes it too, and some templates know a result by "
                "it (Ollama, api/types.go: Message.ToolCallID).",
            ),
        ),
    ),
    one(
        "any JSON",
        {
            "messages": [{"role": "user", "content": "Some JSON"}],
            "format": "json",
        },
        {
            "messages": [user("Some JSON")],
            "response_format": {"json_object": {}},
        },
    ),
    one(
        "an image",
        {
            "messages": [
                {
                    "role": "user",
                    "content": "Which colour?",
                    "images": [PNG_BASE64],
                }
            ]
        },
        {"messages": [user_parts(text_part("Which colour?"), png_part())]},
    ),
    one(
        "structured output",
        {
            "messages": [{"role": "user", "content": "Norway?"}],
            "format": ANSWER_SCHEMA,
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
        "embeddings",
        {"model": "embeddinggemma", "input": ["One", "Two"], "dimensions": 2},
        {"model": "embeddinggemma", "input": ["One", "Two"], "dimensions": 2},
        method="embed",
        rpc="Embed",
    ),
]
