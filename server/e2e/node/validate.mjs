// Validates HTML: reads a JSON object of documents by name on stdin, writes a JSON list of sentences on stdout.
import { text } from "node:stream/consumers";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const validator = new HtmlValidate(new StaticConfigLoader({
  root: true,
  extends: ["html-validate:standard", "html-validate:a11y"],
  // The standard says what a button without a type does, and ours do that: they send their form.
  rules: { "no-implicit-button-type": "off" },
}));
const faults = [];
for (const [name, document] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const { results } = await validator.validateString(document);
  for (const { messages } of results) {
    for (const { ruleId, message, line, column } of messages) faults.push(`${name}:${line}:${column}: ${message} (${ruleId})`);
  }
}
process.stdout.write(JSON.stringify(faults));
