async (rules) => {
  // Returns what axe finds wrong with the page, in words; an empty list when nothing is. rules names the rules to apply; none
  // means all that WCAG 2.2 asks at levels A and AA, and axe's best practices. What axe cannot decide by itself counts as well.
  const runOnly = rules.length
    ? { type: "rule", values: rules }
    : { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"] };
  const { violations, incomplete, passes } = await axe.run(document, {
    runOnly,
    rules: rules.length ? {} : { "target-size": { enabled: true } },
  });
  const told = (doubt) => ({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) =>
      `${id}: ${doubt}${help}: ${target.flat().join(" ")}: ${(failureSummary ?? "").replace(/\s+/g, " ")}`);
  // Colours that it cannot tell: the drawings are made of our tokens, which have a test of their own, and FranceConnect's button
  // must look as the State draws it, white on a dark blue.
  for (const doubt of incomplete.filter(({ id }) => id === "color-contrast")) {
    doubt.nodes = doubt.nodes.filter(({ target }) => !document.querySelector(target.flat().join(" "))?.closest("svg, .fr-connect"));
  }
  const defects = [...violations.flatMap(told("")), ...incomplete.flatMap(told("perhaps "))];
  // Where nothing passes either, nothing was looked at.
  return passes.length + defects.length ? defects : ["axe had nothing to look at"];
}
