// Passkeys: signs in with one, makes one, and tells the device which ones the account has. page.js asks for this script where the
// browser knows passkeys, and the page is complete without it: words come from the page (<template data-say>), never from here.
(() => {
  const known = window.PublicKeyCredential, credentials = navigator.credentials, post = { method: "POST" };
  const root = document.querySelector("[data-passkey]"), told = document.querySelector("[data-signals]");
  const nothing = () => {};

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // What a device makes is full of buffers; the server reads JSON (W3C Web Authentication §5.1, RegistrationResponseJSON).
  function plain(made) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    if (made.response.getTransports) response.transports = made.response.getTransports();
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {}, response });
  }

  // The question, with its texts made buffers again.
  async function question(answer) {
    if (!answer.ok || answer.redirected) throw answer; // elsewhere: the session has ended
    const publicKey = (await answer.json()).publicKey;
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    for (const other of publicKey.excludeCredentials || []) other.id = bytes(other.id);
    return publicKey;
  }

  // What the device can be told, each only where it says so itself.
  async function signal(what) {
    const can = known.getClientCapabilities ? await known.getClientCapabilities() : {};
    for (const name in what) if (can[name]) known[name](what[name]).catch(nothing);
  }
  if (told) signal(JSON.parse(told.dataset.signals)).catch(nothing);

  if (!root || !credentials || !window.AbortController) return;
  const button = root.querySelector("button"), box = root.querySelector(".told");
  function say(name) {
    box.textContent = "";
    if (name) box.append(root.querySelector(`[data-say=${name}]`).content.cloneNode(true));
  }
  // To stop is no fault, and some browsers say the same for « there is none here ».
  const stopped = (fault) => fault.name === "NotAllowedError" || fault.name === "AbortError";

  // One request at a time: a second one is refused while the first is pending, so that the button ends what the field began, even
  // when that is still finding out whether it can begin. A promise may never settle, so nothing waits for the one before.
  let latest, born = 0, pressed; // pressed: the latest is the button's
  const life = 240000; // ms; a minute less than the server's
  async function signIn(asked) {
    const shared = document.getElementById("partage");
    if (latest) latest.abort();
    pressed = asked;
    const mine = latest = new AbortController(), over = () => mine.signal.aborted;
    try {
      if (!asked && !(known.isConditionalMediationAvailable && await known.isConditionalMediationAvailable()) || over()) return;
      const publicKey = await question(await fetch("/connexion/cle/demande", post));
      if (over()) return;
      born = Date.now();
      const request = { publicKey, signal: mine.signal };
      if (!asked) request.mediation = "conditional";
      const made = await credentials.get(request);
      if (over() || !made) return;
      asked = true; // by choosing it
      const answer = await fetch("/connexion/cle" + (shared && shared.checked ? "?partage=1" : ""), { method: "POST", headers: { "Content-Type": "application/json" }, body: plain(made) });
      const said = await answer.json();
      if (said.location) return location.assign(said.location);
      if (said.unknown) signal({ signalUnknownCredential: { rpId: publicKey.rpId, credentialId: made.id } }).catch(nothing);
      say(said.unknown ? "unknown" : "failed");
    } catch (fault) {
      // The field's own request is silent until somebody chooses in it: nobody has asked for anything before.
      if (asked && !over()) say(stopped(fault) ? "cancelled" : "failed");
    } finally {
      if (latest === mine) latest = pressed = null;
    }
  }

  let adding;
  async function add() {
    if (adding) return;
    adding = true;
    say();
    const form = button.form;
    try {
      const publicKey = await question(await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams({ action: "demande" }) }));
      form.elements.reponse.value = plain(await credentials.create({ publicKey }));
      form.submit();
    } catch (fault) {
      adding = false;
      if (fault.status === 401 || fault.redirected) return location.assign(form.getAttribute("action")); // where the proof is asked for again
      say(stopped(fault) ? "cancelled" : fault.name === "InvalidStateError" ? "already" : "failed");
    }
  }

  if (root.dataset.passkey === "sign-in") {
    const field = document.getElementById("identifiant");
    button.addEventListener("click", (e) => {
      if (e.detail > 1 && pressed) return; // a double click is one; another click is not
      say();
      signIn(true);
    });
    // Again when it was refused, ended by the button, or asked too long ago.
    field.addEventListener("focus", () => { if (!latest || born && Date.now() - born > life) signIn(); });
    signIn();
    root.hidden = false;
    return;
  }
  button.addEventListener("click", (e) => { e.preventDefault(); add(); }); // the form goes with the answer
  if (root.dataset.passkey === "add") {
    root.hidden = false;
    document.querySelector("[data-passkey-none]").hidden = true;
    return;
  }
  // Offered where the device has a finger, a face or a code to ask for; shown once, so that it counts when it is seen.
  known.isUserVerifyingPlatformAuthenticatorAvailable().then((can) => {
    if (!can) return;
    root.hidden = false;
    navigator.sendBeacon(button.form.getAttribute("action"), new URLSearchParams({ action: "proposer" }));
  }).catch(nothing);
})();
