import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/project";

const FEATURES = join(packageRoot, "src", "features");

/** What a feature is built on. The model, Terraform, the consumers and the commands are built on features. */
const BELOW = ["accounts", "aws", "modules", "policy"];

test("no feature imports what is built on features", () => {
  const files = readdirSync(FEATURES, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  expect(files.length).toBeGreaterThan(20);
  const upwards = files.flatMap((file) => {
    const depth = file.split("/").length;
    const out = new RegExp(`from "(?:\\.\\./){${depth}}([a-z-]+)`, "g");
    const imported = [...readFileSync(join(FEATURES, file), "utf8").matchAll(out)].map(
      ([, folder = ""]) => folder,
    );
    return imported.filter((folder) => !BELOW.includes(folder)).map((folder) => `${file} imports ${folder}`);
  });
  expect(upwards).toEqual([]);
});
