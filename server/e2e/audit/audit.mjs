// Lighthouse, as on a phone, against a portal of its own:
//
//   node audit.mjs MONCOMPTE [RUNS]
//
// MONCOMPTE is the built program. It is started as in production, on a free port, with its own empty database and with the
// simulator of FranceConnect, and stopped at the end. The table has the median of the runs, because a busy machine measures
// itself; the exit status is not 0 when a page is below the goal. CHROME_PATH names the browser.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const goals = { performance: 98, accessibility: 100, "best-practices": 100, seo: 100 };
const pages = ["/", "/connexion", "/aide", "/aide/se-connecter", "/mot-de-passe-oublie", "/premiere-connexion"];

const [program, runs = "3"] = process.argv.slice(2);
if (!program) {
  console.error("usage: node audit.mjs MONCOMPTE [RUNS]");
  process.exit(2);
}
const chrome = process.env.CHROME_PATH || ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim())
  .find(Boolean);
if (!chrome) {
  console.error("audit: Chromium is needed: install it, on Debian with `apt-get install chromium`, or name it in CHROME_PATH");
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "moncompte-audit-"));
const port = await new Promise((found) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});
const site = `http://localhost:${port}`;
const settings = {
  MONCOMPTE_LISTEN: `127.0.0.1:${port}`,
  MONCOMPTE_BASE_URL: site,
  MONCOMPTE_DATABASE_URL: `file:${join(folder, "audit.db")}`,
  MONCOMPTE_KEYS_FILE: join(folder, "audit.keys"),
  MONCOMPTE_SMTP_URL: "smtp://127.0.0.1:9", // nothing is sent, and nobody listens there
  MONCOMPTE_ORG_NAME: "Caf",
  MONCOMPTE_ORG_PHONE: "3230",
  MONCOMPTE_ORG_URL: "https://www.caf.fr/",
};
const env = { ...process.env, ...settings };
const moncompte = resolve(program);
for (const words of [["keys", "create"], ["db", "migrate"]]) execFileSync(moncompte, words, { env, stdio: ["ignore", "ignore", "inherit"] });

const simulator = fileURLToPath(new URL("../../franceconnect/simulator/with.mjs", import.meta.url));
const portal = spawn(process.execPath, [simulator, moncompte, "serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
let log = "";
portal.stderr.on("data", (text) => { log += text; });
const gone = new Promise((done) => portal.on("exit", done));

/** Waits until the portal answers. */
async function ready() {
  for (let tries = 0; tries < 150; tries++) {
    if (portal.exitCode !== null) break;
    const answer = await fetch(`${site}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error(`the portal does not start\n${log}`);
}

/** One visit in a browser of its own. */
async function look(path) {
  const browser = await launch({
    chromePath: chrome,
    chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  try {
    const { lhr } = await lighthouse(site + path, { port: browser.port, logLevel: "silent", onlyCategories: Object.keys(goals) });
    return lhr;
  } finally {
    browser.kill();
  }
}

/** The scores of one visit, 0 to 100, and what took points away, by category. */
async function visit(path) {
  let lhr = await look(path);
  if (lhr.runtimeError) lhr = await look(path); // the trace gets lost now and then: Lighthouse asks for another visit
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  const scores = {}, losses = {};
  for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
    scores[name] = Math.round((score ?? 0) * 100);
    losses[name] = auditRefs
      .map(({ id, weight }) => ({ weight, ...lhr.audits[id] }))
      .filter(({ weight, score, scoreDisplayMode }) => weight > 0 && score !== null && score < 0.9 && scoreDisplayMode !== "notApplicable")
      .map(({ id, title, displayValue }) => `${id}: ${title}${displayValue ? ` (${displayValue})` : ""}`);
  }
  return { scores, losses };
}

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

let failed = false;
try {
  await ready();
  const table = {}, remarks = new Set();
  for (const path of pages) {
    const visits = [];
    for (let run = 0; run < Number(runs); run++) visits.push(await visit(path));
    table[path] = {};
    for (const [name, goal] of Object.entries(goals)) {
      const score = middle(visits.map(({ scores }) => scores[name]));
      table[path][name] = score;
      if (score >= goal) continue;
      failed = true;
      remarks.add(`${path}: ${name} is ${score}, not ${goal}`);
      for (const { losses } of visits) for (const loss of losses[name]) remarks.add(`${path}: ${loss}`);
    }
  }
  console.table(table);
  for (const remark of remarks) console.log(remark);
} finally {
  portal.kill("SIGTERM");
  await gone;
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
