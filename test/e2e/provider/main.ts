import { provider } from "./provider";
import { listen } from "./server";

/**
 * Serves the stand-in until its input closes or it is told to end, and prints
 * one line of JSON first: the variable that makes Terraform find it. The port is
 * free unless STANDIN_PORT names one.
 */
async function main(): Promise<void> {
  const { methods, closed } = provider();
  const port = Number(process.env.STANDIN_PORT ?? 0);
  const listening = await listen(methods, port, closed);
  const reattach = {
    Protocol: "grpc",
    ProtocolVersion: 5,
    Pid: process.pid,
    Test: true,
    Addr: { Network: "tcp", String: `127.0.0.1:${listening.port}` },
  };
  const sources = ["registry.terraform.io/hashicorp/aws", "registry.opentofu.org/hashicorp/aws"];
  const value = JSON.stringify(Object.fromEntries(sources.map((source) => [source, reattach])));
  process.stdout.write(`${JSON.stringify({ TF_REATTACH_PROVIDERS: value })}\n`);

  const end = () => process.exit(0);
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  // Whoever started the stand-in holds the other end of its input: when they die, it goes too.
  process.stdin.on("end", end).on("error", end).resume();
}

main().catch((error: unknown) => {
  const reason =
    error instanceof Error && "code" in error && error.code === "EADDRINUSE"
      ? `port ${process.env.STANDIN_PORT} is in use`
      : error;
  process.stderr.write(`${reason}\n`);
  process.exit(1);
});
