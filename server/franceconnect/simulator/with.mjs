// Starts the simulator, then a command that knows it by its settings:
//
//   node with.mjs COMMAND [ARGUMENT …]
//
// The command's end ends the simulator, and the exit status is the command's. The port is 8081, or any free one where that
// is taken: the issuer is part of what an account is linked by, so links outlive a restart only on the same port.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';

const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error('usage: node with.mjs COMMAND [ARGUMENT …]');
  process.exit(2);
}

const port = await new Promise((resolve) => {
  const probe = createServer();
  probe.on('error', () => resolve(0));
  probe.listen(8081, '127.0.0.1', () => probe.close(() => resolve(8081)));
});
const base = process.env.MONCOMPTE_BASE_URL || 'http://localhost:8080';
const client = { id: 'mon-compte', secret: randomBytes(32).toString('hex') };
const simulator = spawn(process.execPath, [
  fileURLToPath(new URL('index.mjs', import.meta.url)),
  '--end-with-stdin',
  '--port', String(port),
  '--client-id', client.id,
  '--client-secret', client.secret,
  '--redirect-uri', `${base}/franceconnect/retour`,
  '--post-logout-uri', `${base}/franceconnect/deconnecte`,
], { stdio: ['pipe', 'pipe', 'inherit'] });
simulator.on('exit', (status) => {
  if (!running) process.exit(status || 1); // it has said why
});

let running;
const [ready] = await once(createInterface({ input: simulator.stdout }), 'line');
running = spawn(command, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    MONCOMPTE_FC_ISSUER: JSON.parse(ready).issuer,
    MONCOMPTE_FC_CLIENT_ID: client.id,
    MONCOMPTE_FC_CLIENT_SECRET: client.secret,
  },
});
running.on('error', (error) => {
  console.error(`${command}: ${error.message}`);
  process.exit(1);
});
// A terminal's Ctrl-C reaches the command by itself; a signal to this process alone is handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => running.kill('SIGTERM'));
const [status] = await once(running, 'exit');
simulator.stdin.end();
process.exit(status ?? 1);
