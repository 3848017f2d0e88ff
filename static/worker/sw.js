// The service worker: the help reads without a network, and any other page says that there is none.
//
// The server puts `self.precache` in front (server/web/worker.go): the pages with a revision each, and the files they need. What is
// cached is named by its content, so an interrupted installation goes on where it stopped and an update fetches only what changed.
const pages = self.precache.pages;
const files = self.precache.files;
const pack = self.precache.pack; // "…/pages.<revision>.json"
const helpCache = "moncompte-help";
const keptCache = "moncompte-kept"; // what a page asked to keep
const patience = 1800; // how long a reader waits for the network before the help comes from the cache, in milliseconds

// Other routes are left to the browser alone, above all FranceConnect's: an answer that carries a code passes through no script.
// That is also why there is no navigation preload: Chromium asks a second time for what was preloaded and left alone, and a code
// works once.
const leftAlone = /^\/(franceconnect|deconnexion|auth|healthz|readyz|s|_[a-z]+|sw\.js|manifest\.webmanifest)(\/|$)/;
const immutable = /^\/(s\/|aide\/recherche\/index\.)/;

// What answers in our place, such as a Wi-Fi portal or a firewall, does not send the header that we do.
const ours = (response) => response.headers.has("Mon-Compte");

const keyOf = (path) => `${path}?${pages[path]}`;
// A browser whose storage is full or broken has nothing kept, and everything comes from the network.
const kept = (key, cache) => caches.match(key, { cacheName: cache, ignoreVary: true }).catch(() => undefined);

/** Fetches what may be kept. Nothing of a session can get in: no cookie goes out, and a redirect is an error. */
async function get(url, mode, revision = "") {
  const response = await fetch(url, { credentials: "omit", redirect: "error", cache: mode });
  const tag = response.headers.get("ETag");
  // During an upgrade another instance may answer, with the page of another version.
  if (!response.ok || !ours(response) || (tag && !tag.includes(revision))) throw new Error(`${url} is not what was announced`);
  return response;
}

/** Puts a file into a cache that lacks it. */
async function add(cache, key, url, mode, revision) {
  if (await kept(key, cache)) return;
  const response = await get(url, mode, revision);
  await (await caches.open(cache)).put(key, response);
}

/** The pages that are lacking: few of them one by one, many in the one file of all, which is half as large and takes one request. */
async function addPages() {
  const found = await Promise.all(Object.keys(pages).map(async (path) => [path, await kept(keyOf(path), helpCache)]));
  const lacking = found.filter((entry) => !entry[1]).map((entry) => entry[0]);
  if (lacking.length < 9) return Promise.all(lacking.map((path) => add(helpCache, keyOf(path), path, "reload", pages[path])));
  const answer = await get(pack, "default", pack.split(".")[1]);
  const headers = new Headers(answer.headers); // the policy is the pages' own
  for (const name of ["Content-Encoding", "Content-Length", "ETag"]) headers.delete(name);
  headers.set("Content-Type", "text/html; charset=utf-8");
  const texts = await answer.json();
  const cache = await caches.open(helpCache);
  await Promise.all(lacking.map((path) => cache.put(keyOf(path), new Response(texts[path], { headers }))));
}

const fill = () => Promise.all([addPages(), ...files.map((url) => add(helpCache, url, url, "default"))]);

/** Removes what a cache holds beyond the keys. */
async function prune(name, keys) {
  const cache = await caches.open(name);
  const addresses = keys.map((key) => new URL(key, location.origin).href);
  await Promise.all((await cache.keys()).filter((request) => !addresses.includes(request.url)).map((request) => cache.delete(request)));
}

async function keep(urls) {
  const own = urls.map((url) => new URL(url, location.origin)).filter((url) => url.origin === location.origin && url.pathname.startsWith("/s/"));
  const paths = own.map((url) => url.pathname);
  await Promise.all(paths.map((path) => add(keptCache, path, path, "default")));
  await prune(keptCache, paths);
}

async function takeOver() {
  await prune(helpCache, [...Object.keys(pages).map(keyOf), ...files]);
  const stale = (await caches.keys()).filter((name) => name.startsWith("moncompte-") && name !== helpCache && name !== keptCache);
  await Promise.all(stale.map((name) => caches.delete(name)));
  await clients.claim();
}

/** What the network answers, or the page that says that there is none. */
const orOffline = (network) => network.catch(async (failure) => {
  const page = await kept(keyOf("/hors-ligne"), helpCache);
  if (page) return page;
  throw failure;
});

/** A page of the help: from the network when that answers in time, so that who is signed in sees it, else from the cache. */
async function help(event, path) {
  const network = fetch(event.request);
  const copy = await kept(keyOf(path), helpCache);
  if (!copy) {
    event.waitUntil(fill().catch(() => {})); // the browser has evicted it
    return orOffline(network);
  }
  // What is asked in the address only the server can answer, so that is waited for.
  const late = new Promise((resolve) => new URL(event.request.url).search || setTimeout(resolve, patience, copy));
  const sound = (answer) => answer.type === "opaqueredirect" || (answer.status < 500 && ours(answer));
  return Promise.race([late, network.then((answer) => (sound(answer) ? answer : copy), () => copy)]);
}

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));

addEventListener("message", (event) => {
  // Only a page of ours may ask (OWASP ASVS 5.0 V3.5.5).
  if (event.origin !== location.origin || !event.source || event.source.type !== "window") return;
  const message = event.data || {};
  if (message.type === "activate") event.waitUntil(skipWaiting());
  if (message.type === "keep" && Array.isArray(message.urls)) event.waitUntil(keep(message.urls));
});

addEventListener("fetch", (event) => {
  const request = event.request;
  // The list of the help is the search before anything is asked.
  const path = new URL(request.url).pathname.replace(/^\/aide\/recherche$/, "/aide");
  if (request.method !== "GET" || !request.url.startsWith(location.origin + "/")) return;
  if (immutable.test(path)) event.respondWith(kept(request).then((copy) => copy || fetch(request)));
  else if (request.mode !== "navigate" || leftAlone.test(path)) return;
  else event.respondWith(path in pages ? help(event, path) : orOffline(fetch(request)));
});
