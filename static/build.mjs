// Builds static/dist: every file the browser asks for under /s/, minified, named by its content and compressed.
//
//   css/*.css    joined in the order of their names into app.css
//   js/*.js      each one becomes a script of the same name (what it imports is bundled into it)
//   icons/*      copied as they are; those of a home screen are also drawn in pixels
//   captures/*   pictures of our pages for the manifest, copied (server/e2e/manifest_test.go makes them anew)
//   worker/sw.js the service worker, which the server sends at /sw.js
//   wasm/out/    the WASM and its script, when built: `task wasm`
//   critical.css the part of the style that stands in the sign-in page, critical-franceconnect.css the same and the official button
//   packages     htmx.js, app-franceconnect.css (app.css and the official button), and the licences in LICENSES.txt,
//                with those of what the WASM holds
//
// With --dev, for server/dev.mjs: the WASM of .task/dev/wasm as it is, into .task/dev/dist, with nothing compressed.
//
// dist/manifest.json maps each name to its file and media type; fs.go reads it. The same sources give the same bytes.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, brotliDecompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import sharp from "sharp";

const here = fileURLToPath(new URL(".", import.meta.url));
const dev = process.argv.includes("--dev");
const dist = join(here, dev ? "../.task/dev/dist" : "dist");
const out = join(here, dev ? "../.task/dev/wasm" : "wasm/out");

// The oldest browsers whose styles and scripts are looked after: Chrome 87 is had on Android 5, Safari 14 on an iPhone 6s.
// Older ones get the page in plain HTML, which is complete.
const target = ["chrome87", "firefox78", "safari14"];

const types = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** The files of a directory with one of the extensions, sorted by name; none when there is no such directory. */
function list(dir, ...extensions) {
  const path = join(here, dir);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => extensions.includes(extname(name)))
    .sort()
    .map((name) => join(path, name));
}

const manifest = {};
const files = new Map();
const compressed = new Map(); // by file: the path, without .br, of what was compressed before

/** Adds one asset and returns the name of its file, "app.css" -> "app.3f2a9c01d4.css". */
function add(name, content) {
  if (manifest[name]) throw new Error(`two assets are called ${name}`);
  const extension = extname(name);
  if (!types[extension]) throw new Error(`${name}: no media type is known for ${extension}`);
  const body = Buffer.from(content);
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 16);
  const file = `${basename(name, extension)}.${hash}${extension}`;
  manifest[name] = { file, type: types[extension] };
  files.set(file, body);
  return file;
}

// From here on a file lies there in brotli alone, and fs.go makes its other forms for the few that ask for them.
const big = 100_000;

/** Writes a file, and beside it its brotli and gzip forms where they are smaller by a tenth: pictures are not. */
function write(file, body) {
  if (compressed.has(file)) {
    writeFileSync(join(dist, `${file}.br`), readFileSync(`${compressed.get(file)}.br`));
    return;
  }
  const brotli = dev ? body : brotliCompressSync(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });
  const worth = (packed) => packed.length < 0.9 * body.length;
  if (worth(brotli)) writeFileSync(join(dist, `${file}.br`), brotli);
  if (worth(brotli) && body.length >= big) return;
  writeFileSync(join(dist, file), body);
  const gzip = dev ? body : gzipSync(body, { level: 9 });
  if (worth(gzip)) writeFileSync(join(dist, `${file}.gz`), gzip);
}

for (const path of list("icons", ".svg", ".png", ".webp", ".ico")) add(basename(path), readFileSync(path));

// A home screen wants pixels. The maskable drawing fills its square, for systems that cut a shape of their own, and for iOS, which knows
// no transparency.
const drawn = {
  "icon-192.png": ["favicon.svg", 192],
  "icon-512.png": ["favicon.svg", 512],
  "maskable-192.png": ["maskable.svg", 192],
  "maskable-512.png": ["maskable.svg", 512],
  "apple-touch-icon.png": ["maskable.svg", 180],
  "shortcut-connexion.png": ["shortcut-connexion.svg", 96],
  "shortcut-mot-de-passe.png": ["shortcut-mot-de-passe.svg", 96],
  "shortcut-aide.png": ["shortcut-aide.svg", 96],
};
for (const [name, [drawing, size]] of Object.entries(drawn)) {
  const dots = (72 * size) / 32; // the drawings are 32 wide
  add(name, await sharp(join(here, "icons", drawing), { density: dots }).resize(size, size).png({ compressionLevel: 9, palette: true }).toBuffer());
}
for (const path of list("captures", ".webp")) add(basename(path), readFileSync(path));

