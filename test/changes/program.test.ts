// More than 300 lines: each place where a program may be, and each file that may say its version.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programSince } from "../../src/changes/program";
import { packageName, version } from "../../src/project";
import { Repository } from "../commands/repository";

/** A repository with an accounts file, and beside it one that may hold the program. */
let repository: Repository;
let elsewhere: Repository;

beforeEach(() => {
  repository = Repository.create();
  elsewhere = Repository.create();
});

afterEach(() => {
  for (const { folder } of [repository, elsewhere]) {
    rmSync(folder, { recursive: true });
  }
});

const PROGRAM = {
  "main.ts": "main",
  "src/a.ts": "a",
  "modules/x/main.tf": "x",
  "package.json": JSON.stringify({ name: packageName }),
  "README.md": "read me",
};

function put(into: Repository, files: Readonly<Record<string, string>>, folder = ""): void {
  for (const [name, content] of Object.entries(files)) {
    into.write(join(folder, name), content);
  }
}

/** What is said of the program in a folder, compared with a commit; text where it has changed. */
function since(id: string, program: string, accountsPath = "accounts.yaml"): string {
  const commit = { root: repository.folder, ref: "main", id, isContained: true };
  const answer = programSince(commit, accountsPath, program);
  return answer.kind === "changed" ? answer.why : answer.kind;
}

describe.each([
  ["the repository", ""],
  ["a folder of it", "tools/iam"],
])("a program that is %s", (_, folder) => {
  let id: string;
  const at = (name: string) => join(folder, name);
  const changes = (): string => since(id, repository.path(folder));

  beforeEach(() => {
    put(repository, PROGRAM, folder);
    repository.write(".gitignore", "*.log\nignored.tf\n.terraform\n");
    id = repository.commit();
  });

  test("is the same with other notes, ignored leftovers and another accounts file", () => {
    put(repository, { "README.md": "changed", "modules/x/notes.md": "", "src/x.log": "" }, folder);
    put(repository, { "modules/x/.terraform/modules/y/main.tf": "" }, folder);
    repository.write("accounts.yaml", "new");
    repository.commit();
    expect(changes()).toBe("same");
  });

  test.each(["modules/x/main.tf", "src/new.ts", "modules/x/ignored.tf", "package-lock.json"])(
    "has changed with %s, committed or not",
    (name) => {
      put(repository, { [name]: "changed" }, folder);
      expect(changes()).toBe(`${at(name)} has changed since main`);
      repository.git("add", "--force", at(name));
      repository.commit();
      expect(changes()).toBe(`${at(name)} has changed since main`);
    },
  );

  test("has changed where a file is gone, or git is told to overlook it", () => {
    repository.git("update-index", "--assume-unchanged", at("src/a.ts"));
    put(repository, { "src/a.ts": "changed" }, folder);
    expect(changes()).toBe(`${at("src/a.ts")} has changed since main`);
    rmSync(repository.path(at("src/a.ts")));
    expect(changes()).toBe(`${at("src/a.ts")} has changed since main`);
  });

  test("has changed with a link", () => {
    symlinkSync("a.ts", repository.path(at("src/b.ts")));
    id = repository.commit();
    expect(changes()).toBe("same");
    rmSync(repository.path(at("src/b.ts")));
    symlinkSync("c.ts", repository.path(at("src/b.ts")));
    expect(changes()).toBe(`${at("src/b.ts")} has changed since main`);
  });

  test("has changed where the commit cannot be compared", () => {
    expect(since("0".repeat(40), repository.path(folder))).not.toBe("same");
  });
});

describe("a package that the repository holds", () => {
  const folder = `node_modules/${packageName}`;
  const PACKAGE = { "package.json": JSON.stringify({ name: packageName }), "dist/pmm-iam.js": "code" };
  let id: string;

  beforeEach(() => {
    put(repository, PACKAGE, folder);
    id = repository.commit();
  });

  test.each(["dist/pmm-iam.js", "dist/new.js", "dist/main.wasm.br", "modules/x/main.tf"])(
    "has changed with %s",
    (name) => {
      expect(since(id, repository.path(folder))).toBe("same");
      put(repository, { [name]: "changed" }, folder);
      expect(since(id, repository.path(folder))).toBe(`${folder}/${name} has changed since main`);
    },
  );

  test("is the same in a clone with what is built of it, which git ignores", () => {
    put(repository, { ...PROGRAM, ".gitignore": "dist\n" }, "tools/iam");
    const cloned = repository.commit();
    put(repository, { "dist/pmm-iam.js": "built" }, "tools/iam");
    expect(since(cloned, repository.path("tools/iam"))).toBe("same");
  });
});

