// What a page gains with JavaScript. Every form works without it.
// Words come from the page (data-* and <template>), never from here.
(function () {
  "use strict";
  // A browser that cannot do all of it does none of it: a form that is half looked after is worse than a plain one.
  if (!window.fetch || !window.AbortController || !window.Promise || !window.Set || !Element.prototype.closest || !window.HTMLTemplateElement) return;

  // htmx is asked for once the style sheet is there: on a slow line it would take the bandwidth from the form, which does without, as
  // it does in a browser that lacks what htmx shows its answers with.
  var htmxURL = document.currentScript.dataset.htmx;
  if (htmxURL && Element.prototype.replaceChildren) document.head.appendChild(document.createElement("script")).src = htmxURL;

  var mark = "Mon-Compte"; // the header of every answer of our own
  // After a fault nothing is looked after any more: the button is ready and the browser sends the forms.
  var broken = false;
  var safely = function (handle) {
    return function (value) {
      if (broken) return;
      try {
        handle(value);
      } catch (fault) {
        broken = true;
        release();
        throw fault; // to the console
      }
    };
  };
  var on = function (names, handle) {
    names.split(" ").forEach(function (name) { document.addEventListener(name, safely(handle), true); });
  };
  var byId = function (id) { return document.getElementById(id); };
  var each = function (selector, visit) { Array.prototype.forEach.call(document.querySelectorAll(selector), visit); };

  // Show and hide the password.
  function reveal(button, shown) {
    byId(button.dataset.reveal).type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", shown);
  }
  function conceal() { each("[data-reveal]", function (b) { reveal(b, false); }); }
  each("[data-reveal]", function (b) { b.hidden = false; });
  on("click", function (e) {
    var button = e.target.closest && e.target.closest("[data-reveal]");
    if (button) reveal(button, byId(button.dataset.reveal).type === "password");
  });

  // Share the page, where the device can.
  if (navigator.share) each("[data-share]", function (b) {
    b.hidden = false;
    b.addEventListener("click", function () {
      navigator.share({ title: document.title, url: location.origin + location.pathname }).catch(function () {}); // closed again
    });
  });

  // Passkeys, where the browser knows them.
  var wanted = document.querySelector("[data-script]");
  if (wanted && window.PublicKeyCredential) document.head.appendChild(document.createElement("script")).src = wanted.dataset.script;

  // The choice of a shared computer goes along to FranceConnect. The link beside it has it already.
  on("click", function (e) {
    var way = e.target.closest && e.target.closest("a[href^='/franceconnect/connexion']");
    if (!way || way.closest(".field")) return;
    var shared = byId("partage");
    if (shared) way.search = shared.checked ? "?partage=1" : "";
  });

  // What takes a while is heard as well, politely, in a place that is there before it has anything to say.
  var voice = (document.querySelector("footer") || document.body).appendChild(document.createElement("p"));
  voice.className = "hidden";
  voice.setAttribute("aria-live", "polite");

  // What stands in a form goes along to the first step of another way; the password does not.
  on("click", function (e) {
    var button = e.target.closest && e.target.closest("[formaction]");
    if (!button) return;
    e.preventDefault();
    if (sending) return;
    if (!cookies()) return say("sans-cookies");
    conceal();
    var secret = button.form.querySelector("input[type=password]");
    if (secret) secret.value = "";
    sending = { form: button.form };
    leave(button.form, button.getAttribute("formaction"));
  });

  // One request at a time. The button is never disabled: it would lose the focus.
  var sending = null;
  var typed = new Set(); // inputs changed since the form was sent
  function release() {
    if (!sending) return;
    clearTimeout(sending.timer);
    clearTimeout(sending.slow);
    voice.textContent = "";
    if (sending.button) {
      sending.button.textContent = sending.words;
      sending.button.removeAttribute("aria-disabled");
    }
    sending = null;
  }
  // Tried rather than asked: navigator.cookieEnabled is true where the person's own settings refuse them.
  function cookies() {
    document.cookie = "essai=1;path=/";
    var kept = document.cookie.indexOf("essai=") >= 0;
    document.cookie = "essai=;path=/;max-age=0";
    return kept;
  }
  on("submit", function (e) {
    if (e.target.method === "get") return; // a question may be asked again at once
    if (sending && sending.form === e.target) {
      e.preventDefault();
      e.stopImmediatePropagation();
      return;
    }
    // Without cookies nobody can be recognised on the next page: nothing is sent, above all no code that could not be used.
    if (byId("sans-cookies") && !cookies()) {
      e.preventDefault();
      e.stopImmediatePropagation();
      typed.clear();
      say("sans-cookies");
      return;
    }
    conceal(); // a shown password would end up among the browser's suggestions
    typed.clear();
    release();
    var button = e.target.querySelector("[data-busy]");
    sending = { form: e.target, button: button };
    if (button) {
      sending.words = button.textContent;
      button.textContent = button.dataset.busy;
      button.setAttribute("aria-disabled", "true");
    }
    var ours = !(window.htmx && e.target.hasAttribute("data-hx-post"));
    if (ours) e.preventDefault(); // first: a fault below must not lead to an error of the browser's
    if (button) sending.slow = setTimeout(function () { voice.textContent = button.dataset.busy; }, 1000);
    if (ours) leave(e.target);
  });
  // htmx says by itself when there is no network, and the service worker answers for a link or a search. A plain form that is posted
  // would leave the page for an error of the browser's, so the network is tried first. Nothing is ever sent later by itself: that is
  // the person's to decide.
  function leave(form, elsewhere) {
    var probe = new AbortController();
    sending.timer = setTimeout(function () { probe.abort(); }, 10000); // a network that never answers is none
    fetch("/healthz", { cache: "no-store", redirect: "manual", signal: probe.signal }).then(safely(function (answer) {
      if (!sending || sending.form !== form) return; // another form was sent meanwhile
      clearTimeout(sending.timer);
      if (!answer.headers.has(mark)) return say(form.dataset.offline || "sans-reponse");
      sending.timer = setTimeout(release, 8000); // a submit that is stopped by hand tells nobody
      if (!elsewhere) {
        entered();
        return form.submit();
      }
      var here = form.getAttribute("action");
      form.setAttribute("action", elsewhere);
      form.submit();
      form.setAttribute("action", here);
    }), safely(function () { say(form.dataset.offline || "sans-reseau"); }));
  }
  on("input", function (e) {
    typed.add(e.target.id);
    typed.add(e.target.name); // a choice has the name of its group
    // A code is sent off by itself at its last digit.
    var need = +e.target.dataset.digits;
    var form = e.target.form;
    if (need && !sending && form.requestSubmit && e.target.value.replace(/\D/g, "").length === need) form.requestSubmit();
  });
  // How long until a message can be sent again. Pressed before, the server says so as well.
  each("[data-wait]", function (box) {
    var end = Date.now() + box.dataset.wait * 1000;
    var count = setInterval(tick, 1000);
    function tick() {
      var left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) clearInterval(count);
      box.textContent = left > 0 ? box.dataset.waiting.replace("%s", left) : "";
    }
    tick();
  });
  window.addEventListener("pageshow", safely(release)); // back from the browser's page cache
  // Some browsers keep a page of a session there although it says no-store: the session may have ended since, so it is asked for again.
  window.addEventListener("pageshow", safely(function (event) {
    if (event.persisted && document.querySelector("header .sign-out")) location.reload();
  }));

  // Whoever comes Back to a form that was accepted finds it empty, the next person at a shared computer above all. The entry in the
  // browser's history remembers that it was; a form that was left for the help is as it was left.
  function entered() { history.replaceState({ entered: true }, ""); }
  window.addEventListener("pageshow", safely(function () {
    if (!history.state || !history.state.entered) return;
    each("form[method=post] input:not([readonly])", function (input) {
      if (input.type === "text" || input.type === "password") input.value = "";
    });
    history.replaceState(null, "");
  }));

  // The state of a field follows its message, and so does the text that describes it, but that never while the field has the focus: a
  // screen reader would say the whole of it again at each change.
  function describe(box) {
    var id = box.id.slice(0, -7);
    var input = byId(id);
    if (!input) return;
    var message = box.querySelector(".message, .note");
    if (box.querySelector(".message")) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (input === document.activeElement) return;
    var told = message ? message.textContent : "";
    if (byId(id + "-dit").textContent === told) return;
    byId(id + "-dit").textContent = told;
    // Firefox on Linux tells of a new description when a screen reader asks for it, and so has it said twice, unless the field is new.
    input.hidden = true;
    input.getBoundingClientRect();
    input.hidden = false;
  }
  // Once the part in WebAssembly has had its say.
  on("focusout", function (e) {
    var box = byId(e.target.id + "-erreur");
    if (box) setTimeout(describe, 0, box);
    setTimeout(mend, 0);
  });

  // What an answer said goes once it is mended: the message of a field that was changed and left, unless the part in WebAssembly has
  // judged it anew, its line in the summary and, with the last line, the summary. Never between the two halves of a click, which would
  // land elsewhere.
  var said, down = false;
  function hear() { said = document.querySelectorAll('[id$="-erreur"] .message'); }
  hear();
  on("mousedown", function () { down = true; });
  on("mouseup", function () { down = false; setTimeout(mend, 0); });
  var mend = safely(function () {
    if (down || sending) return;
    Array.prototype.forEach.call(said, function (message) {
      var box = message.closest('[id$="-erreur"]');
      var id = box && box.id.slice(0, -7);
      if (!box || !typed.has(id) || document.activeElement.id === id) return;
      box.textContent = "";
      describe(box);
    });
    var lines = document.querySelectorAll("#messages .summary ul:not(.ways) a");
    var left = Array.prototype.filter.call(lines, function (line) {
      var id = line.hash.slice(1);
      var box = byId(id + "-erreur");
      if (!box || document.activeElement.id === id || box.querySelector(".message")) return true;
      line.parentNode.remove();
    });
    if (!lines.length || left.length) return;
    byId("messages").textContent = "";
    document.title = document.title.replace(/^[^ ]+\s:\s/, "");
  });

  var useless;
  // After an answer: the messages are new, the inputs are as they were.
  function settle() {
    release();
    each('[id$="-erreur"]', describe);
    hear();
    var summary = document.querySelector("#messages .summary");
    if (!summary) return;
    var heading = summary.querySelector("h2").children; // for the eye, and with « Erreur : » before it for the ear
    var sign = heading[1].textContent.split(heading[0].textContent)[0];
    if (document.title.indexOf(sign) !== 0) document.title = sign + document.title;
    if (useless) useless.hidden = false;
    useless = byId(summary.dataset.hides); // until the hour that the summary says
    if (useless) useless.hidden = true;
    var stale = byId(summary.dataset.empty);
    if (stale && !typed.has(stale.id)) stale.value = "";
    stepBehind();
    var wrong = document.querySelector("[aria-invalid=true]");
    // Who is in the wrong field already, as after Enter, or types on, hears the summary and stays; who comes to the field hears it there.
    if (typed.size || wrong === document.activeElement) summary.setAttribute("role", "alert");
    if (typed.size) return; // not from under the fingers
    if (!wrong) return summary.focus();
    // All that there is to read, to mend and to press, where the screen has room for it; else what there is to press, and the field.
    summary.scrollIntoView();
    var press = wrong.form.querySelector("[data-busy]");
    if (press) press.scrollIntoView({ block: "nearest" });
    // A screen reader hears late. Of a field that has the focus by then, what was done to it before would be read too, or instead.
    // Whoever has gone on meanwhile is not called back.
    var here = document.activeElement;
    setTimeout(function () { if (!typed.size && document.activeElement === here) wrong.focus(); }, 300);
  }
  // After a refusal FranceConnect stands behind the form, as in the page that the server sends without scripts.
  function stepBehind() {
    var provider = document.querySelector(".provider");
    var or = provider && provider.nextElementSibling;
    var form = document.querySelector("#messages + form");
    if (!form || !or || !or.matches(".or")) return; // there is none, or it is there already
    form.parentNode.insertBefore(provider, form.nextSibling);
    form.parentNode.insertBefore(or, provider);
  }
  function say(id) {
    var words = byId(id);
    if (!words) return release();
    var box = byId("messages");
    if (!box) {
      box = document.createElement("div");
      box.id = "messages";
      var content = byId("contenu");
      content.insertBefore(box, content.firstChild);
    }
    box.textContent = "";
    box.appendChild(words.content.cloneNode(true));
    each('[id$="-erreur"]', function (box) { box.textContent = ""; }); // they spoke of an earlier try
    settle();
  }
  // The part in WebAssembly refuses a malformed identifier by itself, with the same messages.
  on("moncompte:refused", function () {
    typed.clear();
    settle();
  });
  // htmx 4 and htmx 2 name their events differently.
  on("htmx:after:swap htmx:afterSwap", settle);
  on("htmx:error htmx:sendError htmx:timeout", function (e) {
    if (e.type === "htmx:error" && !e.detail.ctx) return; // htmx 2 also says so for a refused form
    say("sans-reseau");
  });
  // A proxy, a firewall or a Wi-Fi portal may answer in our place, with any status and any text. Only what carries our mark is
  // shown or followed; htmx is never redirected by us.
  on("htmx:config:request", function (e) { e.detail.ctx.request.redirect = "manual"; });
  on("htmx:before:response htmx:beforeOnLoad", function (e) {
    var ctx = e.detail.ctx;
    var header = function (name) { return ctx ? ctx.response.headers.get(name) : e.detail.xhr.getResponseHeader(name); };
    if (header(mark)) {
      if (header("HX-Redirect")) entered();
      return;
    }
    e.preventDefault();
    if (ctx) ctx.hx = {}; // version 4 would raise the events that the answer names all the same
    say("sans-reponse");
  });
  // A whole document is that of another request: something on the way took off the header that asks for messages.
  on("htmx:before:swap htmx:beforeSwap", function (e) {
    var text = e.detail.ctx ? e.detail.ctx.text : e.detail.xhr && e.detail.xhr.responseText;
    if (!/<html[\s>]/i.test(text || "")) return;
    e.preventDefault();
    say("sans-reponse");
  });
})();
