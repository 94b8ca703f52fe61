"""Gemini's generateContent, with a key of Google AI Studio."""

import json

from conversations.conversation import (
    ABSENT,
    ANSWER,
    ANSWER_SCHEMA,
    WEATHER_SCHEMA,
    Conversation,
    Difference,
    Turn,
    last,
    system,
    tool_result,
    user,
)

_METHOD = "models.generateContent"
_MODEL = "gemini-2.5-flash"
_THINKER = "gemini-3-pro-preview"

_SDK_TOOLS = [
    {
        "functionDeclarations": [
            {
                "name": "get_weather",
                "description": "Weather of a city.",
                "parametersJsonSchema": WEATHER_SCHEMA,
            },
            {"name": "get_time"},
        ]
    }
]
_OUR_TOOLS = [
    {
        "name": "get_weather",
        "description": "Weather of a city.",
        "parameters": json.dumps(WEATHER_SCHEMA),
    },
    {"name": "get_time"},
]


def _call(call_id, city):
    return {"id": call_id, "name": "get_weather", "args": {"city": city}}


_THOUGHTS_AND_CALLS = {
    "candidates": [
        {
            "content": {
                "role": "model",
                "parts": [
                    {
                        "functionCall": _call("a", "Oslo"),
                        "thoughtSignature": "c2VhbA==",
                    },
                    {"functionCall": _call("b", "Rome")},
                ],
            },
            "finishReason": "STOP",
        }
    ],
    "responseId": "r1",
    "modelVersion": _THINKER,
}


def one(name, sdk, gateway, client="gemini", method=_METHOD, **more):
    turn = Turn(
        sdk=dict({"model": _MODEL}, **sdk),
        gateway=dict({"model": _MODEL}, **gateway),
    )
    return Conversation(name, client, method, (turn,), **more)


def plain(client):
    return one(
        "plain text",
        {"contents": "Hello", "config": {"systemInstruction": "Be brief."}},
        {"messages": [system("Be brief."), user("Hello")]},
        client=client,
    )


def stream(client):
    return one(
        "stream",
        {"contents": "Hello"},
        {"messages": [user("Hello")]},
        client=client,
        method="models.generateContentStream",
        rpc="RouteStream",
    )


def _result(call_id, text):
    return {
        "functionResponse": {
            "id": call_id,
            "name": "get_weather",
            "response": {"output": text},
        }
    }


def two_turns(client):
    thinking = {"includeThoughts": True, "thinkingLevel": "HIGH"}
    return Conversation(
        "tools and thoughts in two turns",
        client,
        _METHOD,
        (
            Turn(
                sdk={
                    "model": _THINKER,
                    "contents": "Oslo? Rome?",
                    "config": {
                        "tools": _SDK_TOOLS,
                        "toolConfig": {
                            "functionCallingConfig": {
                                "mode": "ANY",
                                "allowedFunctionNames": ["get_weather"],
                            }
                        },
                        "thinkingConfig": thinking,
                    },
                },
                gateway={
                    "model": _THINKER,
                    "messages": [user("Oslo? Rome?")],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"name": "get_weather"},
                    "reasoning": {"effort": "high"},
                },
                answer=_THOUGHTS_AND_CALLS,
            ),
            Turn(
                sdk={
                    "model": _THINKER,
                    "contents": [
                        {"role": "user", "parts": [{"text": "Oslo? Rome?"}]},
                        last("candidates", 0, "content"),
                        {
                            "role": "user",
                            "parts": [
                                _result("a", "Snow"),
                                _result("b", "Sun"),
                            ],
                        },
                    ],
                    "config": {
                        "tools": _SDK_TOOLS,
                        "toolConfig": {
                            "functionCallingConfig": {"mode": "AUTO"}
                        },
                        "thinkingConfig": thinking,
                    },
                },
                gateway={
                    "model": _THINKER,
                    "messages": [
                        user("Oslo? Rome?"),
                        ANSWER,
                        tool_result("a", "Snow"),
                        tool_result("b", "Sun"),
                    ],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"mode": "TOOL_CHOICE_MODE_AUTO"},
                    "reasoning": {"effort": "high"},
                },
            ),
        ),
    )


