import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { CORPUS, corpusNames } from "../accounts/corpus";
import type { Given } from "./judge";
import { mutatedData } from "./mutate-data";
import { mutatedBytes, mutatedText } from "./mutate-text";
import type { Random } from "./random";

export const KINDS = ["accounts", "policies", "modules"] as const;

export type Kind = (typeof KINDS)[number];

/** Makes cases of each kind from the corpus, in a folder of its own. */
export class Cases {
  readonly folder = mkdtempSync(join(tmpdir(), "pmm-iam-fuzz-"));
  private readonly texts = seeds();
  private readonly data = this.texts.flatMap(dataOf);

  constructor() {
    for (const kind of ["bad", "ok"]) {
      cpSync(join(CORPUS, kind), this.folder, {
        recursive: true,
        filter: (path) => !/\.(?:txt|yaml)$/.test(path),
      });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** What the reader gets, and the mutated file that shows it to people. */
  make(kind: Kind, random: Random): { given: Given; bytes: Buffer } {
    if (kind !== "accounts") {
      return this.withFile(kind, random);
    }
    const path = join(this.folder, "accounts.yaml");
    let text = this.text(random);
    for (let left = random.below(3); left > 0; left -= 1) {
      text = mutatedText(text, random);
    }
    if (random.chance(0.1)) {
      const bytes = mutatedBytes(text, random);
      writeFileSync(path, bytes);
      return { given: { path }, bytes };
    }
    return { given: { path, text }, bytes: Buffer.from(text) };
  }

  private text(random: Random): string {
    const text = this.texts[random.below(this.texts.length)] ?? "";
    const [first, ...rest] = this.data;
    if (random.chance(0.4)) {
      return text;
    }
    try {
      return mutatedData(this.data[random.below(this.data.length)], [first, ...rest], random);
    } catch (cause) {
      // The library cannot write every tree that the changes make: one that has come to contain itself.
      if (cause instanceof RangeError) {
        return text;
      }
      throw cause;
    }
  }

  /** An accounts file that uses a mutated policy or module. */
  private withFile(kind: "policies" | "modules", random: Random): { given: Given; bytes: Buffer } {
    const isModule = kind === "modules";
    const [original, name, keys]: readonly [string, string, string] = isModule
      ? random.of(MODULES)
      : random.of(POLICIES);
    let text = readFileSync(join(this.folder, original), "utf8");
    for (let left = random.below(3); left >= 0; left -= 1) {
      text = mutatedText(text, random);
    }
    const bytes = random.chance(0.1) ? mutatedBytes(text, random) : Buffer.from(text);
    writeFileSync(join(this.folder, name), bytes);
    return {
      given: { path: join(this.folder, "accounts.yaml"), text: `${HEAD}    ${keys}\n` },
      bytes,
    };
  }
}

const HEAD = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
  - name: orders-prod
    account_id: "222222222222"
`;

/** Original, mutated file, and the keys of the account that uses it. */
type Used = readonly [original: string, name: string, keys: string];

const policyFile = (original: string): Used => [
  `policies/${original}`,
  "policies/mutated.json",
  'third_party_monitors: [{name: vendor, account_id: "999999999999", external_id: an-external-id, policy: ./policies/mutated.json}]',
];

const POLICIES: readonly [Used, ...Used[]] = [
  policyFile("one-statement.json"),
  policyFile("reads.json"),
  policyFile("hostile-wildcards.json"),
  policyFile("principal.json"),
  policyFile("everything.json"),
];

const moduleFile = (original: string, folder: string): Used => [
  `modules/${original}`,
  `modules/${folder}/main.tf`,
  `modules: [{name: mine, source: ./modules/${folder}}]`,
];

const MODULES: readonly [Used, ...Used[]] = [
  moduleFile("backup-reader/main.tf", "backup-reader"),
  moduleFile("other-reader/main.tf", "other-reader"),
  moduleFile("reads-files/main.tf", "reads-files"),
  moduleFile("wrapper/main.tf", "wrapper"),
];

/** What a text of the corpus says, where the library can read it. */
function dataOf(text: string): unknown[] {
  const document = parseDocument(text, { uniqueKeys: false, stringKeys: true });
  try {
    // JSON refuses what contains itself.
    return document.errors.length === 0
      ? [JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 10 })))]
      : [];
  } catch {
    return [];
  }
}

/** A good file more often than a bad one, so that enough of the mutated ones are good too. */
function seeds(): string[] {
  return (["ok", "ok", "ok", "ok", "ok", "bad"] as const).flatMap((kind) =>
    corpusNames(kind).map((name) => readFileSync(join(CORPUS, kind, `${name}.yaml`), "utf8")),
  );
}
