"""OpenAI's Responses API."""

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
    last_items,
    pdf_part,
    png_part,
    system,
    text_part,
    tool_result,
    user,
    user_parts,
)

_CLIENT = "openai-responses"
_METHOD = "responses.create"
_MODEL = "gpt-5.5"

# How one asks for answers of which the vendor keeps nothing.
_KEEPING = {"store": False, "include": ["reasoning.encrypted_content"]}

_SDK_TOOLS = [
    {
        "type": "function",
        "name": "get_weather",
        "description": "Weather of a city.",
        "parameters": WEATHER_SCHEMA,
        "strict": False,
    }
]
_OUR_TOOLS = [
    {
        "name": "get_weather",
        "description": "Weather of a city.",
        "parameters": json.dumps(WEATHER_SCHEMA),
    }
]


def _not_kept(item, item_id):
    """What of an item is not sent back."""
    why = (
        "Both are optional in what is sent (OpenAI, responses: input items). "
        "The id is of an item that the vendor did not keep (`store: false`); "
        "what joins a call and its result is `call_id`."
    )
    return (
        Difference(item + ".id", item_id, ABSENT, why),
        Difference(item + ".status", "completed", ABSENT, why),
    )


def _call(call_id, city):
    return {
        "type": "function_call",
        "id": "fc_" + call_id,
        "call_id": call_id,
        "name": "get_weather",
        "arguments": json.dumps({"city": city}),
        "status": "completed",
    }


_THOUGHT = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "Two cities."}],
    "encrypted_content": "c2VhbGVk",
}


def _answer(*output):
    answer = {"id": "r1", "object": "response", "created_at": 1}
    answer.update(model=_MODEL, status="completed", output=list(output))
    return answer



def one(name, sdk, gateway, client=_CLIENT, model=_MODEL, **more):
    turn = Turn(
        sdk=dict(sdk, model=model, **_KEEPING),
        gateway=dict(gateway, model=model),
    )
    return Conversation(name, client, _METHOD, (turn,), **more)


def plain(**where):
    return one(
        "plain text",
        {"instructions": "Be brief.", "input": "Hello"},
        {"messages": [system("Be brief."), user("Hello")]},
        **where,
    )


