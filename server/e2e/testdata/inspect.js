() => {
  // Returns what is wrong with the page for eyes and fingers, in words; an empty list when nothing is.
  const defects = [];
  const label = (e) => `<${e.localName}> « ${(e.innerText || e.id || "").replace(/\s+/g, " ").trim().slice(0, 40)} »`;

  // Nothing sticks out to the right (WCAG 2.2, 1.4.10). innerWidth would not tell: on a phone it grows with the page.
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    const wide = [...document.querySelectorAll("body *")]
      .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > clientWidth + 1);
    defects.push(`it scrolls sideways: ${scrollWidth} in ${clientWidth} pixels, ${wide.map(label).slice(-3).join(", ")}`);
  }

  // The bar, the page and the foot begin on one line.
  const edges = ["main", ".bar", "footer"].map((s) => document.querySelector(s)).filter(Boolean).map((e) => {
    const { borderLeftWidth, paddingLeft } = getComputedStyle(e);
    return e.getBoundingClientRect().left + parseFloat(borderLeftWidth) + parseFloat(paddingLeft);
  });
  if (Math.max(...edges) - Math.min(...edges) > 0.5) defects.push(`the page, the bar and the foot begin at ${edges.join(", ")} pixels`);

  // A form is as wide on every page.
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  for (const e of document.querySelectorAll("main form:not(.search)")) {
    if (e.getBoundingClientRect().width > 34 * rem + 0.5) defects.push(`${label(e)} is wider than a form`);
  }

  // Fingers find targets: 24 pixels a side, except within a sentence (2.5.8); what one types into or sends with, 44.
  const inSentence = (e) => {
    if (getComputedStyle(e).display !== "inline") return false;
    const words = e.closest("p, li, dd, td")?.innerText.replace(/\s+/g, " ").trim() ?? "";
    return words.replace(e.innerText.replace(/\s+/g, " ").trim(), "").replace(/[^\p{L}]/gu, "").length > 0;
  };
  // A choice is made by its label too; some targets are spread over the box around them.
  const area = (e) => {
    const target = e.matches("[type=radio], [type=checkbox]") && e.labels[0] || e;
    const spread = getComputedStyle(target, "::after").position === "absolute";
    return (spread ? target.parentElement.closest("li, div") : target).getBoundingClientRect();
  };
  const targets = [...document.querySelectorAll("a[href], button, input, summary")]
    .filter((e) => e.checkVisibility() && !e.closest(".skip") && !inSentence(e))
    .map((e) => ({ e, box: area(e) }));
  const middle = (b) => [b.x + b.width / 2, b.y + b.height / 2];
  for (const { e, box } of targets) {
    if (e.matches("input, form button:not(.link), .button") && box.height < 44) defects.push(`${label(e)} is only ${Math.round(box.height)} pixels high`);
    if (matchMedia("(pointer: coarse)").matches && e.matches(".links a, .help-list a, footer a") && box.height < 44) defects.push(`${label(e)} is only ${Math.round(box.height)} pixels high`);
    if (e.matches("li a") && box.height < 24) defects.push(`${label(e)} has only the room around it`);
    if (box.width >= 24 && box.height >= 24) continue;
    // A smaller one has the room: no other target within the circle of 24 pixels around its middle.
    const [x, y] = middle(box);
    const near = targets.find((o) => {
      if (o.e === e) return false;
      const dx = Math.max(o.box.left - x, 0, x - o.box.right), dy = Math.max(o.box.top - y, 0, y - o.box.bottom);
      const [ox, oy] = middle(o.box);
      const small = o.box.width < 24 || o.box.height < 24;
      return Math.hypot(dx, dy) < 12 || (small && Math.hypot(ox - x, oy - y) < 24);
    });
    if (near) defects.push(`${label(e)} measures ${Math.round(box.width)} × ${Math.round(box.height)} pixels, too near to ${label(near.e)}`);
  }

  // Eyes tell text from its ground: 4.5 to 1 (1.4.3). Drawings are compared by nobody here.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba("Canvas");
  };
  const seen = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (seen.has(e) || !texts.currentNode.data.trim() || !e.checkVisibility() || e.closest("svg, script, .hidden, .skip")) continue;
    seen.add(e);
    const [a, b] = [luminance(rgba(getComputedStyle(e).color)), luminance(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) defects.push(`${label(e)} has a contrast of ${ratio.toFixed(1)}`);
  }

  // Words are whole, and none lie on others, however large or far apart a person sets them (1.4.4, 1.4.12).
  // FranceConnect's button is set as the State sets it; the shell's box lies over the end of the window, and leaves room below.
  const lines = [...seen].filter((e) => !e.closest(".fr-connect, #island")).flatMap((e) => {
    const style = getComputedStyle(e);
    const cut = style.textOverflow === "ellipsis" && e.innerText.length > 20; // a long name is, on purpose: its link says all of it
    const edge = cut ? e.getBoundingClientRect().right : Infinity;
    if (!cut && style.overflow !== "visible" && !e.matches("input") && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)) {
      defects.push(`${label(e)} is cut off`);
    }
    return [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && n.data.trim()).flatMap((n) => {
      const range = document.createRange();
      range.selectNodeContents(n);
      return [...range.getClientRects()].map((box) => ({ e, box: new DOMRect(box.x, box.y, Math.min(box.right, edge) - box.x, box.height) }));
    });
  });
  lines.forEach(({ e, box }, i) => {
    const over = lines.slice(i + 1).find((o) => o.e !== e &&
      Math.min(box.right, o.box.right) - Math.max(box.left, o.box.left) > 2 &&
      Math.min(box.bottom, o.box.bottom) - Math.max(box.top, o.box.top) > Math.min(box.height, o.box.height) / 3);
    if (over) defects.push(`${label(e)} and ${label(over.e)} lie on each other`);
  });
  return defects;
}
