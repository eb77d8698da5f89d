import { createHash } from "node:crypto";
import { pageOf } from "../../src/report/page";
import { FILE } from "../diff/estate";
import { reportOfFile } from "./made";

const HOSTILE = "</script><script>alert(1)</script><!--";

const report = reportOfFile(FILE.replace("admin_role_name", `tags: {team: "x\\u2028y"}, admin_role_name`));
const page = pageOf({ ...report, deployment: { ...report.deployment, file: HOSTILE } });

/** The contents of each element of a name. */
function contents(name: string): string[] {
  return [...page.matchAll(new RegExp(`<${name}[^>]*>([^]*?)</${name}>`, "g"))].map(([, text = ""]) => text);
}

test("the page's policy lets it load nothing, and run its own script and style alone", () => {
  const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const [, script = ""] = contents("script");
  const [style = ""] = contents("style");
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy).toBe(
    `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; base-uri 'none'; form-action 'none'`,
  );
});

test("it names no other place", () => {
  expect(page).not.toMatch(/https?:\/\/|\bsrc=|url\(|@import|\bstyle="/);
});

test("a user's text cannot end the data", () => {
  expect(contents("script")).toHaveLength(2);
  expect(page).not.toContain("</script><script>alert");
  expect(page).not.toContain("\u2028");
  expect(JSON.parse(contents("script")[0] ?? "").report.deployment.file).toBe(HOSTILE);
});

test("its script is one program", () => {
  const [, script = ""] = contents("script");
  expect(() => new Function(script)).not.toThrow();
  expect(script).not.toMatch(/^(?:import|export) /m);
});