// A stylesheet names an icon by its place in the tree, url("../icons/x.svg"); in dist both lie side by side under /s/.
const joined = (paths) => paths
  .map((path) => readFileSync(path, "utf8"))
  .join("\n")
  .replaceAll(/url\(\s*["']?\.\.\/icons\/([^"')\s]+)["']?\s*\)/g, (_, name) => {
    if (!manifest[name]) throw new Error(`css: there is no icon ${name}`);
    return `url("${manifest[name].file}")`;
  });
const minified = async (sheet) => (await transform(sheet, { loader: "css", minify: true, target, legalComments: "none" })).code;
const css = joined(list("css", ".css"));
if (css !== "") add("app.css", await minified(css));

// What the sign-in page looks like before its style sheet is there: it stands in the page.
const critical = joined(list("css", ".css").filter((path) => /^(10|20|30|40)-|50-messages|80-live|90-/.test(basename(path))));
add("critical.css", await minified(critical));

const wasm = join(out, "app.wasm");
const licences = [];
if (dev) {
  add("app.wasm", readFileSync(wasm));
  add("wasm_exec.js", readFileSync(join(out, "wasm_exec.js")));
} else if (existsSync(`${wasm}.br`)) {
  const plain = readFileSync(wasm);
  // Packing may have been interrupted; what browsers take must be what the name says.
  if (!brotliDecompressSync(readFileSync(`${wasm}.br`)).equals(plain)) throw new Error("app.wasm.br is not of app.wasm: run static/wasm/pack.mjs");
  compressed.set(add("app.wasm", plain), wasm);
  licences.push(readFileSync(join(out, "LICENSES.txt"), "utf8"));
  add("wasm_exec.js", readFileSync(join(out, "wasm_exec.min.js")));
}

/** Bundles scripts and adds them. What is defined stands for a name in them. */
async function bundle(entryPoints, define = {}) {
  const scripts = await build({
    entryPoints,
    entryNames: "[name]",
    outdir: dist,
    bundle: true,
    format: "iife",
    minify: true,
    target,
    define,
    legalComments: "none",
    write: false,
    logLevel: "error",
  });
  for (const { path, text } of scripts.outputFiles) add(basename(path), text);
}

// boot.js comes last: it knows the files of the WASM by their names. In the pages they would travel with each of them.
const boot = join(here, "js", "boot.js");
await bundle([...list("js", ".js").filter((path) => path !== boot), ...list("worker", ".js")]);
const started = ["app.wasm", "wasm_exec.js", "compile.js"].map((name) => manifest[name]?.file);
await bundle([boot], { WASM_FILES: started.every(Boolean) ? JSON.stringify(started) : "null" });

/** The folder of an npm package, and what stands for it in LICENSES.txt. */
function npm(name, licence) {
  const dir = join(here, "node_modules", ...name.split("/"));
  const { version } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  return { dir, licence: `${name} ${version}\n\n${readFileSync(join(dir, licence), "utf8")}` };
}

// htmx comes minified.
const htmx = npm("htmx.org", "LICENSE");
add("htmx.js", readFileSync(join(htmx.dir, "dist", "htmx.min.js")));

// FranceConnect's button must look as the State draws it. Its style sheet holds two fonts and a logo as data: addresses, which
// `default-src 'self'` refuses: they become files of their own, unchanged. The fonts are WOFF2 whatever the sheet calls them.
const dsfr = npm("@gouvfr/dsfr", "LICENSE.md");
const button = readFileSync(join(dsfr.dir, "standalone", "component", "connect", "connect.standalone.css"), "utf8")
  .replaceAll(/url\("data:([^,"]+),([^"]*)"\)(?:\s*format\("woff"\))?/g, (_, media, data) => {
    if (media.startsWith("image/svg+xml")) return `url("${add("franceconnect.svg", decodeURIComponent(data))}")`;
    const font = Buffer.from(data, media.endsWith(";base64") ? "base64" : "utf8");
    if (font.subarray(0, 4).toString("latin1") !== "wOF2") throw new Error(`the button's style sheet holds something new: ${media}`);
    const name = manifest["franceconnect-400.woff2"] ? "franceconnect-700.woff2" : "franceconnect-400.woff2";
    return `url("${add(name, font)}") format("woff2")`;
  });
if (button.includes("data:")) throw new Error("the button's style sheet still holds a data: address");
// A page blocks on one request: a site with the button has it in its style sheet.
add("critical-franceconnect.css", (await minified(critical)) + (await minified(button.replace('@charset "UTF-8";', "").replaceAll('url("', 'url("/s/'))));
add("app-franceconnect.css", (await minified(css)) + (await minified(button.replace('@charset "UTF-8";', ""))));

add("LICENSES.txt", [htmx.licence, dsfr.licence, ...licences].join("\n\n"));

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) if (name !== ".gitignore") rmSync(join(dist, name), { recursive: true });
for (const [file, body] of files) write(file, body);
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(dist, "manifest.json"), JSON.stringify(sorted, null, 2) + "\n");