test("a program that has come into the repository since has changed", () => {
  repository.write("accounts.yaml", "");
  const id = repository.commit();
  put(repository, PROGRAM, "tools/iam");
  repository.commit();
  expect(since(id, repository.path("tools/iam"))).toBe("the program in tools/iam is new since main");
});

describe("a program in a submodule", () => {
  let id: string;
  const inside = () => repository.path("tools/iam");

  beforeEach(() => {
    put(elsewhere, PROGRAM);
    elsewhere.commit();
    addSubmodule("tools/iam");
    id = repository.commit();
  });

  function addSubmodule(path: string): void {
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", elsewhere.folder, path);
  }

  test("is the same as long as its commit is", () => {
    repository.write("accounts.yaml", "new");
    repository.commit();
    expect(since(id, inside())).toBe("same");
  });

  const CHANGED = "the submodule tools/iam with the program has changed since main";

  test.each([
    ["its code", "modules/x/main.tf"],
    ["no file that it reads", "notes.txt"],
  ])("has changed with a commit of %s, committed outside or not", (_, file) => {
    put(elsewhere, { [file]: "new version" });
    elsewhere.commit();
    repository.git("-C", "tools/iam", "pull", "--quiet");
    expect(since(id, inside())).toBe(CHANGED);
    repository.commit();
    expect(since(id, inside())).toBe(CHANGED);
    expect(since(repository.git("rev-parse", "HEAD").trim(), inside())).toBe("same");
  });

  test("has changed with a file that is not committed", () => {
    writeFileSync(join(inside(), "src/a.ts"), "changed");
    expect(since(id, inside())).toBe(CHANGED);
  });

  test("has changed where the commit of then is not there", () => {
    const shallow = elsewhere.shallowClone();
    put(elsewhere, { "modules/x/main.tf": "new version" });
    elsewhere.commit();
    rmSync(inside(), { recursive: true });
    repository.git("clone", "--quiet", "--depth=1", `file://${elsewhere.folder}`, "tools/iam");
    expect(since(id, inside())).toBe(CHANGED);
    rmSync(shallow.folder, { recursive: true });
  });

  test("has changed where it has become one since, or is one no more", () => {
    expect(since(id, repository.path("tools/iam"))).toBe("same");
    repository.git("rm", "--quiet", "-f", "tools/iam");
    put(repository, PROGRAM, "tools/iam");
    const after = repository.commit();
    expect(since(id, repository.path("tools/iam"))).toBe(CHANGED);
    expect(since(after, repository.path("tools/iam"))).toBe("same");
  });
});

