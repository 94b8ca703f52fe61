// Asks the gateway once for a whole answer and once for a stream.
//
//     node chat.js [ADDRESS [PROMPT]]
//
// Run it from the repository's root, where the protos lie in proto/.
'use strict';

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

// No code is generated: the API is read from its protos.
const definition = loader.loadSync('aigateway/v1/gateway.proto', {
  includeDirs: ['proto'],
  keepCase: true,
  enums: String,
  longs: Number,
  oneofs: true,
});
const {GatewayService} = grpc.loadPackageDefinition(definition).aigateway.v1;

const address = process.argv[2] || '127.0.0.1:50051';
const prompt = process.argv[3] || 'Hello from Node';
const chat = {
  model: 'simulator',
  messages: [{role: 'ROLE_USER', content: prompt}],
};

// A deadline goes down whole to the provider's socket.
const soon = () => ({deadline: Date.now() + 30000});

function whole(gateway) {
  return new Promise((resolve, reject) => {
    gateway.Route({chat}, soon(), (error, response) => {
      if (error) return reject(error);
      console.log(response.chat.choices[0].message.content);
      console.log(`[answered by ${response.route.target}]`);
      resolve();
    });
  });
}

async function streamed(gateway) {
  for await (const event of gateway.RouteStream({chat}, soon())) {
    if (event.event === 'delta') {
      process.stdout.write(event.delta.text);
    } else if (event.event === 'end') {
      console.log(`\n[${event.end.usage.total_tokens} tokens]`);
    }
  }
}

async function main() {
  const gateway =
      new GatewayService(address, grpc.credentials.createInsecure());
  try {
    await whole(gateway);
    await streamed(gateway);
  } catch (error) {
    // What a program decides by is the code, or the reason in the details.
    console.error(`${grpc.status[error.code]}: ${error.details}`);
    process.exitCode = 1;
  } finally {
    gateway.close();
  }
}

main();
