// Minifies what the Go toolchain needs in the browser and compresses the WASM, once per change: brotli takes a quarter of a minute.
// static/build.mjs then names both by their content. Run it after `go run ./static/wasm`.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { transform } from "esbuild";

const out = fileURLToPath(new URL("out/", import.meta.url));

const exec = readFileSync(`${out}wasm_exec.js`, "utf8");
writeFileSync(`${out}wasm_exec.min.js`, (await transform(exec, { minify: true, target: "es2020", legalComments: "none" })).code);

const wasm = readFileSync(`${out}app.wasm`);
writeFileSync(`${out}app.wasm.br`, brotliCompressSync(wasm, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
  },
}));
