import { createHash } from "node:crypto";
import { type PolicyDocument, policyText, type Statement } from "../aws/policies";
import { explain, type PolicyOrigin } from "./reasons";
import type { ReportDocument } from "./report";

/** The documents of a report, each once however many identities have it. */
export class Documents {
  private readonly ids = new WeakMap<PolicyDocument, Map<string, string>>();
  private readonly known = new Map<string, ReportDocument>();

  /** The id of a document, by its content and the reasons of its grants. Most accounts have the same few documents. */
  idOf(policy: PolicyDocument, origin?: PolicyOrigin): string {
    const reasonsFrom =
      origin === undefined
        ? ""
        : `${origin.moduleFolder} ${origin.identity.boundedAs} ${origin.policy.path[1]}`;
    const ofDocument = this.ids.get(policy) ?? new Map<string, string>();
    this.ids.set(policy, ofDocument);
    const known = ofDocument.get(reasonsFrom);
    if (known !== undefined) {
      return known;
    }
    const reasons =
      origin === undefined ? [] : statementsIn(policy).map((statement) => explain(statement, origin));
    const id = contentId(`${policyText(policy)}${JSON.stringify(reasons)}`);
    ofDocument.set(reasonsFrom, id);
    this.known.set(id, { policy, reasons });
    return id;
  }

  all(): Readonly<Record<string, ReportDocument>> {
    return Object.fromEntries([...this.known].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** 12 hexadecimal digits: a collision among 10,000 documents has a chance of one in five million. */
function contentId(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The statements of a document. A user's own may have one without a list around it. */
export function statementsIn({ Statement: given }: PolicyDocument): readonly Statement[] {
  return [given].flat();
}
