// Makes calls as an ordinary user of @grpc/grpc-js would.
//
//     node node_client.js ADDRESS
//
// Each line of standard input is one call as JSON, made before the next is
// read; its line of standard output says what came of it. A call has `method`
// (Route, RouteStream or Embed) and `request`, and may have `metadata`,
// `timeout_ms` and `cancel_after`: how many events to take before cancelling.
'use strict';

const readline = require('readline');

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');  // What proto-loader itself uses.

const address = process.argv[2];

const definition = loader.loadSync('aigateway/v1/gateway.proto', {
  includeDirs: ['proto'],
  keepCase: true,
  enums: String,
  longs: Number,
  oneofs: true,
});
const {GatewayService} = grpc.loadPackageDefinition(definition).aigateway.v1;

// The messages that an error carries, by their full names.
const root = new protobuf.Root();
root.resolvePath = (origin, target) =>
    target.startsWith('google/protobuf/') ? target : `proto/${target}`;
root.loadSync([
  'google/rpc/status.proto',
  'google/rpc/error_details.proto',
  'aigateway/v1/route.proto',
]);

function detailsOf(error) {
  const details = {};
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  if (bytes === undefined) return details;
  const status = root.lookupType('google.rpc.Status').decode(bytes);
  for (const any of status.details) {
    const name = any.type_url.split('/').pop();
    details[name] = root.lookupType(name).decode(any.value);
  }
  return details;
}

function failure(error) {
  return {
    code: grpc.status[error.code],
    message: error.details,
    details: detailsOf(error),
  };
}

function callUnary(gateway, {method, request}, headers, options) {
  return new Promise((resolve) => {
    const result = {};
    const call =
        gateway[method](request, headers, options, (error, response) => {
          Object.assign(
              result, error ? failure(error) : {code: 'OK', response});
        });
    call.on('status', (status) => {
      result.trailers = status.metadata.getMap();
      delete result.trailers['grpc-status-details-bin'];
      // The callback may come after this.
      setImmediate(() => resolve(result));
    });
  });
}

async function callRouteStream(gateway, {request, cancel_after: cancelAfter},
                               headers, options) {
  const events = [];
  const call = gateway.RouteStream(request, headers, options);
  try {
    for await (const event of call) {
      events.push(event);
      if (events.length === cancelAfter) call.cancel();
    }
  } catch (error) {
    return {...failure(error), events};
  }
  return {code: 'OK', events};
}

function answerTo(gateway, call) {
  const headers = new grpc.Metadata();
  for (const [name, value] of Object.entries(call.metadata || {})) {
    headers.set(name, value);
  }
  const options =
      call.timeout_ms ? {deadline: Date.now() + call.timeout_ms} : {};
  const make =
      call.method === 'RouteStream' ? callRouteStream : callUnary;
  return make(gateway, call, headers, options);
}

async function main() {
  const gateway =
      new GatewayService(address, grpc.credentials.createInsecure());
  for await (const line of readline.createInterface(process.stdin)) {
    console.log(JSON.stringify(await answerTo(gateway, JSON.parse(line))));
  }
  gateway.close();
}

main();
