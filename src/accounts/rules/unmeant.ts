import type { AccountsFile } from "../file";
import { type Finding, type Path, warning } from "../problem";
import { valueAt } from "../values";
import { shown } from "../wording";

/** What AWS takes and nobody means. */
export function* unmeantTexts(file: AccountsFile): Iterable<Finding> {
  const sections = [["defaults"], ...file.entries.map(({ path }) => path)];
  yield* partsOfArns(file, sections);
  yield* unfilledIds(file, sections);
}

/** A role's name with what stands before it in its ARN. */
function* partsOfArns(file: AccountsFile, sections: readonly Path[]): Iterable<Finding> {
  for (const [path, rule] of [
    [["source", "admin_role_name"], "admin-role-name"],
    [["source", "pmm_ec2_role_name"], "role-name"],
    [["teleport", "role_name"], "role-name"],
    ...sections.map((path) => [[...path, "admin_role_name"], "admin-role-name"] as const),
  ] as const) {
    const text = textAt(file, path);
    const name = /^role\/(.+)$/.exec(text)?.[1];
    if (name !== undefined) {
      yield warning(
        path,
        rule,
        `${shown(text)} is the role ${shown(name.replace(/^.*\//, ""))} in the IAM path /${text.replace(/[^/]+$/, "")}; if role/ comes from its ARN, type ${name}`,
      );
    }
  }
}

/** An external id that waits to be filled in. */
function* unfilledIds(file: AccountsFile, sections: readonly Path[]): Iterable<Finding> {
  const monitors = sections.flatMap((path): Path[] => {
    const listed = valueAt(file.document.plain, [...path, "third_party_monitors"]);
    return (Array.isArray(listed) ? listed : []).map((_, index) => [...path, "third_party_monitors", index]);
  });
  for (const holder of [["teleport"], ...file.entries.map(({ path }) => path), ...monitors]) {
    const path = [...holder, "external_id"];
    const text = textAt(file, path);
    if (UNFILLED.test(text)) {
      yield warning(
        path,
        "external-id",
        `${shown(text)} reads like a text to fill in, and an id that anyone can guess keeps nobody out; type the id that the other side's console shows`,
      );
    }
  }
}

/** As the file has it, also where its shape is wrong elsewhere. */
function textAt({ document }: AccountsFile, path: Path): string {
  const value = valueAt(document.plain, path);
  return typeof value === "string" ? value : "";
}

const UNFILLED =
  /^(?:change|replace|fix)[-_. ]?me$|^to[-_.]?(?:do|be[-_.]?defined)$|^tb[ad]$|^x{3,8}$|^(?:placeholder|example|dummy)$|^(?:your[-_.]?)?external[-_.]?id$/i;
