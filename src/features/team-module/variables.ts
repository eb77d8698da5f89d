import type { AccountsFile } from "../../accounts/file";
import { error, type Finding, type Path, warning } from "../../accounts/problem";
import { valueAt } from "../../accounts/values";
import { cut, nearest, shown } from "../../accounts/wording";
import { isPlainName } from "../../modules/call-rules";
import type { ModuleCode } from "../../modules/code";

/** Names that mean something else in a module block, or that Terraform keeps for later. */
const RESERVED = [
  "source",
  "version",
  "providers",
  "provider",
  "count",
  "for_each",
  "depends_on",
  "lifecycle",
  "locals",
  "_",
  "__proto__",
];

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** What is wrong with the variables at `path`. `code` is known for a module in the repository. */
export function* variableFindings(
  file: AccountsFile,
  path: Path,
  code: ModuleCode | undefined,
): Iterable<Finding> {
  // As the file has them: what the schema's library reads lacks `__proto__`.
  const values = valueAt(file.document.plain, path);
  const names = Object.keys((values ?? {}) as object);
  for (const name of names) {
    yield* nameFindings(name, [...path, name], code);
    const value = valueAt(values, [name]);
    yield* valueFindings(file, value, [...path, name]);
    if (typeof value === "string" && code?.inPaths.has(name) === true && !isPlainName(value)) {
      yield error(
        [...path, name],
        "variables",
        `${shown(value)} would be part of a file's path in the module; expected a name such as read or eu/read.json`,
      );
    }
  }
  for (const [name, { required }] of code?.variables ?? []) {
    if (required && !names.includes(name)) {
      yield error(
        path,
        "variables",
        `the module's variable ${name} has no default and is not given; add it under variables`,
        "key",
      );
    }
  }
}

function* nameFindings(name: string, path: Path, code: ModuleCode | undefined): Iterable<Finding> {
  if (RESERVED.includes(name)) {
    yield error(
      path,
      "variables",
      `${name} cannot be the name of a variable: in a module block it means something else; rename the module's variable`,
      "key",
    );
  } else if (!IDENTIFIER.test(name)) {
    yield error(
      path,
      "variables",
      `${shown(name)} is not the name of a variable; expected letters, digits, _ and -, not starting with a digit or -`,
      "key",
    );
  } else if (code !== undefined && code.problems.length === 0 && !code.variables.has(name)) {
    const known = [...code.variables.keys()].sort();
    const near = nearest(name, known);
    const takes = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
    yield error(
      path,
      "variables",
      `the module has no variable ${shown(name)}; ${near === undefined ? takes : `did you mean "${near}"? (${takes})`}`,
      "key",
    );
  }
}

/** What would reach Terraform as another value than the one in the file. */
function* valueFindings(file: AccountsFile, value: unknown, path: Path): Iterable<Finding> {
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      yield* textFindings(key, at, "key");
      yield* valueFindings(file, inner, at);
    }
  } else if (typeof value === "number") {
    yield* numberFindings(value, cut(file.document.written(path) ?? String(value)), path);
  } else if (typeof value === "string") {
    yield* textFindings(value, path, "value");
  }
}

function* numberFindings(value: number, written: string, path: Path): Iterable<Finding> {
  const quoted = `for text, type "${written}"`;
  if (!Number.isFinite(value)) {
    yield error(path, "variables", `${written} is not a number that Terraform can read; ${quoted}`);
  } else if (/^[-+]?0\d/.test(written)) {
    yield error(
      path,
      "variables",
      `${written} without quotes is the number ${value} to YAML, so that its leading zero is lost; type "${written}"`,
    );
  } else if (/^[-+]?(?:\d+|0[xo].*)$/.test(written) && !Number.isSafeInteger(value)) {
    yield error(
      path,
      "variables",
      `${written} is too large to be read exactly; type "${written}", which Terraform takes for a number too`,
    );
  } else if (/\.\d*0$/.test(written)) {
    yield warning(
      path,
      "variables",
      `${written} without quotes is the number ${value} to YAML; if it is a version or other text, type "${written}"`,
    );
  }
}

function* textFindings(text: string, path: Path, on: "key" | "value"): Iterable<Finding> {
  if (/\p{Cs}/u.test(text)) {
    yield error(
      path,
      "variables",
      "this text holds half a character (an escape \\uD800 to \\uDFFF); expected whole ones",
      on,
    );
  }
}
