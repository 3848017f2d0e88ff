// Hands for a test in Firefox: commands come in as lines of JSON, {id, tab, act, args}, and each is answered by {id, value} or {id, error}.
// What a tab complains of is {tab, complaint}. The program ends with its input.
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const browser = await puppeteer.launch({
  browser: "firefox", executablePath: process.argv[2], headless: true,
  extraPrefsFirefox: { "intl.accept_languages": "fr-FR, fr" },
});
const tabs = new Map();
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const keys = { "\t": "Tab", "\r": "Enter" };

const acts = {
  // A new tab in a container of its own: in the one that Firefox starts with, rings of the focus never show.
  async open(tab, width, height) {
    const page = await (await browser.createBrowserContext()).newPage();
    tabs.set(tab, page);
    await page.setViewport({ width, height });
    page.on("pageerror", (fault) => say({ tab, complaint: `exception: ${fault.message}` }));
    page.on("console", (message) => {
      if (["error", "warn", "assert"].includes(message.type())) say({ tab, complaint: `console.${message.type()}: ${message.text()}` });
    });
  },
  evaluate: (tab, expression) => tabs.get(tab).evaluate(expression).then((value) => JSON.stringify(value)),
  // Nobody waits here: the tests know what they wait for, and an address may lead nowhere.
  go: async (tab, address) => { tabs.get(tab).goto(address, { waitUntil: "domcontentloaded" }).catch(() => {}); },
  back: async (tab) => { tabs.get(tab).goBack({ waitUntil: "domcontentloaded" }).catch(() => {}); },
  click: (tab, x, y) => tabs.get(tab).mouse.click(x, y),
  insert: (tab, text) => tabs.get(tab).keyboard.type(text),
  key: (tab, key) => tabs.get(tab).keyboard.press(keys[key] ?? key),
  close: async (tab) => { await tabs.get(tab).browserContext().close(); },
};

say({ version: await browser.version() });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, tab, act, args } = JSON.parse(line);
  acts[act](tab, ...args).then((value) => say({ id, value }), (fault) => say({ id, error: String(fault) }));
}
await browser.close();
