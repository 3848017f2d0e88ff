async () => {
  // Returns what IBM's engine finds wrong with the page, in words; an empty list when nothing is. Its doubts, its advice and what only a
  // person can look at are left out: they come with every form and every focus that has a style, and are answered in docs/accessibility.md.
  const { results } = await new ace.Checker().check(document, ["WCAG_2_2"]);
  // A form without a name is no landmark (HTML-AAM 1.0, form): there is nothing to tell apart.
  const defects = results
    .filter(({ ruleId, value: [level, outcome] }) => level === "VIOLATION" && outcome === "FAIL" && ruleId !== "aria_form_label_unique")
    .map(({ ruleId, message, snippet, path }) => `${ruleId}: ${message}: ${path.dom}: ${snippet}`);
  // Where nothing passes either, nothing was looked at.
  return results.length ? defects : ["the engine had nothing to look at"];
}
