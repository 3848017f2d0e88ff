// Runs the portal for whoever works on it. After each change of a source file it builds what depends on it and starts the server
// again; a build that fails says why and leaves the server as it was. What it builds is in .task/dev. Run it at the root:
//
//   node server/franceconnect/simulator/with.mjs node server/dev.mjs
//
// It looks at the files itself, five times a second: the watch of go-task starts a build for each file that a save or a generator
// touches, and each of them ends the one before.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const binary = join(".task", "dev", process.platform === "win32" ? "moncompte.exe" : "moncompte");
const source = /(?<!_test|_templ)\.go$|\.(templ|sql|md|css|js|mjs|svg|webp)$|^go\.mod$/;
const passed = new Set(["node_modules", "testdata", "dist", "out", "e2e"]);

/** What the source files under a directory are: names and times. */
function state(dir) {
  return readdirSync(dir, { withFileTypes: true }).map((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return passed.has(entry.name) ? "" : state(path);
    return source.test(entry.name) ? `${path} ${statSync(path, { throwIfNoEntry: false })?.mtimeMs}\n` : "";
  }).join("");
}
const look = () => ["app", "components", "server", "static"].map(state).join("") + statSync("go.mod").mtimeMs;

/** Runs a command to its end and tells whether it succeeded; it says itself what went wrong. */
async function run(command, ...args) {
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, CGO_ENABLED: "0" } });
  const [status] = await once(child, "exit");
  return status === 0;
}

async function build() {
  if (!(await run("go", "tool", "-modfile=tools.mod", "templ", "generate", "-path", "components", "-log-level", "warn"))) return false;
  const [assets, program] = await Promise.all([
    run("go", "run", "./static/wasm", "-dir", ".task/dev/wasm").then((ok) => ok && run("node", "static/build.mjs", "--dev")),
    // Our own packages are not optimised, which takes a third of the time off.
    run("go", "build", "-tags=dev", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-gcflags=moncompte/...=-N -l", "-o", binary, "./server"),
  ]);
  return assets && program;
}

let server;
function start() {
  const child = (server = spawn(binary, ["serve"], { stdio: "inherit" }));
  child.on("exit", () => {
    if (server === child) server = undefined; // by itself; it has said why
  });
}

/** Ends the server and waits until its port is free. A request that hangs is not waited for. */
async function stop() {
  const child = server;
  if (!child) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 2000);
  await ended;
  clearTimeout(late);
}

for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, async () => {
    await stop();
    process.exit(0);
  });

let seen = look();
if (!(await build()) || !(await run(binary, "demo"))) process.exit(1);
start();
for (;;) {
  await new Promise((again) => setTimeout(again, 200));
  const now = look();
  if (now === seen) continue;
  seen = now;
  const began = Date.now();
  if (!(await build())) continue;
  await stop();
  start();
  console.log(`Built and started again in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
