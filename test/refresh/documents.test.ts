import { readFileSync } from "node:fs";
import { join } from "node:path";
import { documentsText } from "../../refresh/documents";
import { read, write } from "../../src/aws/managed-policies.json";
import { managedPolicyDocument } from "../../src/aws/published-policies";
import { packageRoot } from "../../src/project";

const text = readFileSync(join(packageRoot, "src/aws/managed-policy-documents.json"), "utf8");
const documents: Record<string, { Version: string; Statement: object[] }> = JSON.parse(text);

test("the file has the document of each policy that a role here may have, and no other", () => {
  expect(Object.keys(documents).sort()).toEqual([...read, ...write, "AmazonSSMManagedInstanceCore"].sort());
  for (const { Statement } of Object.values(documents)) {
    expect(Statement.length).toBeGreaterThan(0);
  }
});

test("the script writes the file as it is, one policy a line", () => {
  const policies = Object.entries(documents).map(([name, document]) => ({ name, document }));
  expect(documentsText(policies as never, [...read, ...write])).toBe(text);
});

test("a policy that is not in the file has no document, whatever its name", () => {
  expect(managedPolicyDocument("SecurityAudit")?.Statement[0]?.Effect).toBe("Allow");
  expect(managedPolicyDocument("AdministratorAccess")).toBeUndefined();
  expect(managedPolicyDocument("constructor")).toBeUndefined();
});
