// Registers the service worker, keeps the browser's offer to install, and starts the part in WebAssembly when it helps and harms
// nobody. The page is complete without any of it, and stays so if any of it fails.
(() => {
  // Names put here by the build, null when there is no WASM. They lie beside this script.
  const files = (WASM_FILES || []).map((name) => new URL(name, document.currentScript.src).pathname);
  const worker = navigator.serviceWorker;
  let registration, offer, started, composing, key = 0;
  const nothing = () => {};
  const on = (target, names, handle) => names.split(" ").forEach((name) => target.addEventListener(name, handle, true));
  const installed = () => matchMedia("(display-mode: standalone)").matches;

  // What go-app 10.1.11 asks the window for. It replaces the first two by its own when it runs.
  window.goappOnUpdate = () => { window.goappUpdatedBeforeWasmLoaded = true; };
  window.goappOnAppInstallChange = () => { window.goappAppInstallChangedBeforeWasmLoaded = true; };
  window.goappGetenv = () => "";
  window.goappTryUpdate = () => { if (registration) registration.update().catch(nothing); };
  // iPhone and iPad, which install by hand; an iPad says that it is a Mac. Not inside the application of a social network or of Google, nor
  // in another browser than Safari before iOS 16.4: these have no such command.
  const agent = navigator.userAgent, ios = /OS (\d+)_(\d+)/.exec(agent);
  const apple = /iP(hone|ad|od)/.test(agent) || (/Mac/.test(agent) && navigator.maxTouchPoints > 1);
  const another = /(CriOS|FxiOS|EdgiOS|OPT)\//.test(agent) && ios && +ios[1] + ios[2] / 10 < 16.4;
  window.goappIsAppleBrowser = () => apple && /Safari\//.test(agent) && !another && !/GSA\/|FBA[NV]|Instagram|Snapchat|TikTok|Line\//.test(agent);
  window.goappIsAppInstallable = () => !installed() && (!!offer || goappIsAppleBrowser());
  const change = (e) => { offer = e; goappOnAppInstallChange(); };
  window.goappShowInstallPrompt = () => {
    if (!offer) return;
    offer.prompt();
    change(); // it serves once
  };
  on(window, "beforeinstallprompt", (e) => { e.preventDefault(); change(e); }); // asked for when the person wants it, not over a form
  on(window, "appinstalled", () => change());

  if (worker) on(window, "load", () => {
    // A refusal, as in some private windows, changes nothing for the page.
    worker.register("/sw.js", { updateViaCache: "none" }).then((r) => {
      registration = r;
      const announce = () => { if (r.waiting && worker.controller) goappOnUpdate(); };
      const watch = () => { if (r.installing) r.installing.addEventListener("statechange", announce); };
      announce();
      watch(); // what was found before now
      r.addEventListener("updatefound", watch);
    }).catch(nothing);
  });

  if (!files.length || !window.WebAssembly || !window.Worker) return;
  if (!Element.prototype.replaceChildren) return; // which the part in WebAssembly shows its messages with

  // Nor for a browser that would refuse it: this module of one function needs what Go's code does (sign extension, conversions that
  // saturate, copies of memory), and is refused where the policy is (`wasm-unsafe-eval` is known from Chrome 97 and Safari 16 on).
  const probe = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 0, 10, 26, 1, 24, 0,
    65, 0, 192, 26, 67, 0, 0, 0, 0, 252, 0, 26, 65, 0, 65, 0, 65, 0, 252, 10, 0, 0, 11]);

  // The WASM is a megabyte: never fetched for whoever saves data or has a very slow line. Firefox and Safari tell neither: there it is slow
  // by what the page and its files took, with the limits of Chromium's 2g (1.4 seconds to the first byte, 70 kilobits a second).
  function dear() {
    const line = navigator.connection;
    if (matchMedia("(prefers-reduced-data: reduce)").matches || (line && (line.saveData || /2g/.test(line.effectiveType)))) return true;
    return !line && [].concat(performance.getEntriesByType("navigation"), performance.getEntriesByType("resource")).some((file) => {
      const bits = file.transferSize * 8, took = file.responseEnd - file.responseStart;
      return bits > 0 && (file.responseStart - file.requestStart > 1400 || (bits > 32000 && bits < 70 * took));
    });
  }

  // A pause of typing: nothing was pressed or composed for a while, so that no key waits for the start.
  on(document, "keydown input pointerdown", () => { key = Date.now(); });
  on(document, "compositionstart compositionend", (e) => { composing = e.type === "compositionstart"; });
  const inAPause = (run) => setTimeout(() => { if (composing || Date.now() - key < 600) inAPause(run); else run(); }, 150);

  function start() {
    if (started || dear()) return;
    started = true; // also after a failure: only a network that comes back is worth another try
    WebAssembly.compile(probe).then(load, nothing);
  }

  function load() {
    const loaded = new Promise((done, refuse) => {
      const script = document.createElement("script");
      script.src = files[1];
      script.onload = done;
      script.onerror = refuse;
      document.head.append(script);
    });
    const compiled = new Promise((done, refuse) => {
      const compiler = new Worker(files[2]);
      compiler.onmessage = (e) => { compiler.terminate(); if (e.data) done(e.data); else refuse(); };
      compiler.onerror = refuse;
      compiler.postMessage(files[0]);
    });
    Promise.all([compiled, loaded]).then((both) => {
      const go = new Go();
      return WebAssembly.instantiate(both[0], go.importObject).then((instance) => inAPause(() => run(go, instance)));
    }).catch(() => window.addEventListener("online", () => { started = false; start(); }, { once: true })); // one failure, one other try
  }

  function run(go, instance) {
    const island = document.getElementById("island");
    if (!island) return;
    document.body.insertBefore(island, document.body.firstChild); // go-app replaces the first element, which may be an extension's
    const kept = { onclick: window.onclick, onpopstate: window.onpopstate, onresize: window.onresize };
    const ended = go.run(instance); // go-app has drawn itself when this returns, and taken every click and Back
    Object.assign(window, kept);
    // After an exit no handler of Go's may throw into the page, and nothing is left that looks alive. wasm_exec.js calls Go again
    // and again until a timer that is due is gone: one that is left would hang the page.
    // At the foot of the window and so at the end of the page, behind the link to the content and all there is to read.
    const notice = document.getElementById("island"), root = document.documentElement;
    document.body.append(notice);
    // As much room at the end of the page as the notice takes, so that what lies under it can be scrolled out of it, the focus too.
    if (window.ResizeObserver) new ResizeObserver(() => {
      root.style.setProperty("--room", notice.offsetHeight + "px");
      const focus = document.activeElement;
      if (focus && focus !== document.body && !notice.contains(focus) && focus.getBoundingClientRect().bottom > notice.getBoundingClientRect().top) focus.scrollIntoView({ block: "nearest" });
    }).observe(notice);
    ended.catch(nothing).then(() => {
      go._resume = nothing;
      go._scheduledTimeouts.forEach((timer) => clearTimeout(timer));
      go._scheduledTimeouts.clear();
      notice.textContent = "";
    });
    if (worker) worker.ready.then((r) => r.active.postMessage({ type: "keep", urls: files }));
  }

  // It helps whoever begins to fill something in; a link or a button leads to another page anyway.
  on(document, "focusin pointerdown keydown", (e) => { if (!e.target.closest || !e.target.closest("a, button")) start(); });
  on(window, "offline", start);
  on(window, "load", () => {
    if (installed() || !navigator.onLine) inAPause(start);
    else if (window.caches) caches.match(files[0]).then((copy) => { if (copy) inAPause(start); }).catch(nothing);
  });
})();