def _sealed_text(client):
    """A thought that can be read, and a seal on the text that follows."""
    thought = {"text": "Greet.", "thought": True}
    text = {"text": "Hi", "thoughtSignature": "c2VhbA=="}
    answer = {
        "candidates": [
            {
                "content": {"role": "model", "parts": [thought, text]},
                "finishReason": "STOP",
            }
        ]
    }
    thinking = {"includeThoughts": True, "thinkingLevel": "LOW"}
    asked = {"thinkingConfig": thinking}
    return Conversation(
        "thoughts in two turns",
        client,
        _METHOD,
        (
            Turn(
                sdk={"model": _THINKER, "contents": "Hello", "config": asked},
                gateway={
                    "model": _THINKER,
                    "messages": [user("Hello")],
                    "reasoning": {"effort": "low"},
                },
                answer=answer,
            ),
            Turn(
                sdk={
                    "model": _THINKER,
                    "contents": [
                        {"role": "user", "parts": [{"text": "Hello"}]},
                        last("candidates", 0, "content"),
                        {"role": "user", "parts": [{"text": "And now?"}]},
                    ],
                    "config": asked,
                },
                gateway={
                    "model": _THINKER,
                    "messages": [user("Hello"), ANSWER, user("And now?")],
                    "reasoning": {"effort": "low"},
                },
            ),
        ),
        differences=(
            Difference(
                "2: body.contents[1].parts",
                [thought, text],
                [text],
                "A thought's summary is for people to read; what the model "
                "goes on from is the seal (Google, thought signatures: parts "
                "that have one go back).",
            ),
        ),
    )


CONVERSATIONS = [
    plain("gemini"),
    one(
        "sampling",
        {
            "contents": "Hello",
            "config": {
                "maxOutputTokens": 100,
                "temperature": 0.5,
                "topP": 0.25,
                "candidateCount": 1,
                "stopSequences": ["END", "STOP"],
                "seed": 7,
                "presencePenalty": 0.5,
                "frequencyPenalty": -0.5,
                "responseLogprobs": True,
                "logprobs": 2,
            },
        },
        {
            "messages": [user("Hello")],
            "max_output_tokens": 100,
            "temperature": 0.5,
            "top_p": 0.25,
            "n": 1,
            "stop": ["END", "STOP"],
            "seed": 7,
            "presence_penalty": 0.5,
            "frequency_penalty": -0.5,
            "logprobs": True,
            "top_logprobs": 2,
        },
    ),
    stream("gemini"),
    two_turns("gemini"),
    one(
        "structured output",
        {
            "contents": "Norway?",
            "config": {
                "responseMimeType": "application/json",
                "responseJsonSchema": ANSWER_SCHEMA,
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
            "model": "gemini-embedding-001",
            "contents": ["One", "Two"],
            "config": {
                "taskType": "RETRIEVAL_DOCUMENT",
                "outputDimensionality": 2,
            },
        },
        {
            "model": "gemini-embedding-001",
            "input": ["One", "Two"],
            "input_type": "search_document",
            "dimensions": 2,
        },
        method="models.embedContent",
        rpc="Embed",
    ),
    one(
        "a tool of an older model",
        {
            "model": "gemini-2.0-flash",
            "contents": "Oslo?",
            "config": {
                "tools": [
                    {
                        "functionDeclarations": [
                            {
                                "name": "get_weather",
                                "description": "Weather of a city.",
                                "parameters": {
                                    "type": "OBJECT",
                                    "properties": {"city": {"type": "STRING"}},
                                    "required": ["city"],
                                },
                            }
                        ]
                    }
                ],
                "toolConfig": {"functionCallingConfig": {"mode": "NONE"}},
            },
        },
        {
            "model": "gemini-2.0-flash",
            "messages": [user("Oslo?")],
            "tools": _OUR_TOOLS[:1],
            "tool_choice": {"mode": "TOOL_CHOICE_MODE_NONE"},
        },
        differences=(
            Difference(
                "1: body.tools[0].functionDeclarations[0].parameters"
                ".propertyOrdering",
                ABSENT,
                ["city"],
                "Says in which order the schema names its properties, which a "
                "map does not (Google, Schema.propertyOrdering).",
            ),
        ),
    ),
    one(
        "a strict tool and a history",
        {
            "contents": [
                {"role": "user", "parts": [{"text": "Hello"}]},
                {"role": "model", "parts": [{"text": "Hi"}]},
                {"role": "user", "parts": [{"text": "Norway?"}]},
            ],
            "config": {
                "tools": [
                    {
                        "functionDeclarations": [
                            {
                                "name": "answer",
                                "parametersJsonSchema": ANSWER_SCHEMA,
                            }
                        ]
                    }
                ],
                "toolConfig": {"functionCallingConfig": {"mode": "VALIDATED"}},
            },
        },
        {
            "messages": [
                user("Hello"),
                {"role": "ROLE_ASSISTANT", "content": "Hi"},
                user("Norway?"),
            ],
            "tools": [
                {
                    "name": "answer",
                    "parameters": json.dumps(ANSWER_SCHEMA),
                    "strict": True,
                }
            ],
        },
    ),
    _sealed_text("gemini"),
]
