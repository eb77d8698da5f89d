import { brief } from "./hidden-characters";
import { type Call, type Expression, literalOf } from "./syntax";

/** What the functions that a team's module calls may read: files of the module, and nothing else. */

/** What of a file is refused; `at` is its place in the file. */
export interface Problem {
  readonly text: string;
  readonly at: number;
}

/** Functions of Terraform and OpenTofu that read files: the first argument is a path. */
export const READS_FILE = [
  "file",
  "filebase64",
  "filebase64sha256",
  "filebase64sha512",
  "fileexists",
  "filemd5",
  "fileset",
  "filesha1",
  "filesha256",
  "filesha512",
  "templatefile",
];

/** Why a module may not have these calls. */
export function* callProblems(calls: readonly Call[]): Iterable<Problem> {
  for (const call of calls) {
    const text = callProblem(call);
    if (text !== undefined) {
      yield { text, at: call.at };
    }
  }
}

/** Whether a template with these calls reads more than it is given: in one there is no path.module but what it is given by that name. */
export function readsFiles(calls: readonly Call[]): boolean {
  return calls.some(
    (call) => isCallOf(call, "templatestring", ...READS_FILE) || call.name.startsWith("provider::"),
  );
}

/** Whether a call is of this function of Terraform, which may be written `core::file`. */
function isCallOf({ name }: Call, ...functions: readonly string[]): boolean {
  return functions.includes(name.replace(/^core::/, ""));
}

function callProblem(call: Call): string | undefined {
  if (isCallOf(call, "templatestring")) {
    return "templatestring reads a template that is known only when Terraform runs; expected templatefile and a file in policies/";
  }
  if (/^(?!core::).*::/.test(call.name) && !/^provider::aws::\w+$/.test(call.name)) {
    return `${brief(call.name)} is a function of another provider than aws; expected aws alone, the account's`;
  }
  if (!isCallOf(call, ...READS_FILE)) {
    return undefined;
  }
  const [path, pattern] = call.arguments;
  if (isCallOf(call, "fileset")) {
    return isPlainPath(literalOf(pattern)) && (isModulePath(path) || pathProblem(path) === undefined)
      ? undefined
      : 'fileset may match files outside the module; expected fileset("${path.module}/policies", "*.json"), with the pattern as plain text without ..';
  }
  const problem = pathProblem(path);
  if (problem === undefined && isCallOf(call, "templatefile") && /\.tf(?:\.json)?$/.test(endOf(path))) {
    return "templatefile reads code as a template, and what is a comment in one is not in the other; move the template to policies/";
  }
  return problem === undefined ? undefined : `${call.name} ${problem}`;
}

/**
 * Why a path may lead out of the module, as an expression that begins with `${path.module}` and goes on as plain
 * text cannot. It may hold variables, whose values are checked where they are given, and what `basename`
 * leaves of something: one step, and with text behind it never `..`.
 */
export function pathProblem(path: Expression | undefined): string | undefined {
  const parts = path?.kind === "template" ? path.parts : [];
  const [first, second] = parts;
  if (!isModulePath(first) || typeof second !== "string" || !second.startsWith("/")) {
    return 'may read a file outside the module; expected a path that begins with "${path.module}/policies/"';
  }
  if (
    !isPlainPath(
      parts
        .map((part) => (typeof part === "string" ? part : "x"))
        .join("")
        .slice(2),
    )
  ) {
    return "reads a path with .. or a backslash; expected a path inside the module";
  }
  const isNamed = parts
    .slice(2)
    .every((part, index) => typeof part === "string" || isName(part, parts[index + 3]));
  return isNamed
    ? undefined
    : 'reads a file whose name is known only when Terraform runs, and which may be outside the module; put basename around the name, and the ending after it: "${path.module}/policies/${basename(each.key)}.json"';
}

/** How the names of the files end that these calls render as templates. */
export function templateEndings(calls: readonly Call[]): string[] {
  return calls
    .filter((call) => isCallOf(call, "templatefile"))
    .map(({ arguments: [path] }) => endOf(path).replace(/^.*\//s, ""));
}

/** The paths by which these calls read files. */
export function readPaths(calls: readonly Call[]): Expression[] {
  return calls.filter((call) => isCallOf(call, ...READS_FILE)).flatMap(({ arguments: [path] }) => path ?? []);
}

/** The variables in paths: what they hold must not lead out of the module either. */
export function variablesIn(paths: readonly Expression[]): string[] {
  return paths
    .flatMap((path) => (path.kind === "template" ? path.parts : []))
    .flatMap((part) => (typeof part !== "string" && part.kind === "reference" ? [part.name] : []))
    .flatMap((name) => /^var\.([^.]+)$/.exec(name)?.[1] ?? []);
}

/** Whether the value of a variable in a path is a file's name, or a path down to it. */
export function isPlainName(value: string | undefined): boolean {
  return value !== undefined && /^[\w-]+(?:[./][\w-]+)*$/.test(value);
}

/** Whether a path stays where it begins. */
function isPlainPath(path: string | undefined): boolean {
  return (
    path !== undefined && !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes("..")
  );
}

function isModulePath(part: string | Expression | undefined): boolean {
  return typeof part === "object" && part.kind === "reference" && part.name === "path.module";
}

function isName(part: Expression, next: string | Expression | undefined): boolean {
  if (part.kind === "reference") {
    // A dynamic block may call its iterator var, which has a key and a value.
    return /^var\.(?!key$|value$)[^.]+$/.test(part.name);
  }
  return (
    part.kind === "call" &&
    isCallOf(part, "basename") &&
    typeof next === "string" &&
    /^[\w-]|^\.\w/.test(next)
  );
}

function endOf(path: Expression | undefined): string {
  const last = path?.kind === "template" ? path.parts.at(-1) : undefined;
  return typeof last === "string" ? last : ".tf";
}
