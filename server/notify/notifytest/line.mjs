// What both servers share: one JSON object a line on stdin (a command) and on stdout (an event).
import { createInterface } from 'node:readline';

export const emit = (event) => process.stdout.write(JSON.stringify(event) + '\n');

// Runs the handler of each command and answers it. The end of stdin ends the process, so that no server outlives its test.
export function serve(handlers) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const { name, ...args } = JSON.parse(line);
    try {
      emit({ event: 'done', ...(await handlers[name](args)) });
    } catch (error) {
      emit({ event: 'done', error: String(error) });
    }
  });
  lines.on('close', () => process.exit(0));
}
