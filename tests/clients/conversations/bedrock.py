"""Bedrock's Converse, signed and with a key of its own."""

import json

from conversations.conversation import (
    ANSWER,
    ANSWER_SCHEMA,
    WEATHER_SCHEMA,
    Conversation,
    Turn,
    last,
    system,
    tool_result,
    user,
)

_METHOD = "ConverseCommand"
_MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"

SDK_TOOLS = [
    {
        "toolSpec": {
            "name": "get_weather",
            "description": "Weather of a city.",
            "inputSchema": {"json": WEATHER_SCHEMA},
        }
    },
    {"cachePoint": {"type": "default"}},
]
OUR_TOOLS = [
    {
        "name": "get_weather",
        "description": "Weather of a city.",
        "parameters": json.dumps(WEATHER_SCHEMA),
        "cache_control": {},
    }
]


def _compact(schema):
    """Returns a schema as text, which is how Bedrock wants it."""
    return json.dumps(schema, separators=(",", ":"))


def says(text):
    return {"role": "user", "content": [{"text": text}]}


def use(use_id, city):
    use = {"toolUseId": use_id, "name": "get_weather", "input": {"city": city}}
    return {"toolUse": use}


def _result(use_id, text):
    return {"toolResult": {"toolUseId": use_id, "content": [{"text": text}]}}


def _thought(text):
    sealed = {"text": text, "signature": "c2VhbA=="}
    return {"reasoningContent": {"reasoningText": sealed}}


_THOUGHTS_AND_USES = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [
                _thought("Two cities."),
                {"text": "I look them up."},
                {"reasoningContent": {"redactedContent": "aGlkZGVu"}},
                use("a", "Oslo"),
                _thought(""),
                use("b", "Rome"),
            ],
        }
    },
    "stopReason": "tool_use",
    "usage": {"inputTokens": 5, "outputTokens": 9, "totalTokens": 14},
    "metrics": {"latencyMs": 1},
}


def one(name, sdk, gateway, client="bedrock", method=_METHOD, **more):
    turn = Turn(
        sdk=dict({"modelId": _MODEL}, **sdk),
        gateway=dict({"model": _MODEL}, **gateway),
    )
    return Conversation(name, client, method, (turn,), **more)


def _plain(client):
    return one(
        "plain text",
        {"system": [{"text": "Be brief."}], "messages": [says("Hello")]},
        {"messages": [system("Be brief."), user("Hello")]},
        client=client,
    )


_SDK_THINKING = {"thinking": {"type": "enabled", "budget_tokens": 2000}}

