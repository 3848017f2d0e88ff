// Registers the service worker once the page is whole, so that it takes nothing from the page on a slow network.
(function () {
  "use strict";
  if (!navigator.serviceWorker) return;
  window.addEventListener("load", function () {
    // A refusal, as in some private windows, changes nothing for the page.
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(function () {});
  });
})();
