// Reads a topic of the help aloud, one utterance a sentence, where the browser has a French voice of its own: what is read stays on the
// device. Nothing begins by itself and nothing is told to screen readers, which have a voice already. Words come from the page.
(() => {
  // Firefox on Linux, asked for voices where there are none, tells its reader so on every page, above the page.
  if (/X11.*Firefox/.test(navigator.userAgent)) return;
  const speech = window.speechSynthesis, bar = document.querySelector("[data-listen]");
  if (!speech || !window.SpeechSynthesisUtterance || !window.Intl || !Intl.Segmenter) return;
  const begin = bar.children[0], pause = bar.children[1], stop = bar.children[2];
  let voice, sentences, at, utterance; // the last one is kept here, or a browser may forget it half said
  let turn = 0; // of what was cut off nothing more is heard

  // Some browsers know their voices after a while, and tell of them in this way only.
  const look = () => {
    voice = speech.getVoices().find((v) => v.localService && /^fr\b|^fr_/i.test(v.lang));
    bar.hidden = !voice;
    if (!voice) end();
  };

  // The text nodes that are read: what is hidden from the ear stays silent.
  function words(block) {
    const nodes = [], walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (!walk.currentNode.parentNode.closest("[aria-hidden]")) nodes.push(walk.currentNode);
    return nodes;
  }

  function* read() {
    for (const block of document.querySelectorAll(".help h1, .help h2, .help h3, .help p, .help li, .help svg")) {
      if (block.querySelector("p, li") || !block.getClientRects().length) continue;
      const nodes = words(block), text = nodes.map((n) => n.data).join("") || block.getAttribute("aria-label") || "";
      for (const part of new Intl.Segmenter("fr", { granularity: "sentence" }).segment(text)) {
        const range = document.createRange();
        range.selectNode(block);
        let from = part.index, to = from + part.segment.trimEnd().length;
        for (const n of nodes) {
          if (from >= 0 && from < n.length) range.setStart(n, from);
          if (to > 0 && to <= n.length) range.setEnd(n, to);
          from -= n.length;
          to -= n.length;
        }
        yield { text: part.segment, block, range };
      }
    }
  }

  function show(sentence) {
    document.querySelectorAll(".spoken").forEach((b) => b.classList.remove("spoken"));
    const marks = window.CSS && CSS.highlights;
    if (marks) marks.delete("spoken");
    if (!sentence) return;
    if (marks && !sentence.block.matches("svg")) marks.set("spoken", new Highlight(sentence.range));
    else sentence.block.classList.add("spoken");
    sentence.block.scrollIntoView({ block: "nearest" });
  }

  function say() {
    const mine = ++turn, sentence = sentences[at];
    speech.cancel();
    show(sentence);
    if (!sentence) return end();
    utterance = new SpeechSynthesisUtterance(sentence.text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.onend = () => mine === turn && (at++, say());
    utterance.onerror = () => mine === turn && end();
    speech.speak(utterance);
  }

  function controls(shown, paused) {
    if (!shown && bar.contains(document.activeElement)) begin.focus(); // not lost with its button
    pause.hidden = stop.hidden = !shown;
    pause.setAttribute("aria-pressed", paused);
  }

  function end() {
    turn++;
    speech.cancel();
    show();
    controls(false, false);
  }

  begin.onclick = () => {
    sentences = [...read()];
    at = 0;
    controls(true, false);
    say();
  };
  // A browser's own pause stops some voices for good. A sentence is short: it is read again from its beginning.
  pause.onclick = () => {
    const paused = pause.getAttribute("aria-pressed") !== "true";
    controls(true, paused);
    if (!paused) return say();
    turn++;
    speech.cancel();
  };
  stop.onclick = end;
  addEventListener("pagehide", end);
  speech.onvoiceschanged = look;
  look();
})();
