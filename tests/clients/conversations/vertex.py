"""Vertex AI: Gemini in a project and with a key of express mode, and Claude."""

from conversations import anthropic, gemini
from conversations.conversation import ABSENT, Difference, system, user
from node_program import struct_of


def one(name, sdk, gateway, **more):
    return gemini.one(name, sdk, gateway, client="vertex", **more)


def claude(name, sdk, gateway, path_end=":rawPredict", **more):
    model = {"model": "claude-sonnet-4-5@20250929"}
    path = (
        "/v1/projects/my-project/locations/europe-west4"
        "/publishers/anthropic/models/claude-sonnet-4-5{}20250929" + path_end
    )
    return anthropic.one(
        name,
        {**sdk, **model},
        {**gateway, **model},
        client="vertex-claude",
        differences=(
            Difference(
                "1: headers.anthropic-version",
                "2023-06-01",
                ABSENT,
                "Vertex AI has the version in the body (Google, Claude: "
                "`anthropic_version`).",
            ),
            Difference(
                "1: path",
                path.format("@"),
                path.format("%40"),
                "A client encodes all but letters, digits and -_.~ of a name "
                "in a path, and the server decodes it (google.api.HttpRule).",
            ),
        ),
        **more,
    )


CONVERSATIONS = [
    gemini.plain("vertex-express"),
    gemini.plain("vertex"),
    gemini.stream("vertex"),
    gemini.two_turns("vertex"),
    one(
        "embeddings",
        {
            "model": "text-embedding-005",
            "contents": ["One", "Two"],
            "config": {
                "taskType": "RETRIEVAL_DOCUMENT",
                "outputDimensionality": 2,
            },
        },
        {
            "model": "text-embedding-005",
            "input": ["One", "Two"],
            "input_type": "search_document",
            "dimensions": 2,
        },
        method="models.embedContent",
        rpc="Embed",
    ),
    one(
        "embeddings of a newer model",
        {
            "model": "gemini-embedding-2",
            "contents": ["One"],
            "config": {
                "taskType": "RETRIEVAL_QUERY",
                "outputDimensionality": 2,
            },
        },
        {
            "model": "gemini-embedding-2",
            "input": ["One"],
            "input_type": "search_query",
            "dimensions": 2,
        },
        method="models.embedContent",
        rpc="Embed",
    ),
    claude(
        "plain text",
        {
            "system": "Be brief.",
            "messages": [{"role": "user", "content": "Hello"}],
        },
        {"messages": [system("Be brief."), user("Hello")]},
    ),
    claude(
        "stream",
        {"messages": [{"role": "user", "content": "Hello"}], "stream": True},
        {"messages": [user("Hello")]},
        path_end=":streamRawPredict",
        rpc="RouteStream",
    ),
    claude(
        "a beta",
        {
            "messages": [{"role": "user", "content": "Hello"}],
            "betas": ["context-1m-2025-08-07"],
        },
        {
            "messages": [user("Hello")],
            "provider_options": {
                "anthropic": struct_of(
                    {"anthropic_beta": "context-1m-2025-08-07"}
                )
            },
        },
        method="beta.messages.create",
    ),
]
