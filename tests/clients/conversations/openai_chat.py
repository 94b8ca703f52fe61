"""OpenAI's chat completions."""

import json

from conversations.conversation import (
    ABSENT,
    ANSWER,
    ANSWER_SCHEMA,
    PNG_URL,
    WEATHER_SCHEMA,
    Conversation,
    Difference,
    Turn,
    last,
    pdf_part,
    png_part,
    system,
    text_part,
    tool_result,
    user,
    user_parts,
)

_METHOD = "chat.completions.create"
_MODEL = "gpt-4o"

_WEATHER = {
    "name": "get_weather",
    "description": "Weather of a city.",
    "parameters": WEATHER_SCHEMA,
}
_SDK_TOOLS = [
    {"type": "function", "function": dict(_WEATHER, strict=False)},
    {"type": "function", "function": {"name": "get_time"}},
]
_OUR_TOOLS = [
    dict(_WEATHER, parameters=json.dumps(WEATHER_SCHEMA), strict=False),
    {"name": "get_time"},
]


def _call(call_id, city):
    arguments = json.dumps({"city": city})
    function = {"name": "get_weather", "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}


def _result(call_id, text):
    return {"role": "tool", "tool_call_id": call_id, "content": text}


def _answer(finish_reason, **message):
    choice = {"index": 0, "finish_reason": finish_reason}
    choice["message"] = {"role": "assistant", "content": None, **message}
    answer = {"id": "c1", "object": "chat.completion", "created": 1}
    return dict(answer, model=_MODEL, choices=[choice])


_CALLS = _answer(
    "tool_calls", tool_calls=[_call("a", "Oslo"), _call("b", "Rome")]
)
_REFUSAL = _answer("stop", refusal="No.")

def one(
    name, sdk, gateway, client="openai", model=_MODEL, method=_METHOD, **more
):
    turn = Turn(
        sdk=dict({"model": model}, **sdk),
        gateway=dict({"model": model}, **gateway),
    )
    return Conversation(name, client, method, (turn,), **more)


def plain(**where):
    return one(
        "plain text",
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hello"},
            ]
        },
        {"messages": [system("Be brief."), user("Hello")]},
        **where,
    )


def stream(**where):
    return one(
        "stream",
        {
            "messages": [{"role": "user", "content": "Hello"}],
            "stream": True,
            "stream_options": {"include_usage": True},
        },
        {"messages": [user("Hello")]},
        rpc="RouteStream",
        **where,
    )


# What both call by the same names.
_SAMPLING = {
    "temperature": 0.5,
    "top_p": 0.25,
    "n": 2,
    "stop": ["END", "STOP"],
    "seed": 7,
    "presence_penalty": 0.5,
    "frequency_penalty": -0.5,
    "logit_bias": {"1734": -100},
    "logprobs": True,
    "top_logprobs": 2,
    "user": "someone",
    "service_tier": "flex",
}

