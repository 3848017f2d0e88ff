// Compiles the WASM in a worker: on a slow phone it would keep the page from answering for most of a second.
(function () {
  "use strict";
  onmessage = function (e) {
    var answer = fetch(e.data);
    var module = WebAssembly.compileStreaming // Safari has it from 15
      ? WebAssembly.compileStreaming(answer)
      : answer.then(function (r) { return r.arrayBuffer(); }).then(function (b) { return WebAssembly.compile(b); });
    module.then(postMessage, function () { postMessage(null); });
  };
})();
