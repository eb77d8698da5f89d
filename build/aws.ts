export * from "../src/aws-calls/index";
export { verifyHost } from "../src/commands/cli/verify-host";
export { runVerify } from "../src/commands/run-verify";
