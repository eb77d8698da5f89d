import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../src/project";
import type { Subject } from "./measure";

/**
 * The stock way: what `cdktf init --template=typescript` sets up (ts-node, package-root imports), with one
 * account's resources. ts-node and the compiler it needs are installed into the folder.
 */
export function stockProject(folder: string): Subject {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stock", private: true }));
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "ts-node@10.9.2", "typescript@5.9.3", "@types/node@20"],
    { cwd: folder, encoding: "utf8" },
  );
  if (status !== 0) {
    throw new Error(`the stock project could not be installed:\n${stderr}`);
  }
  mkdirSync(join(folder, "node_modules", "@cdktf"), { recursive: true });
  for (const name of ["cdktf", "constructs", "cdktf-cli", "@cdktf/provider-aws"]) {
    symlinkSync(join(packageRoot, "node_modules", name), join(folder, "node_modules", name));
  }
  writeFileSync(
    join(folder, "cdktf.json"),
    JSON.stringify({
      language: "typescript",
      app: "npx ts-node main.ts",
      projectId: "stock",
      sendTelemetry: "false",
    }),
  );
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2020",
        module: "CommonJS",
        moduleResolution: "node",
        strict: true,
        esModuleInterop: true,
        skipLibCheck: true,
      },
    }),
  );
  writeFileSync(join(folder, "main.ts"), STOCK_MAIN);
  return {
    name: "stock cdktf synth, 1 account",
    command: [join(packageRoot, "node_modules/.bin/cdktf"), "synth"],
    folder,
  };
}

const STOCK_MAIN = `import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { iamRole, iamRolePolicy, provider } from "@cdktf/provider-aws";

class MyStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const aws = new provider.AwsProvider(this, "aws", { region: "us-east-1" });
    const role = new iamRole.IamRole(this, "role", { name: "AmazonRDSforPMMrole", assumeRolePolicy: "{}", provider: aws });
    new iamRolePolicy.IamRolePolicy(this, "policy", { name: "pmm-cloudwatch-rds-access", role: role.name, policy: "{}" });
  }
}

const app = new App();
new MyStack(app, "stock");
app.synth();
`;
