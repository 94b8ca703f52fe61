"""Mistral's chat completions: of those like OpenAI's the most unlike them."""

import json

from conversations.conversation import (
    ANSWER,
    ANSWER_SCHEMA,
    PNG_URL,
    WEATHER_SCHEMA,
    Conversation,
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

_MODEL = "mistral-medium-latest"

_WEATHER = {"name": "get_weather", "description": "Weather of a city."}
_SDK_TOOLS = [
    {"type": "function", "function": dict(_WEATHER, parameters=WEATHER_SCHEMA)}
]
_OUR_TOOLS = [dict(_WEATHER, parameters=json.dumps(WEATHER_SCHEMA))]


def _call(call_id, city):
    arguments = json.dumps({"city": city})
    function = {"name": "get_weather", "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}


_THOUGHTS_AND_CALLS = {
    "id": "c1",
    "object": "chat.completion",
    "created": 1,
    "model": _MODEL,
    "usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14},
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": [
                    {
                        "type": "thinking",
                        "thinking": [{"type": "text", "text": "Two cities."}],
                        "signature": "c2VhbA==",
                    },
                    {"type": "text", "text": "I look them up."},
                ],
                "tool_calls": [
                    _call("abcdef123", "Oslo"),
                    _call("abcdef456", "Rome"),
                ],
            },
            "finish_reason": "tool_calls",
        }
    ],
}


def one(name, sdk, gateway, method="chat.complete", **more):
    turn = Turn(
        sdk=dict({"model": _MODEL}, **sdk),
        gateway=dict({"model": _MODEL}, **gateway),
    )
    return Conversation(name, "mistral", method, (turn,), **more)


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
            "messages": [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "Well,", "prefix": True},
            ],
            "maxTokens": 100,
            "temperature": 0.5,
            "topP": 0.25,
            "n": 2,
            "stop": ["END", "STOP"],
            "randomSeed": 7,
            "presencePenalty": 0.5,
            "frequencyPenalty": -0.5,
        },
        {
            "messages": [
                user("Hello"),
                {"role": "ROLE_ASSISTANT", "content": "Well,"},
            ],
            "max_output_tokens": 100,
            "temperature": 0.5,
            "top_p": 0.25,
            "n": 2,
            "stop": ["END", "STOP"],
            "seed": 7,
            "presence_penalty": 0.5,
            "frequency_penalty": -0.5,
        },
    ),
    one(
        "stream",
        {"messages": [{"role": "user", "content": "Hello"}]},
        {"messages": [user("Hello")]},
        method="chat.stream",
        rpc="RouteStream",
    ),
    Conversation(
        "tools and thoughts in two turns",
        "mistral",
        "chat.complete",
        (
            Turn(
                sdk={
                    "model": _MODEL,
                    "messages": [{"role": "user", "content": "Oslo? Rome?"}],
                    "tools": _SDK_TOOLS,
                    "toolChoice": {
                        "type": "function",
                        "function": {"name": "get_weather"},
                    },
                    "parallelToolCalls": True,
                    "reasoningEffort": "high",
                },
                gateway={
                    "model": _MODEL,
                    "messages": [user("Oslo? Rome?")],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"name": "get_weather"},
                    "parallel_tool_calls": True,
                    "reasoning": {"effort": "high"},
                },
                answer=_THOUGHTS_AND_CALLS,
            ),
            Turn(
                sdk={
                    "model": _MODEL,
                    "messages": [
                        {"role": "user", "content": "Oslo? Rome?"},
                        last("choices", 0, "message"),
                        {
                            "role": "tool",
                            "toolCallId": "abcdef123",
                            "content": "Snow",
                        },
                        {
                            "role": "tool",
                            "toolCallId": "abcdef456",
                            "content": "Sun",
                        },
                    ],
                    "tools": _SDK_TOOLS,
                    "toolChoice": "required",
                },
                gateway={
                    "model": _MODEL,
                    "messages": [
                        user("Oslo? Rome?"),
                        ANSWER,
                        tool_result("abcdef123", "Snow"),
                        tool_result("abcdef456", "Sun"),
                    ],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"mode": "TOOL_CHOICE_MODE_REQUIRED"},
                },
            ),
        ),
    ),
    one(
        "images, sound and documents",
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What are these?"},
                        {"type": "image_url", "imageUrl": {"url": PNG_URL}},
                        {"type": "input_audio", "inputAudio": "UklGRg=="},
                        {
                            "type": "document_url",
                            "documentUrl": "data:application/pdf;base64,"
                            "JVBERg==",
                            "documentName": "paper.pdf",
                        },
                        {
                            "type": "document_url",
                            "documentUrl": "https://a.example/b.pdf",
                        },
                        {"type": "file", "fileId": "f1"},
                    ],
                }
            ]
        },
        {
            "messages": [
                user_parts(
                    text_part("What are these?"),
                    png_part(),
                    {
                        "audio": {
                            "data": "UklGRg==",
                            "media_type": "audio/wav",
                        }
                    },
                    pdf_part(),
                    {"file": {"url": "https://a.example/b.pdf"}},
                    {"file": {"file_id": "f1"}},
                )
            ]
        },
    ),
    one(
        "structured output",
        {
            "messages": [{"role": "user", "content": "Norway?"}],
            "responseFormat": {
                "type": "json_schema",
                "jsonSchema": {
                    "name": "answer",
                    "schemaDefinition": ANSWER_SCHEMA,
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
        "embeddings",
        {
            "model": "codestral-embed",
            "inputs": ["One", "Two"],
            "outputDimension": 256,
        },
        {
            "model": "codestral-embed",
            "input": ["One", "Two"],
            "dimensions": 256,
        },
        method="embeddings.create",
        rpc="Embed",
    ),
]
