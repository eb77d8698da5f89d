import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/project";

/** What reaches a stream some other way is not escaped. */
const WRITES =
  /\bprocess\s*\.\s*(?:stdout|stderr)\b|\bprocess\[|\bconsole\s*(?:\.\s*[a-z]+\s*\(|\[)|\bwriteSync\b|["'`]\/dev\/(?:tty|std|fd)/;

test("nothing but the terminal writes to a stream", () => {
  const files = readdirSync(join(packageRoot, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join("src", name));
  const writing = [...files, "main.ts", "bin/pmm-iam.js", "bin/register.js", "bin/translate.js"].filter(
    (file) => WRITES.test(readFileSync(join(packageRoot, file), "utf8")),
  );
  // Where the translator cannot be loaded, there is no terminal to write by: one fixed text.
  expect(writing).toEqual(["src/commands/terminal.ts", "bin/translate.js"]);
});
