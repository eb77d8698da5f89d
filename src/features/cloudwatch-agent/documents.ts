import { DEFAULT_PARAMETER_PREFIXES } from "../../accounts/schema";
import type { Partition } from "../../aws/partitions";
import type { PolicyDocument } from "../../aws/policies";
import { modulePolicy } from "../../modules/own";

/**
 * A policy of the agent as AWS holds it. The module's files show the default prefix of the parameters that hold its
 * configuration; the given ones take its place.
 */
export function agentDocument(
  name: "server" | "admin" | "parameter-store-deny",
  partition: Partition,
  prefixes: readonly string[] = DEFAULT_PARAMETER_PREFIXES,
): PolicyDocument {
  const document = modulePolicy("cloudwatch-agent", name, partition);
  const shown = parametersOf(DEFAULT_PARAMETER_PREFIXES, partition);
  const parameters = parametersOf(prefixes, partition);
  if (parameters === shown) {
    return document;
  }
  return {
    ...document,
    Statement: document.Statement.map((statement) => ({
      ...statement,
      ...(statement.Resource === shown && { Resource: parameters }),
      ...(statement.NotResource === shown && { NotResource: parameters }),
    })),
  };
}

/** One text where there is one. A path begins with a slash, of which its ARN has one and not two. */
function parametersOf(prefixes: readonly string[], partition: Partition): string | readonly string[] {
  const arns = prefixes.map((prefix) => `arn:${partition}:ssm:*:*:parameter/${prefix.replace(/^\//, "")}*`);
  const [first = "", ...others] = [...new Set(arns)].sort();
  return others.length === 0 ? first : [first, ...others];
}
