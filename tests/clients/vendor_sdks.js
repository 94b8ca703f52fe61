// Makes calls as an ordinary user of the vendors' own SDKs would.
//
//     node vendor_sdks.js URL
//
// Each line of standard input is one call as JSON, made before the next is
// read; its line of standard output says what came of it: `response`, the whole
// answer of a call that is no stream, or `error`. A call has `client` (a name
// of CLIENTS), `method` ("chat.completions.create"; a command of AWS's by its
// name) and `arguments`; an argument {"$bytes": "aGk="} are bytes, and so in a
// response. A client asks the server at URL, with the key "key-of-CLIENT" or
// Google's access token "google-token".
'use strict';

const readline = require('readline');

const bedrock = require('@aws-sdk/client-bedrock-runtime');
const {NodeHttpHandler} = require('@smithy/node-http-handler');
const {Anthropic} = require('@anthropic-ai/sdk');
const {AnthropicVertex} = require('@anthropic-ai/vertex-sdk');
const {CohereClientV2} = require('cohere-ai');
const {GoogleGenAI} = require('@google/genai');
const {OAuth2Client} = require('google-auth-library');
const {Mistral} = require('@mistralai/mistralai');
const {Ollama} = require('ollama');
const {AzureOpenAI, OpenAI} = require('openai');
const Replicate = require('replicate');

const url = process.argv[2];

function newOpenAi(name) {
  return new OpenAI(
      {baseURL: `${url}/v1`, apiKey: `key-of-${name}`, maxRetries: 0});
}

function newAzure(name) {
  return new AzureOpenAI({
    endpoint: url,
    apiKey: `key-of-${name}`,
    apiVersion: '2025-04-01-preview',
    maxRetries: 0,
  });
}

function newBedrock(name, settings) {
  return new bedrock.BedrockRuntimeClient({
    ...settings,
    endpoint: url,
    region: 'eu-central-1',
    maxAttempts: 1,
    // The usual one speaks HTTP/2 only, which the recorder does not.
    requestHandler: new NodeHttpHandler(),
  });
}

function newGoogleToken() {
  const client = new OAuth2Client();
  client.setCredentials({access_token: 'google-token'});
  return client;
}

const CLIENTS = {
  'openai': newOpenAi,
  'openai-responses': newOpenAi,
  'azure': newAzure,
  'azure-responses': newAzure,
  'anthropic': (name) => new Anthropic(
      {baseURL: url, apiKey: `key-of-${name}`, maxRetries: 0}),
  'gemini': (name) => new GoogleGenAI(
      {apiKey: `key-of-${name}`, httpOptions: {baseUrl: url}}),
  'vertex-express': (name) => new GoogleGenAI({
    vertexai: true,
    apiKey: `key-of-${name}`,
    httpOptions: {baseUrl: url, apiVersion: 'v1'},
  }),
  'vertex': () => new GoogleGenAI({
    vertexai: true,
    project: 'my-project',
    location: 'europe-west4',
    googleAuthOptions: {authClient: newGoogleToken()},
    httpOptions: {baseUrl: url, apiVersion: 'v1'},
  }),
  'vertex-claude': () => new AnthropicVertex({
    baseURL: `${url}/v1`,
    projectId: 'my-project',
    region: 'europe-west4',
    authClient: newGoogleToken(),
    maxRetries: 0,
  }),
  'cohere': (name) => new CohereClientV2(
      {environment: url, token: `key-of-${name}`}),
  'bedrock': (name) => newBedrock(name, {
    credentials: {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: `key-of-${name}`,
      sessionToken: 'session',
    },
  }),
  'bedrock-key': (name) => newBedrock(name, {
    token: {token: `key-of-${name}`},
    authSchemePreference: ['httpBearerAuth'],
  }),
  'mistral': (name) => new Mistral({serverURL: url, apiKey: `key-of-${name}`}),
  'ollama': () => new Ollama({host: url}),
  'replicate': (name) => new Replicate(
      {baseUrl: `${url}/v1`, auth: `key-of-${name}`}),
};
const clients = {};

// Reads the bytes of a call's arguments.
function withBytes(value) {
  if (Array.isArray(value)) return value.map(withBytes);
  if (value === null || typeof value !== 'object') return value;
  if (value.$bytes !== undefined) return Buffer.from(value.$bytes, 'base64');
  return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, withBytes(each)]));
}

// Writes the bytes of a response.
function writeBytes(key, value) {
  const held = this[key];
  return held instanceof Uint8Array ?
      {$bytes: Buffer.from(held).toString('base64')} :
      value;
}

function send(client, method, args) {
  if (client instanceof bedrock.BedrockRuntimeClient) {
    return client.send(new bedrock[method](args));
  }
  const steps = method.split('.');
  const last = steps.pop();
  const owner = steps.reduce((object, step) => object[step], client);
  return owner[last](args);
}

async function answerTo({client: name, method, arguments: args}) {
  clients[name] = clients[name] || CLIENTS[name](name);
  try {
    const response = await send(clients[name], method, withBytes(args));
    // Of AWS's streams one member is the stream.
    const stream = response.stream || response;
    if (stream[Symbol.asyncIterator] === undefined) return {response};
    for await (const event of stream) void event;
    return {};
  } catch (error) {
    return {error: String(error.stack)};
  }
}

async function main() {
  for await (const line of readline.createInterface(process.stdin)) {
    const answer = await answerTo(JSON.parse(line));
    process.stdout.write(JSON.stringify(answer, writeBytes) + '\n');
  }
  process.exit(0);  // Connections that are kept would hold it.
}

main();
