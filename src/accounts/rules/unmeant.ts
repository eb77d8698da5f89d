import type { AccountsFile } from "../file";
import { type Finding, type Path, warning } from "../problem";
import { valueAt } from "../values";
import { shown } from "../wording";

/** What AWS takes and nobody means: the part of an ARN before a role's name, and an id that waits to be filled in. */
export function* unmeantTexts({ document, entries }: AccountsFile): Iterable<Finding> {
  const textAt = (path: Path): string => {
    const value = valueAt(document.plain, path);
    return typeof value === "string" ? value : "";
  };
  const accounts = entries.map(({ path }) => path);
  for (const [path, rule] of [
    [["source", "admin_role_name"], "admin-role-name"],
    [["source", "pmm_ec2_role_name"], "role-name"],
    [["teleport", "role_name"], "role-name"],
    ...[["defaults"], ...accounts].map((path) => [[...path, "admin_role_name"], "admin-role-name"] as const),
  ] as const) {
    const text = textAt(path);
    const name = /^role\/(.+)$/.exec(text)?.[1];
    if (name !== undefined) {
      yield warning(
        path,
        rule,
        `${shown(text)} is the role ${shown(name.replace(/^.*\//, ""))} in the IAM path /${text.replace(/[^/]+$/, "")}; if role/ comes from its ARN, type ${name}`,
      );
    }
  }
  const monitors = [["defaults"], ...accounts].flatMap((path): Path[] => {
    const listed = valueAt(document.plain, [...path, "third_party_monitors"]);
    return (Array.isArray(listed) ? listed : []).map((_, index) => [...path, "third_party_monitors", index]);
  });
  for (const holder of [["teleport"], ...accounts, ...monitors]) {
    const path = [...holder, "external_id"];
    if (UNFILLED.test(textAt(path))) {
      yield warning(
        path,
        "external-id",
        `${shown(textAt(path))} reads like a text to fill in, and an id that anyone can guess keeps nobody out; type the id that the other side's console shows`,
      );
    }
  }
}

const UNFILLED =
  /^(?:change|replace|fix)[-_. ]?me$|^to[-_.]?(?:do|be[-_.]?defined)$|^tb[ad]$|^x{3,8}$|^(?:placeholder|example|dummy)$|^(?:your[-_.]?)?external[-_.]?id$/i;
