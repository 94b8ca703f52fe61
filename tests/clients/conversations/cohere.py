"""Cohere's chat and vectors, version 2."""

import json

from conversations.conversation import (
    ANSWER,
    ANSWER_SCHEMA,
    PNG_URL,
    WEATHER_SCHEMA,
    Conversation,
    Turn,
    last,
    png_part,
    system,
    text_part,
    tool_result,
    user,
    user_parts,
)

_MODEL = "command-a-03-2025"
_SEER = "command-a-vision-07-2025"
_THINKER = "command-a-reasoning-08-2025"

_WEATHER = {"name": "get_weather", "description": "Weather of a city."}
_SDK_TOOLS = [
    {"type": "function", "function": dict(_WEATHER, parameters=WEATHER_SCHEMA)}
]
_OUR_TOOLS = [
    dict(_WEATHER, parameters=json.dumps(WEATHER_SCHEMA), strict=True)
]


def _call(call_id, city):
    arguments = json.dumps({"city": city})
    function = {"name": "get_weather", "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}


def _calls(**message):
    calls = [_call("a", "Oslo"), _call("b", "Rome")]
    return {
        "id": "c1",
        "finish_reason": "TOOL_CALL",
        "message": dict({"role": "assistant", "tool_calls": calls}, **message),
    }


def one(name, sdk, gateway, method="chat", **more):
    turn = Turn(
        sdk=dict({"model": _MODEL}, **sdk),
        gateway=dict({"model": _MODEL}, **gateway),
    )
    return Conversation(name, "cohere", method, (turn,), **more)


def _two_turns(name, model, message, sdk, gateway):
    """Tools that are called, and what the model said of its reasons."""
    return Conversation(
        name,
        "cohere",
        "chat",
        (
            Turn(
                sdk={
                    "model": model,
                    "messages": [{"role": "user", "content": "Oslo? Rome?"}],
                    "tools": _SDK_TOOLS,
                    "strictTools": True,
                    "toolChoice": "REQUIRED",
                    **sdk,
                },
                gateway={
                    "model": model,
                    "messages": [user("Oslo? Rome?")],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"mode": "TOOL_CHOICE_MODE_REQUIRED"},
                    **gateway,
                },
                answer=_calls(**message),
            ),
            Turn(
                sdk={
                    "model": model,
                    "messages": [
                        {"role": "user", "content": "Oslo? Rome?"},
                        last("message"),
                        {"role": "tool", "toolCallId": "a", "content": "Snow"},
                        {"role": "tool", "toolCallId": "b", "content": "Sun"},
                    ],
                    "tools": _SDK_TOOLS,
                    "strictTools": True,
                    **sdk,
                },
                gateway={
                    "model": model,
                    "messages": [
                        user("Oslo? Rome?"),
                        ANSWER,
                        tool_result("a", "Snow"),
                        tool_result("b", "Sun"),
                    ],
                    "tools": _OUR_TOOLS,
                    **gateway,
                },
            ),
        ),
    )


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
            "maxTokens": 100,
            "temperature": 0.5,
            "p": 0.25,
            "stopSequences": ["END", "STOP"],
            "seed": 7,
            "presencePenalty": 0.5,
            "frequencyPenalty": 0.25,
            "logprobs": True,
        },
        {
            "messages": [user("Hello")],
            "max_output_tokens": 100,
            "temperature": 0.5,
            "top_p": 0.25,
            "stop": ["END", "STOP"],
            "seed": 7,
            "presence_penalty": 0.5,
            "frequency_penalty": 0.25,
            "logprobs": True,
        },
    ),
    one(
        "stream",
        {"messages": [{"role": "user", "content": "Hello"}]},
        {"messages": [user("Hello")]},
        method="chatStream",
        rpc="RouteStream",
    ),
    _two_turns(
        "tools and a plan in two turns",
        _MODEL,
        {"tool_plan": "I look them up."},
        {},
        {},
    ),
    _two_turns(
        "tools and thoughts in two turns",
        _THINKER,
        {"content": [{"type": "thinking", "thinking": "Two cities."}]},
        {"thinking": {"type": "enabled", "tokenBudget": 500}},
        {"reasoning": {"budget_tokens": 500}},
    ),
    one(
        "images",
        {
            "model": _SEER,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Which is red?"},
                        {"type": "image_url", "imageUrl": {"url": PNG_URL}},
                        {
                            "type": "image_url",
                            "imageUrl": {
                                "url": "https://a.example/b.png",
                                "detail": "low",
                            },
                        },
                    ],
                }
            ],
        },
        {
            "model": _SEER,
            "messages": [
                user_parts(
                    text_part("Which is red?"),
                    png_part(),
                    {
                        "image": {
                            "url": "https://a.example/b.png",
                            "detail": "low",
                        }
                    },
                )
            ],
        },
    ),
    one(
        "structured output",
        {
            "messages": [{"role": "user", "content": "Norway?"}],
            "responseFormat": {
                "type": "json_object",
                "jsonSchema": ANSWER_SCHEMA,
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
        "embeddings",
        {
            "model": "embed-v4.0",
            "texts": ["One", "Two"],
            "inputType": "search_document",
            "embeddingTypes": ["float"],
            "outputDimension": 256,
        },
        {
            "model": "embed-v4.0",
            "input": ["One", "Two"],
            "input_type": "search_document",
            "dimensions": 256,
        },
        method="embed",
        rpc="Embed",
    ),
]
