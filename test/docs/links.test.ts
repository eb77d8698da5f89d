import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { packageRoot } from "../../src/project";

/** Every link of every page leads to a file, a folder or a heading that is there. */

const FOLDERS = ["docs", "examples", "modules", "test/e2e"];

const pages = [
  ...readdirSync(packageRoot).filter((name) => name.endsWith(".md")),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
].sort();

/** Without blocks of code, in which `](` and `#` mean something else. */
function prose(path: string): string {
  return readFileSync(path, "utf8").replace(/^ *```[\s\S]*?^ *```$/gm, "");
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchors(path: string): string[] {
  return [...prose(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function isThere(page: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? join(packageRoot, page) : join(packageRoot, dirname(page), file);
  if (relative(packageRoot, path).startsWith("..") || !existsSync(path)) {
    return false;
  }
  return anchor === undefined || (!statSync(path).isDirectory() && anchors(path).includes(anchor));
}

test.each(pages)("%s", (page) => {
  const links = [...prose(join(packageRoot, page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const lost = links.filter((link) => !/^(?:https:|mailto:)/.test(link) && !isThere(page, link));
  expect(lost).toEqual([]);
});

test.each(["docs", "docs/decisions"])("every page of %s is linked from its README.md", (name) => {
  const folder = join(packageRoot, name);
  const index = prose(join(folder, "README.md"));
  const unlisted = readdirSync(folder).filter(
    (page) => page.endsWith(".md") && page !== "README.md" && !index.includes(`](${page})`),
  );
  expect(unlisted).toEqual([]);
});

test("each decision has its context, the decision and its consequence", () => {
  const folder = join(packageRoot, "docs", "decisions");
  const headings = readdirSync(folder)
    .filter((name) => name !== "README.md")
    .map((name) => [...prose(join(folder, name)).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading));
  expect(headings.length).toBeGreaterThan(10);
  for (const found of headings) {
    expect(found).toEqual(["Context", "Decision", "Consequence"]);
  }
});
