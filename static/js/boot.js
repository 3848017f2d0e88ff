// Registers the service worker, keeps the browser's offer to install, and starts the part in WebAssembly when it helps and harms
// nobody. The page is complete without any of it, and stays so if any of it fails.
(function () {
  "use strict";
  var files = document.currentScript.dataset;
  var worker = navigator.serviceWorker;
  var registration, offer, starting, keys = 0, composing = false;
  var nothing = function () {};
  var on = function (target, names, handle) {
    names.split(" ").forEach(function (name) { target.addEventListener(name, handle, { capture: true, passive: true }); });
  };
  var standalone = function () { return navigator.standalone === true || matchMedia("(display-mode: standalone)").matches; };

  // What go-app 10.1.11 asks the window for. It replaces the first two by its own when it runs.
  window.goappOnUpdate = function () { window.goappUpdatedBeforeWasmLoaded = true; };
  window.goappOnAppInstallChange = function () { window.goappAppInstallChangedBeforeWasmLoaded = true; };
  window.goappGetenv = function (name) { return name === "GOAPP_INTERNAL_URLS" ? "null" : ""; };
  window.goappTryUpdate = function () { if (registration) registration.update().catch(nothing); };
  window.goappIsAppleBrowser = function () { // iPhone and iPad, which install by hand
    return /iP(hone|ad|od)/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  };
  window.goappIsAppInstallable = function () { return !standalone() && (!!offer || window.goappIsAppleBrowser()); };
  window.goappShowInstallPrompt = function () {
    if (!offer) return;
    offer.prompt();
    offer = null; // it serves once
    window.goappOnAppInstallChange();
  };
  on(window, "appinstalled", function () { offer = null; window.goappOnAppInstallChange(); });
  window.addEventListener("beforeinstallprompt", function (e) {
    e.preventDefault(); // asked for when the person wants it, not over the form
    offer = e;
    window.goappOnAppInstallChange();
  });

  if (worker) on(window, "load", function () {
    // A refusal, as in some private windows, changes nothing for the page.
    worker.register("/sw.js", { updateViaCache: "none" }).then(function (r) {
      registration = r;
      var announce = function () { if (r.waiting && worker.controller) window.goappOnUpdate(); };
      announce();
      r.addEventListener("updatefound", function () { r.installing.addEventListener("statechange", announce); });
    }).catch(nothing);
  });

  // The WASM is over a megabyte: never fetched for whoever saves data or has a very slow line.
  var line = navigator.connection || {};
  if (!files.wasm || !window.WebAssembly || !window.Worker || line.saveData || /2g/.test(line.effectiveType)) return;

  // A pause of typing: nothing was pressed or composed for a while, so that no key waits for the start.
  on(document, "keydown input pointerdown", function () { keys = Date.now(); });
  on(document, "compositionstart compositionend", function (e) { composing = e.type === "compositionstart"; });
  function inAPause(run) {
    if (composing || Date.now() - keys < 600) setTimeout(inAPause, 150, run);
    else (window.requestIdleCallback || setTimeout)(function () { if (Date.now() - keys < 600) inAPause(run); else run(); });
  }

  function start() {
    if (starting) return;
    starting = true; // also after a failure: only a network that comes back is worth another try
    var exec = new Promise(function (done, refuse) {
      var script = document.createElement("script");
      script.src = files.exec;
      script.onload = done;
      script.onerror = refuse;
      document.head.append(script);
    });
    var module = new Promise(function (done, refuse) {
      var compiler = new Worker(files.compile);
      compiler.onmessage = function (e) { compiler.terminate(); if (e.data) done(e.data); else refuse(); };
      compiler.onerror = refuse;
      compiler.postMessage(files.wasm);
    });
    Promise.all([module, exec]).then(function (both) {
      var go = new window.Go();
      return WebAssembly.instantiate(both[0], go.importObject).then(function (instance) { inAPause(function () { run(go, instance); }); });
    }).catch(function () { on(window, "online", function () { starting = false; start(); }); });
  }

  function run(go, instance) {
    var kept = [window.onclick, window.onpopstate, window.onresize];
    var ended = go.run(instance); // go-app has drawn itself when this returns, and taken every click and Back
    window.onclick = kept[0];
    window.onpopstate = kept[1];
    window.onresize = kept[2];
    // After an exit no handler of Go's may throw into the page, and nothing is left that looks alive.
    ended.catch(nothing).then(function () {
      go._resume = nothing;
      document.getElementById("island").replaceChildren();
      document.documentElement.classList.remove("noticed");
    });
    if (worker) worker.ready.then(function (r) { r.active.postMessage({ type: "keep", urls: [files.wasm, files.exec, files.compile] }); });
  }

  // It helps whoever begins to fill something in; a link or a button leads to another page anyway.
  on(document, "focusin pointerdown keydown", function (e) { if (!e.target.closest || !e.target.closest("a, button")) start(); });
  on(window, "offline", start);
  on(window, "load", function () {
    if (standalone() || !navigator.onLine) inAPause(start);
    else if (window.caches) caches.match(files.wasm).then(function (copy) { if (copy) inAPause(start); }).catch(nothing);
  });
})();