CONVERSATIONS = [
    _plain("bedrock"),
    one(
        "sampling",
        {
            "modelId": "amazon.nova-lite-v1:0",
            "messages": [says("Hello")],
            "inferenceConfig": {
                "maxTokens": 100,
                "temperature": 0.5,
                "topP": 0.25,
                "stopSequences": ["END", "STOP"],
            },
            "serviceTier": {"type": "priority"},
        },
        {
            "model": "amazon.nova-lite-v1:0",
            "messages": [user("Hello")],
            "max_output_tokens": 100,
            "temperature": 0.5,
            "top_p": 0.25,
            "stop": ["END", "STOP"],
            "service_tier": "priority",
        },
    ),
    one(
        "stream",
        {"messages": [says("Hello")]},
        {"messages": [user("Hello")]},
        method="ConverseStreamCommand",
        rpc="RouteStream",
    ),
    one(
        "a forced tool",
        {
            "messages": [says("Oslo?")],
            "toolConfig": {
                "tools": SDK_TOOLS,
                "toolChoice": {"tool": {"name": "get_weather"}},
            },
        },
        {
            "messages": [user("Oslo?")],
            "tools": OUR_TOOLS,
            "tool_choice": {"name": "get_weather"},
        },
    ),
    Conversation(
        "tools and thoughts in two turns",
        "bedrock",
        _METHOD,
        (
            Turn(
                sdk={
                    "modelId": _MODEL,
                    "messages": [says("Oslo? Rome?")],
                    "inferenceConfig": {"maxTokens": 4000},
                    "toolConfig": {
                        "tools": SDK_TOOLS,
                        "toolChoice": {"auto": {}},
                    },
                    "additionalModelRequestFields": _SDK_THINKING,
                },
                gateway={
                    "model": _MODEL,
                    "messages": [user("Oslo? Rome?")],
                    "max_output_tokens": 4000,
                    "tools": OUR_TOOLS,
                    "tool_choice": {"mode": "TOOL_CHOICE_MODE_AUTO"},
                    "reasoning": {"budget_tokens": 2000},
                },
                answer=_THOUGHTS_AND_USES,
            ),
            Turn(
                sdk={
                    "modelId": _MODEL,
                    "messages": [
                        says("Oslo? Rome?"),
                        last("output", "message"),
                        {
                            "role": "user",
                            "content": [
                                _result("a", "Snow"),
                                _result("b", "Sun"),
                            ],
                        },
                    ],
                    "inferenceConfig": {"maxTokens": 4000},
                    "toolConfig": {"tools": SDK_TOOLS},
                    "additionalModelRequestFields": _SDK_THINKING,
                },
                gateway={
                    "model": _MODEL,
                    "messages": [
                        user("Oslo? Rome?"),
                        ANSWER,
                        tool_result("a", "Snow"),
                        tool_result("b", "Sun"),
                    ],
                    "max_output_tokens": 4000,
                    "tools": OUR_TOOLS,
                    "reasoning": {"budget_tokens": 2000},
                },
            ),
        ),
    ),
    one(
        "any tool and what none takes",
        {
            "modelId": "amazon.nova-pro-v1:0",
            "messages": [says("Oslo?")],
            "toolConfig": {
                "tools": [
                    SDK_TOOLS[0],
                    {
                        "toolSpec": {
                            "name": "get_time",
                            "inputSchema": {
                                "json": {"type": "object", "properties": {}}
                            },
                        }
                    },
                ],
                "toolChoice": {"any": {}},
            },
        },
        {
            "model": "amazon.nova-pro-v1:0",
            "messages": [user("Oslo?")],
            "tools": [
                {
                    "name": "get_weather",
                    "description": "Weather of a city.",
                    "parameters": json.dumps(WEATHER_SCHEMA),
                },
                {"name": "get_time"},
            ],
            "tool_choice": {"mode": "TOOL_CHOICE_MODE_REQUIRED"},
        },
    ),
    one(
        "cached instructions",
        {
            "system": [
                {"text": "Be brief."},
                {"cachePoint": {"type": "default"}},
            ],
            "messages": [says("Hello")],
        },
        {
            "messages": [
                dict(system("Be brief."), cache_control={}),
                user("Hello"),
            ]
        },
    ),
    one(
        "structured output",
        {
            "messages": [says("Norway?")],
            "outputConfig": {
                "textFormat": {
                    "type": "json_schema",
                    "structure": {
                        "jsonSchema": {
                            "name": "answer",
                            "schema": _compact(ANSWER_SCHEMA),
                        }
                    },
                }
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
        "a profile by its name at AWS",
        {
            "modelId": "arn:aws:bedrock:eu-central-1:123456789012:"
            "inference-profile/eu.amazon.nova-lite-v1:0",
            "messages": [says("Hello")],
        },
        {
            "model": "arn:aws:bedrock:eu-central-1:123456789012:"
            "inference-profile/eu.amazon.nova-lite-v1:0",
            "messages": [user("Hello")],
        },
    ),
    one(
        "embeddings",
        {
            "modelId": "amazon.titan-embed-text-v2:0",
            "contentType": "application/json",
            "accept": "application/json",
            "body": json.dumps({"inputText": "One", "dimensions": 256}),
        },
        {
            "model": "amazon.titan-embed-text-v2:0",
            "input": ["One"],
            "dimensions": 256,
        },
        method="InvokeModelCommand",
        rpc="Embed",
    ),
    one(
        "embeddings of Cohere's",
        {
            "modelId": "cohere.embed-v4:0",
            "contentType": "application/json",
            "accept": "application/json",
            "body": json.dumps(
                {
                    "texts": ["One", "Two"],
                    "input_type": "search_query",
                    "embedding_types": ["float"],
                }
            ),
        },
        {
            "model": "cohere.embed-v4:0",
            "input": ["One", "Two"],
            "input_type": "search_query",
        },
        method="InvokeModelCommand",
        rpc="Embed",
    ),
    _plain("bedrock-key"),
]
