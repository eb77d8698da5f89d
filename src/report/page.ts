import { createHash } from "node:crypto";
import { browserFile } from "./browser-files";
import { compact, MARKS } from "./compact";
import { GRANT_KINDS } from "./kinds";
import type { AccessReport } from "./report";

/** The page's script, in the order in which its parts need one another. */
const SCRIPTS = [
  "elements",
  "data",
  "words",
  "policies",
  "identities",
  "search",
  "matrix",
  "searchable",
  "lists",
  "principal",
  "unmanaged",
  "pages",
  "main",
];

/** What a page of any version begins with. */
export const IS_PAGE =
  /^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="pmm-iam report">/;

/**
 * The report as one page that needs nothing beside itself: its policy lets it load nothing, and run its own script
 * alone. What users wrote is in it as data, and the script writes data as text.
 */
export function pageOf(report: AccessReport): string {
  const style = browserFile("page.css");
  const script = `"use strict";
const parts = {};
${SCRIPTS.map(scriptPart).join("")}`;
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="pmm-iam report">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Access report</title>
<style>${style}</style>
</head>
<body>
<noscript><p class="notice">This page shows its contents with a script of its own, and scripts are switched off here. The CSV file beside it has the same grants.</p></noscript>
<script type="application/json" id="report">${dataText({ report: compact(report), kinds: GRANT_KINDS, marks: MARKS })}</script>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * A module of the page's script as a function of its own, as a page that loads nothing needs it: what it exports is
 * under its name, and an import takes it from there.
 */
function scriptPart(name: string): string {
  const code = browserFile(`${name}.js`);
  const exported = [...code.matchAll(/^export (?:function|const) (\w+)/gm)].map(([, word]) => word);
  const body = code
    .replace(/^import (\{[^}]*\}) from "\.\/(\w+)\.js";$/gm, "const $1 = parts.$2;")
    .replace(/^export /gm, "");
  return `parts.${name} = (() => {\n${body}return { ${exported.join(", ")} };\n})();\n`;
}

/** JSON in which no text can end the script that holds it. */
function dataText(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
