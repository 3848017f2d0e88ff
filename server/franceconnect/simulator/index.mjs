// A FranceConnect for the demonstration and the tests. Prints one line of JSON, {"issuer": "http://127.0.0.1:PORT/api/v2"}, once it
// answers; a wrong setting is one line on stderr and status 2. It listens on loopback only.
import './quiet.mjs'; // before the engine, which warns when it is loaded
import { createServer } from 'node:http';
import { parseSettings } from './settings.mjs';

let settings;
try {
  settings = parseSettings(process.argv.slice(2));
} catch (error) {
  console.error(`simulator: ${error.message}`);
  process.exit(2);
}

// Loaded only now: the engine takes a while, and a wrong setting is told at once.
const { simulator } = await import('./server.mjs');

// The port is part of the issuer, so the provider is made once the port is known.
const server = createServer();
server.on('error', (error) => {
  console.error(`simulator: ${error.message}`);
  process.exit(1);
});
server.listen(settings.port, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}/api/v2`;
  server.on('request', simulator(issuer, settings));
  console.log(JSON.stringify({ issuer }));
});

const stop = () => process.exit(0);
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (settings.endWithStdin) {
  process.stdin.resume();
  process.stdin.on('end', stop);
  process.stdin.on('close', stop);
}