CONVERSATIONS = [
    plain(),
    one(
        "sampling",
        {
            "messages": [{"role": "user", "content": "Hello"}],
            "max_completion_tokens": 100,
            **_SAMPLING,
        },
        {
            "messages": [user("Hello")],
            "max_output_tokens": 100,
            **_SAMPLING,
        },
    ),
    stream(),
    Conversation(
        "tools in two turns",
        "openai",
        _METHOD,
        (
            Turn(
                sdk={
                    "model": _MODEL,
                    "messages": [{"role": "user", "content": "Oslo? Rome?"}],
                    "tools": _SDK_TOOLS,
                    "tool_choice": {
                        "type": "function",
                        "function": {"name": "get_weather"},
                    },
                    "parallel_tool_calls": True,
                },
                gateway={
                    "model": _MODEL,
                    "messages": [user("Oslo? Rome?")],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"name": "get_weather"},
                    "parallel_tool_calls": True,
                },
                answer=_CALLS,
            ),
            Turn(
                sdk={
                    "model": _MODEL,
                    "messages": [
                        {"role": "user", "content": "Oslo? Rome?"},
                        last("choices", 0, "message"),
                        _result("a", "Snow"),
                        _result("b", "Sun"),
                    ],
                    "tools": _SDK_TOOLS,
                    "tool_choice": "required",
                },
                gateway={
                    "model": _MODEL,
                    "messages": [
                        user("Oslo? Rome?"),
                        ANSWER,
                        tool_result("a", "Snow"),
                        tool_result("b", "Sun"),
                    ],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"mode": "TOOL_CHOICE_MODE_REQUIRED"},
                },
            ),
        ),
        differences=tuple(
            Difference(
                f"{turn}: body.tools[1].function.parameters",
                ABSENT,
                {"type": "object", "properties": {}},
                "Left out it means that there are none (OpenAI, functions: "
                "`parameters`), and so does this, which stricter servers of "
                "the same dialect want.",
            )
            for turn in (1, 2)
        ),
    ),
    one(
        "images",
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Which is red?"},
                        {"type": "image_url", "image_url": {"url": PNG_URL}},
                        {
                            "type": "image_url",
                            "image_url": {
                                "url": "https://a.example/b.png",
                                "detail": "low",
                            },
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
                    {
                        "image": {
                            "url": "https://a.example/b.png",
                            "detail": "low",
                        }
                    },
                )
            ]
        },
    ),
    one(
        "structured output",
        {
            "messages": [{"role": "user", "content": "Norway?"}],
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "answer",
                    "schema": ANSWER_SCHEMA,
                    "strict": True,
                },
            },
        },
        {
            "messages": [user("Norway?")],
            "response_format": {
                "json_schema": {
                    "name": "answer",
                    "schema": json.dumps(ANSWER_SCHEMA),
                    "strict": True,
                }
            },
        },
    ),
    one(
        "reasoning",
        {
            "model": "o3",
            "messages": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": "Hello"},
            ],
            "reasoning_effort": "high",
            "max_completion_tokens": 1000,
        },
        {
            "model": "o3",
            "messages": [
                {"role": "ROLE_DEVELOPER", "content": "Be brief."},
                user("Hello"),
            ],
            "reasoning": {"effort": "high"},
            "max_output_tokens": 1000,
        },
    ),
    one(
        "embeddings",
        {
            "model": "text-embedding-3-small",
            "input": ["One", "Two"],
            "dimensions": 2,
            "user": "someone",
        },
        {
            "model": "text-embedding-3-small",
            "input": ["One", "Two"],
            "dimensions": 2,
            "user": "someone",
        },
        method="embeddings.create",
        rpc="Embed",
    ),
    one(
        "tools that are not called",
        {
            "messages": [{"role": "user", "content": "Oslo?"}],
            "tools": _SDK_TOOLS[:1],
            "tool_choice": "none",
            "parallel_tool_calls": False,
        },
        {
            "messages": [user("Oslo?")],
            "tools": _OUR_TOOLS[:1],
            "tool_choice": {"mode": "TOOL_CHOICE_MODE_NONE"},
            "parallel_tool_calls": False,
        },
    ),
    one(
        "names, sound and documents",
        {
            "messages": [
                {
                    "role": "user",
                    "name": "Ann",
                    "content": [
                        {"type": "text", "text": "What are these?"},
                        {
                            "type": "input_audio",
                            "input_audio": {
                                "data": "UklGRg==",
                                "format": "wav",
                            },
                        },
                        {
                            "type": "file",
                            "file": {
                                "filename": "paper.pdf",
                                "file_data": "data:application/pdf"
                                ";base64,JVBERg==",
                            },
                        },
                        {"type": "file", "file": {"file_id": "f1"}},
                    ],
                },
            ],
        },
        {
            "messages": [
                dict(
                    user_parts(
                        text_part("What are these?"),
                        {
                            "audio": {
                                "data": "UklGRg==",
                                "media_type": "audio/wav",
                            }
                        },
                        pdf_part(),
                        {"file": {"file_id": "f1"}},
                    ),
                    name="Ann",
                )
            ],
        },
    ),
    Conversation(
        "any JSON, and a refusal",
        "openai",
        _METHOD,
        (
            Turn(
                sdk={
                    "model": _MODEL,
                    "messages": [{"role": "user", "content": "Some JSON"}],
                    "response_format": {"type": "json_object"},
                },
                gateway={
                    "model": _MODEL,
                    "messages": [user("Some JSON")],
                    "response_format": {"json_object": {}},
                },
                answer=_REFUSAL,
            ),
            Turn(
                sdk={
                    "model": _MODEL,
                    "messages": [
                        {"role": "user", "content": "Some JSON"},
                        last("choices", 0, "message"),
                        {"role": "user", "content": "Why?"},
                    ],
                },
                gateway={
                    "model": _MODEL,
                    "messages": [user("Some JSON"), ANSWER, user("Why?")],
                },
            ),
        ),
    ),
    one(
        "embeddings of tokens",
        {"input": [[1, 2], [3]]},
        {"token_inputs": [{"tokens": [1, 2]}, {"tokens": [3]}]},
        model="text-embedding-3-small",
        method="embeddings.create",
        rpc="Embed",
    ),
]