CONVERSATIONS = [
    plain(),
    one(
        "limits",
        {
            "input": "Hello",
            "max_output_tokens": 100,
            "user": "someone",
            "service_tier": "flex",
        },
        {
            "messages": [user("Hello")],
            "max_output_tokens": 100,
            "user": "someone",
            "service_tier": "flex",
        },
    ),
    one(
        "stream",
        {"input": "Hello", "stream": True},
        {"messages": [user("Hello")]},
        rpc="RouteStream",
    ),
    Conversation(
        "tools and thoughts in two turns",
        _CLIENT,
        _METHOD,
        (
            Turn(
                sdk={
                    "model": _MODEL,
                    "input": [{"role": "user", "content": "Oslo? Rome?"}],
                    "tools": _SDK_TOOLS,
                    "tool_choice": {"type": "function", "name": "get_weather"},
                    "parallel_tool_calls": True,
                    "reasoning": {"effort": "high"},
                    **_KEEPING,
                },
                gateway={
                    "model": _MODEL,
                    "messages": [user("Oslo? Rome?")],
                    "tools": _OUR_TOOLS,
                    "tool_choice": {"name": "get_weather"},
                    "parallel_tool_calls": True,
                    "reasoning": {"effort": "high"},
                },
                answer=_answer(
                    _THOUGHT, _call("a", "Oslo"), _call("b", "Rome")
                ),
            ),
            Turn(
                sdk={
                    "model": _MODEL,
                    "input": [
                        {"role": "user", "content": "Oslo? Rome?"},
                        last_items("output"),
                        {
                            "type": "function_call_output",
                            "call_id": "a",
                            "output": "Snow",
                        },
                        {
                            "type": "function_call_output",
                            "call_id": "b",
                            "output": "Sun",
                        },
                    ],
                    "tools": _SDK_TOOLS,
                    "tool_choice": "auto",
                    "reasoning": {"effort": "high"},
                    **_KEEPING,
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
                    "tool_choice": {"mode": "TOOL_CHOICE_MODE_AUTO"},
                    "reasoning": {"effort": "high"},
                },
            ),
        ),
        differences=(
            *_not_kept("2: body.input[2]", "fc_a"),
            *_not_kept("2: body.input[3]", "fc_b"),
        ),
    ),
    Conversation(
        "thoughts and a text in two turns",
        _CLIENT,
        _METHOD,
        (
            Turn(
                sdk={"model": _MODEL, "input": "Hello", **_KEEPING},
                gateway={"model": _MODEL, "messages": [user("Hello")]},
                answer=_answer(
                    _THOUGHT,
                    {
                        "type": "message",
                        "id": "m1",
                        "status": "completed",
                        "role": "assistant",
                        "phase": "final_answer",
                        "content": [
                            {
                                "type": "output_text",
                                "text": "Hi",
                                "annotations": [],
                            }
                        ],
                    },
                ),
            ),
            Turn(
                sdk={
                    "model": _MODEL,
                    "input": [
                        {"role": "user", "content": "Hello"},
                        last_items("output"),
                        {"role": "user", "content": "And now?"},
                    ],
                    **_KEEPING,
                },
                gateway={
                    "model": _MODEL,
                    "messages": [user("Hello"), ANSWER, user("And now?")],
                },
            ),
        ),
        differences=_not_kept("2: body.input[2]", "m1"),
    ),
    one(
        "tools that are not called",
        {
            "input": "Oslo?",
            "tools": [
                dict(_SDK_TOOLS[0], strict=True, parameters=ANSWER_SCHEMA)
            ],
            "tool_choice": "none",
            "parallel_tool_calls": False,
        },
        {
            "messages": [user("Oslo?")],
            "tools": [
                dict(
                    _OUR_TOOLS[0],
                    strict=True,
                    parameters=json.dumps(ANSWER_SCHEMA),
                )
            ],
            "tool_choice": {"mode": "TOOL_CHOICE_MODE_NONE"},
            "parallel_tool_calls": False,
        },
    ),
    one(
        "a history of texts",
        {
            "input": [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "Hi"},
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": "And now?"},
            ]
        },
        {
            "messages": [
                user("Hello"),
                {"role": "ROLE_ASSISTANT", "content": "Hi"},
                {"role": "ROLE_DEVELOPER", "content": "Be brief."},
                user("And now?"),
            ]
        },
    ),
    one(
        "a document",
        {
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "What is it?"},
                        {
                            "type": "input_file",
                            "filename": "paper.pdf",
                            "file_data": "data:application/pdf;base64,JVBERg==",
                        },
                        {
                            "type": "input_file",
                            "file_url": "https://a.example/b.pdf",
                        },
                    ],
                }
            ]
        },
        {
            "messages": [
                user_parts(
                    text_part("What is it?"),
                    pdf_part(),
                    {"file": {"url": "https://a.example/b.pdf"}},
                )
            ]
        },
    ),
    one(
        "any JSON",
        {
            "input": "Some JSON",
            "text": {"format": {"type": "json_object"}},
        },
        {
            "messages": [user("Some JSON")],
            "response_format": {"json_object": {}},
        },
    ),
    one(
        "images",
        {
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "Which is red?"},
                        {
                            "type": "input_image",
                            "image_url": PNG_URL,
                            "detail": "low",
                        },
                        {
                            "type": "input_image",
                            "image_url": "https://a.example/b.png",
                            "detail": "auto",
                        },
                    ],
                }
            ]
        },
        {
            "messages": [
                user_parts(
                    text_part("Which is red?"),
                    {"image": dict(png_part()["image"], detail="low")},
                    {
                        "image": {
                            "url": "https://a.example/b.png",
                            "detail": "auto",
                        }
                    },
                )
            ]
        },
    ),
    one(
        "structured output",
        {
            "input": "Norway?",
            "text": {
                "format": {
                    "type": "json_schema",
                    "name": "answer",
                    "schema": ANSWER_SCHEMA,
                    "strict": True,
                }
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
]
