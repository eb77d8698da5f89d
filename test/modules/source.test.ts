import fc from "fast-check";
import { moduleSource } from "../../src/modules/source";

/** What is refused, and in which words, is in test/corpus/bad. */

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

test.each([
  ["./modules/backup-reader", "local"],
  ["./", "local"],
  [".", "local"],
  ["./.hidden/a b/ü", "local"],
  ["terraform-aws-modules/iam/aws", "registry"],
  ["terraform-aws-modules/iam/aws//modules/iam-role", "registry"],
  ["app.terraform.io/acme/roles/aws", "registry"],
  ["registry.example.com:8443/acme/roles/aws//a/b", "registry"],
  ["gitlab.com/group/roles/aws", "registry"],
  [`git::https://git.example.com/team/modules.git?ref=${COMMIT}`, "git"],
  [`git::https://git.example.com:8443/team/modules//a/b-c?ref=${COMMIT}`, "git"],
  [`git::ssh://git@git.example.com/team/modules.git//a?ref=${COMMIT}`, "git"],
  [`git::ssh://git.example.com:2222/~me/modules.git?ref=${COMMIT}`, "git"],
])("%s is %s", (source, kind) => {
  expect(moduleSource(source)).toMatchObject({ kind });
});

test.each([
  "",
  " ./a",
  "a",
  "a/b",
  "a/b/c/d",
  "a//b/c",
  "a/b/c//",
  "a/b/c//../d",
  "a/b/aws_x",
  "-a/b/c",
  "localhost/a/b/c",
  "bitbucket.org/a/b/c",
  "hg::https://example.com/a",
  "git::",
  "git::https://",
  `git::https://example.com?ref=${COMMIT}`,
  `git::https://example.com/a b.git?ref=${COMMIT}`,
  `git::https://example.com/\${x}.git?ref=${COMMIT}`,
  `git::https://example.com/a/../b.git?ref=${COMMIT}`,
  `git::https://example.com/a.git?ref=${COMMIT}0`,
  `git::https://example.com/a.git?ref=${COMMIT}\n`,
  `git::https://example.com/a.git?ref=main&ref=${COMMIT}`,
  `git::https://example.com/a.git?sshkey=x&ref=${COMMIT}`,
  `git::ssh://git:secret@example.com/a.git?ref=${COMMIT}`,
  `git::git::https://example.com/a.git?ref=${COMMIT}`,
  "./a\0b",
  "./\u001b]0;x\u0007",
  "./a\u202eb",
  "./u\u0308",
  `./${"a".repeat(256)}`,
  `./${"a/".repeat(600)}`,
])("%j is refused", (source) => {
  expect(moduleSource(source)).toEqual({ problem: expect.stringMatching(/\S/) });
});

test("whatever is fetched is pinned, and has nothing in it that a template or a shell could read", () => {
  const parts = fc.constantFrom(
    "git::",
    "https://",
    "ssh://",
    "http://",
    "file://",
    "git@",
    "a",
    "b.c",
    "github.com",
    "/",
    "//",
    "..",
    ":",
    "?",
    "ref=",
    COMMIT,
    "main",
    "&",
    "${x}",
    "%{x}",
    " ",
    "\n",
    '"',
    "'",
    ";",
    "\\",
    "@",
    "./",
    "depth=1",
    "#",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 9 }), (pieces) => {
      const source = moduleSource(pieces.join(""));
      if ("problem" in source || source.kind === "local") {
        return;
      }
      expect(source.address).toMatch(/^[\w.~:/@?=-]+$/);
      expect(source.address).not.toMatch(/(?:^|\/)\.\.?(?:\/|$|\?)/);
      if (source.kind === "git") {
        expect(source.address).toMatch(/^git::(?:https|ssh):\/\/[^?]+\?ref=[0-9a-f]{40}$/);
      } else {
        expect(source.address.replace(/\/\/.*$/, "").split("/").length).toBeLessThanOrEqual(4);
      }
    }),
    { numRuns: 20_000 },
  );
});

/** What is after ` (` would be pasted into a shell. */
test.each([
  ["git::https://h.com/x.git $(touch x)", undefined],
  ["git::https://h.com/x.git;id?ref=main", undefined],
  ["git::https://h.com/x.git?ref=$(touch x)", undefined],
  ["git::https://h.com/x.git?ref=main'", undefined],
  ["git::https://h.com/x.git?ref=--upload-pack=x", undefined],
  ["git::--upload-pack=x?ref=main", undefined],
  ["git::ext::x?ref=main", undefined],
  ["git::https://h.com/a/x.git//b?ref=v1.2", "git ls-remote https://h.com/a/x.git v1.2"],
  ["git::ssh://git@h.com/~a/x.git", "git ls-remote ssh://git@h.com/~a/x.git HEAD"],
])("%s: the command is %s", (source, command) => {
  const { problem } = moduleSource(source) as { problem: string };
  expect(/\((git .*)\)$/.exec(problem)?.[1]).toBe(command);
  expect(problem).not.toMatch(/\p{Cc}/u);
});
