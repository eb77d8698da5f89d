import { rmSync } from "node:fs";
import { ownCodeSince } from "../../src/changes/own-code";
import { Repository } from "../commands/repository";

/** A repository with a main.ts of the user's own, a feature and a module beside it. */
let repository: Repository;
let id: string;

const FILES = {
  "iam/main.ts": "main",
  "iam/features/backup-audit.ts": "feature",
  "iam/modules/backup-audit/main.tf": "module",
  "iam/modules/backup-audit/policies/read.json": "{}",
  "iam/modules/backup-audit/README.md": "read me",
  "iam/accounts.yaml": "accounts",
  "website/index.ts": "another program",
  ".gitignore": "build\nnode_modules\n",
};

beforeEach(() => {
  repository = Repository.create();
  for (const [path, content] of Object.entries(FILES)) {
    repository.write(path, content);
  }
  id = repository.commit();
});

afterEach(() => rmSync(repository.folder, { recursive: true }));

/** What is said of the code of a main.ts; without one, of the program by itself. */
function since(main = "iam/main.ts", modules = ["iam/modules/backup-audit"]) {
  const commit = { root: repository.folder, ref: "main", id, isContained: true };
  return ownCodeSince(commit, {
    main: main === "" ? undefined : repository.path(main),
    modules: modules.map((path) => repository.path(path)),
  });
}

test("nothing has changed", () => {
  expect(since()).toBeUndefined();
});

test.each([
  "iam/main.ts",
  "iam/features/backup-audit.ts",
  "iam/modules/backup-audit/main.tf",
  "iam/modules/backup-audit/policies/read.json",
])("%s has changed, in the work tree and in a commit", (path) => {
  repository.write(path, "changed");
  expect(since()).toBe(`${path} has changed since main`);
  repository.commit();
  expect(since()).toBe(`${path} has changed since main`);
});

test.each(["iam/features/new.mts", "iam/modules/backup-audit/new.tf", "iam/modules/backup-audit/x.tf.json"])(
  "%s is new",
  (path) => {
    repository.write(path, "new");
    expect(since()).toBe(`${path} has changed since main`);
  },
);

test("code that is gone", () => {
  rmSync(repository.path("iam/features/backup-audit.ts"));
  expect(since()).toBe("iam/features/backup-audit.ts has changed since main");
});

test("what decides no output counts for nothing", () => {
  for (const path of [
    "iam/accounts.yaml",
    "iam/modules/backup-audit/README.md",
    "iam/modules/backup-audit/.terraform/modules/x/main.tf",
    "iam/build/main.js",
    "iam/node_modules/pmm-iam/dist/pmm-iam.js",
    "website/index.ts",
  ]) {
    repository.write(path, "changed");
  }
  expect(since()).toBeUndefined();
});

test("a main.ts at the root of the repository", () => {
  repository.write("main.ts", "main");
  id = repository.commit();
  expect(since("main.ts")).toBeUndefined();
  repository.write("website/index.ts", "changed");
  expect(since("main.ts")).toBe("website/index.ts has changed since main");
});

test("the program by itself, and code of another repository", () => {
  repository.write("iam/main.ts", "changed");
  expect(since("", [])).toBeUndefined();
  const elsewhere = Repository.create();
  try {
    elsewhere.write("main.ts", "main");
    const commit = { root: repository.folder, ref: "main", id, isContained: true };
    expect(ownCodeSince(commit, { main: elsewhere.path("main.ts"), modules: [] })).toBeUndefined();
  } finally {
    rmSync(elsewhere.folder, { recursive: true });
  }
});
