"""What each codec sends has the shape that the vendor's own SDK sends.

Each conversation is written twice, as the user of an SDK writes it and as our
caller does; a recorder answers both in the vendor's place, and what it was sent
must be the same.
"""

import json
import os
import re
import unittest

import aws_signature
import gateway_case
import node_program
import recorder
import request_shapes
from conversations import (
    anthropic,
    azure,
    bedrock,
    cohere,
    documents,
    efforts,
    gemini,
    mistral,
    ollama,
    openai_chat,
    openai_responses,
    options,
    replicate,
    vertex,
)
from conversations.conversation import filled

PACKAGES = (
    "@anthropic-ai/sdk",
    "@anthropic-ai/vertex-sdk",
    "@aws-sdk/client-bedrock-runtime",
    "@google/genai",
    "@grpc/grpc-js",
    "@grpc/proto-loader",
    "@mistralai/mistralai",
    "cohere-ai",
    "ollama",
    "openai",
    "replicate",
)
# The oldest that all of them run on.
NODE_VERSION = (20, 19)
MISSING = not node_program.has_packages(*PACKAGES)
OLD_NODE = not MISSING and not node_program.node_is_at_least(*NODE_VERSION)

FAMILIES = (
    anthropic,
    azure,
    bedrock,
    cohere,
    documents,
    efforts,
    gemini,
    mistral,
    ollama,
    openai_chat,
    openai_responses,
    options,
    replicate,
    vertex,
)


def instances(vendor):
    """Returns the provider instances before the recorder `vendor`."""
    azure = {"api_version": "2025-04-01-preview"}
    keyed = [
        ("openai", "openai", vendor.url + "/v1", {}),
        ("openai-responses", "openai", vendor.url, {"api": "responses"}),
        ("azure", "azure-openai", vendor.url, azure),
        (
            "azure-responses",
            "azure-openai",
            vendor.url,
            dict(azure, api="responses"),
        ),
        ("anthropic", "anthropic", vendor.url, {}),
        ("gemini", "gemini", vendor.url, {}),
        ("vertex-express", "vertex-ai", vendor.url, {}),
        ("cohere", "cohere", vendor.url, {}),
        ("bedrock-key", "bedrock", vendor.url, {"region": "eu-central-1"}),
        ("mistral", "mistral", vendor.url + "/v1", {}),
        ("replicate", "replicate", vendor.url, {}),
    ]
    return [
        {
            "name": name,
            "type": kind,
            "base_url": url,
            "api_key": "key-of-" + name,
            "options": options,
        }
        for name, kind, url, options in keyed
    ] + [
        {
            "name": name,
            "type": "vertex-ai",
            "base_url": vendor.url,
            "options": {
                "project": "my-project",
                "location": "europe-west4",
                "home": os.environ["TEST_TMPDIR"],
                "metadata_host": vendor.host,
            },
        }
        for name in ("vertex", "vertex-claude")
    ] + [
        {
            "name": "bedrock",
            "type": "bedrock",
            "base_url": vendor.url,
            "options": {
                "region": "eu-central-1",
                "access_key_id": aws_signature.KEY_ID,
                "secret_access_key": "key-of-bedrock",
                "session_token": "session",
            },
        },
        {"name": "ollama", "type": "ollama", "base_url": vendor.url},
    ]


@unittest.skipIf(
    MISSING, "the SDKs are not installed; tools/ci/setup --tests does it"
)
@unittest.skipIf(OLD_NODE, "the SDKs need Node 20.19 or later")
class VendorSdkTest(gateway_case.GatewayCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.comparison = request_shapes.Comparison()
        cls.vendor = recorder.Recorder()
        providers = instances(cls.vendor)
        cls.config = os.path.join(os.environ["TEST_TMPDIR"], "gateway.json")
        with open(cls.config, "w", encoding="utf-8") as file:
            targets = [{"virtual_key": each["name"]} for each in providers]
            json.dump({"providers": providers, "targets": targets}, file)
        super().setUpClass()
        cls.sdks = node_program.Caller(
            "tests/clients/vendor_sdks.js", cls.vendor.url
        )
        cls.client = node_program.Caller(
            "tests/clients/node_client.js", cls.gateway.address
        )

    @classmethod
    def tearDownClass(cls):
        try:
            cls.sdks.end()
            cls.client.end()
        finally:
            super().tearDownClass()
            cls.vendor.close()
        unused = cls.comparison.unused()
        if unused:
            raise AssertionError(f"nothing needs these: {unused}")

    def sent_by_sdk(self, conversation, turn, last):
        """Returns the request, and the answer as the SDK's user has it."""
        self.vendor.begin(turn.answer)
        result = self.sdks.call(
            client=conversation.client,
            method=conversation.method,
            arguments=filled(turn.sdk, last),
        )
        self.assertNotIn("error", result)
        (request,) = self.vendor.requests()
        return request, result.get("response")

    def sent_by_gateway(self, conversation, turn, last):
        """Returns the request, and the answer as the gateway's user has it."""
        request = filled(turn.gateway, last)
        if conversation.rpc != "Embed":
            request = {"chat": request}
        request["options"] = {"target": conversation.client}
        self.vendor.begin(turn.answer)
        result = self.client.call(method=conversation.rpc, request=request)
        self.assertEqual(result["code"], "OK", result)
        (request,) = self.vendor.requests()
        return request, result.get("response")

    def expect_same_shape(self, conversation):
        of_sdk, of_gateway = None, None
        found = []
        for number, turn in enumerate(conversation.turns, 1):
            theirs, of_sdk = self.sent_by_sdk(conversation, turn, of_sdk)
            ours, of_gateway = self.sent_by_gateway(
                conversation, turn, of_gateway
            )
            found += [
                (f"{number}: {place}", sdk, gateway)
                for place, sdk, gateway in self.comparison.differences(
                    conversation.client, theirs, ours
                )
            ]
            if conversation.client == "bedrock":
                self.expect_signed(theirs)
                self.expect_signed(ours)
        expected = [
            (each.place, each.sdk, each.ours)
            for each in conversation.differences
        ]
        self.assertEqual(found, expected)

    def expect_signed(self, request):
        self.assertEqual(
            aws_signature.signature_of(request),
            aws_signature.expected_signature(request, "key-of-bedrock"),
        )


def add_cases():
    """Makes a case of each conversation."""
    for family in FAMILIES:
        for conversation in family.CONVERSATIONS:
            words = f"{conversation.client} {conversation.name}"
            name = "test_" + re.sub(r"\W+", "_", words)
            if hasattr(VendorSdkTest, name):
                raise AssertionError("two conversations have the name " + words)
            setattr(
                VendorSdkTest,
                name,
                lambda self, said=conversation: self.expect_same_shape(said),
            )


add_cases()

if __name__ == "__main__":
    gateway_case.main()