describe("a program that the repository does not hold", () => {
  /** Commits files of the repository; the program is where npm puts it, and ignored. */
  function installed(files: Readonly<Record<string, string>>): string {
    put(repository, { ...files, ".gitignore": "node_modules\n" });
    put(repository, PROGRAM, `node_modules/${packageName}`);
    return repository.commit();
  }
  const inModules = () => repository.path(`node_modules/${packageName}`);
  const packageJson = (asked: string) => JSON.stringify({ dependencies: { [packageName]: asked } });
  const lockFile = (entry: object) =>
    JSON.stringify({ name: "accounts", packages: { [`node_modules/${packageName}`]: entry } });

  test("is unknown without a file that names its exact version", () => {
    mkdirSync(elsewhere.path("bin"));
    const id = installed({ "accounts.yaml": "", "package.json": '{"dependencies":{"left-pad":"1.3.0"}}' });
    expect(since(id, elsewhere.folder)).toBe("unknown");
    expect(since(id, inModules())).toBe("unknown");
    for (const asked of ["^0.1.0", "latest", "file:../program", "github:acme/pmm-iam#main"]) {
      expect(since(installed({ "package.json": packageJson(asked) }), inModules())).toBe("unknown");
    }
    const linked = installed({ "package-lock.json": lockFile({ resolved: "../program", link: true }) });
    expect(since(linked, inModules())).toBe("unknown");
  });

  test.each([
    ["package.json", packageJson(version)],
    ["package.json", packageJson(`github:acme/pmm-iam#${"a".repeat(40)}`)],
    ["package-lock.json", lockFile({ version })],
    ["npm-shrinkwrap.json", lockFile({ version })],
    ["yarn.lock", `${packageName}@^0.1.0:\n  version "${version}"\n`],
    ["pnpm-lock.yaml", `packages:\n  ${packageName}@${version}: {}\n`],
    ["iam/package.json", packageJson(version)],
  ])("is the same as long as %s is, which names it", (name, text) => {
    const id = installed({ [name]: text, "other/package.json": packageJson("9.9.9") });
    expect(since(id, elsewhere.folder, "iam/accounts.yaml")).toBe("same");
    expect(since(id, inModules(), "iam/accounts.yaml")).toBe("same");
    repository.write(name, text.replaceAll("\n", "\r\n"));
    expect(since(id, inModules(), "iam/accounts.yaml")).toBe("same");
    repository.write(name, text.replaceAll(version, "9.9.9").replaceAll("aaaa", "bbbb"));
    expect(since(id, inModules(), "iam/accounts.yaml")).toBe(`${name} has changed since main`);
    rmSync(repository.path(name));
    expect(since(id, elsewhere.folder, "iam/accounts.yaml")).toBe(`${name} has changed since main`);
  });

  test("has changed where another version is named than the one that runs", () => {
    expect(since(installed({ "package.json": packageJson("0.0.1") }), inModules())).toBe(
      `package.json at main has version 0.0.1 of the program, and this is ${version}`,
    );
    const files = {
      "package.json": packageJson("^0.0.1"),
      "package-lock.json": lockFile({ version: "0.0.9" }),
    };
    expect(since(installed(files), elsewhere.folder)).toBe(
      `package-lock.json at main has version 0.0.9 of the program, and this is ${version}`,
    );
  });

  test("has changed where it is named for the first time", () => {
    const id = installed({ "package.json": "{}" });
    repository.write("package.json", packageJson(version));
    expect(since(id, inModules())).toBe("package.json has changed since main");
  });

  test.each([
    [
      "package.json",
      { name: "accounts", devDependencies: { [packageName]: version } },
      { description: "new", scripts: { check: "pmm-iam check" }, dependencies: { "left-pad": "1.3.0" } },
    ],
    [
      "package-lock.json",
      { packages: { [`node_modules/${packageName}`]: { version, resolved: "x", integrity: "sha512-x" } } },
      { lockfileVersion: 3, dependencies: {} },
    ],
  ])("is the same where %s changes in what is not of the program", (name, had, more) => {
    const id = installed({ [name]: JSON.stringify(had) });
    repository.write(name, `\uFEFF${JSON.stringify({ ...had, ...more }, null, 2)}`);
    expect(since(id, inModules())).toBe("same");
  });

  test.each([
    [
      "yarn.lock",
      `left-pad@^1.0.0:\n  version "1.3.0"\n\n${packageName}@^0.1.0:\n  version "${version}"\n  integrity one\n\n${packageName}-x@^1.0.0:\n  version "1.3.0"\n`,
    ],
    [
      "yarn.lock",
      `"acme@workspace:.":\n  version: 0.0.0-use.local\n  dependencies:\n    left-pad: 1.3.0\n    ${packageName}: "npm:^0.1.0"\n\n"${packageName}@npm:^0.1.0":\n  version: ${version}\n  checksum: one\n`,
    ],
    [
      "pnpm-lock.yaml",
      `importers:\n  .:\n    devDependencies:\n      ${packageName}:\n        specifier: ^0.1.0\n        version: ${version}\npackages:\n\n  left-pad@1.3.0: {}\n\n  ${packageName}@${version}:\n    resolution: {integrity: one}\n`,
    ],
    [
      "bun.lock",
      `{"packages": {\n  "left-pad": ["left-pad@1.3.0", {}],\n  "${packageName}": ["${packageName}@${version}", "", {}, "one"],\n}}`,
    ],
  ])("is the same in a text lock file, %s, but for its own entry", (name, text) => {
    const id = installed({ [name]: text });
    expect(since(id, inModules())).toBe("same");
    repository.write(name, text.replaceAll("1.3.0", "1.4.0"));
    expect(since(id, inModules())).toBe("same");
    repository.write(name, text.replace("one", "two"));
    expect(since(id, inModules())).toBe(`${name} has changed since main`);
  });

  test.each([
    ["optionalDependencies", { optionalDependencies: { [packageName]: version } }],
    ["an alias", { devDependencies: { iam: `npm:${packageName}@${version}` } }],
    ["an override", { devDependencies: { [packageName]: version }, overrides: { [packageName]: version } }],
  ])("is seen in %s, and with a byte order mark", (_, asked) => {
    const id = installed({ "package.json": `\uFEFF${JSON.stringify(asked)}` });
    expect(since(id, inModules())).toBe("same");
    repository.write("package.json", JSON.stringify(asked).replaceAll(version, "9.9.9"));
    expect(since(id, inModules())).toBe("package.json has changed since main");
  });

  test("is seen in a lock file by another name, and in the first version of npm's", () => {
    for (const text of [
      JSON.stringify({ packages: { "node_modules/iam": { name: packageName, version } } }),
      JSON.stringify({ packages: { [`iam/node_modules/${packageName}`]: { version } } }),
      JSON.stringify({ dependencies: { [packageName]: { version } } }),
    ]) {
      const id = installed({ "package-lock.json": text });
      expect(since(id, inModules())).toBe("same");
      repository.write("package-lock.json", text.replace(version, "9.9.9"));
      expect(since(id, inModules())).toBe("package-lock.json has changed since main");
    }
  });

  test("nothing is read of what is no regular file, and a link to one is followed", () => {
    const id = installed({ "package.json": packageJson(version), "locks/npm.json": lockFile({ version }) });
    symlinkSync("/dev/zero", repository.path("yarn.lock"));
    execFileSync("mkfifo", [repository.path("bun.lock")]);
    mkdirSync(repository.path("pnpm-lock.yaml"));
    symlinkSync("npm-shrinkwrap.json", repository.path("npm-shrinkwrap.json"));
    expect(since(id, inModules())).toBe("same");
    rmSync(repository.path("bun.lock"));
    symlinkSync("locks/npm.json", repository.path("package-lock.json"));
    const linked = repository.commit();
    expect(since(linked, inModules())).toBe("same");
    repository.write("locks/npm.json", lockFile({ version: "9.9.9" }));
    expect(since(linked, inModules())).toBe("package-lock.json has changed since main");
  });

  test("in another work tree of its own repository is unknown", () => {
    put(repository, PROGRAM);
    expect(since(repository.commit(), elsewhere.folder)).toBe("unknown");
  });
});

describe("the version in a lock file", () => {
  test.each([
    ["yarn.lock", `"pmm-iam@^0.1.0":\n  version "0.1.3"\n  resolved "x"\n`],
    ["yarn.lock", `"pmm-iam@npm:^0.1.0":\n  version: 0.1.3\n`],
    ["pnpm-lock.yaml", "packages:\n\n  pmm-iam@0.1.3:\n    resolution: {}\n"],
    ["bun.lock", `{"packages": {"pmm-iam": ["pmm-iam@0.1.3", "", {}]}}`],
    ["package-lock.json", `{"packages": {"node_modules/pmm-iam": {"version": "0.1.3"}}}`],
  ])("%s", (name, text) => {
    repository.write("package.json", `{"devDependencies": {"pmm-iam": "^0.1.0"}}`);
    repository.write(name, text);
    const id = repository.commit();
    repository.write(name, text.replaceAll("0.1.3", "0.2.0"));
    const commit = { root: repository.folder, ref: "main", id, isContained: true };
    expect(programSince(commit, "accounts.yaml", elsewhere.folder)).toEqual({
      kind: "changed",
      why: `${name} has changed since main`,
      version: "0.1.3",
    });
  });
});
