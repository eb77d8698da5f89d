import type { PmmAddress } from "./address";
import { answerFailure, connectionFailure, PmmFailure, redirectFailure, statusFailure } from "./failures";

/** How long and how often PMM is asked. Times in milliseconds. */
export interface Limits {
  /** Of one request, its answer included. */
  readonly request: number;
  /** Of all requests together. */
  readonly total: number;
  /** How often a request is sent that is cut or that PMM is too busy for. */
  readonly attempts: number;
  /** The pause before the second attempt; each later one is twice as long. */
  readonly pause: number;
  /** The most bytes of an answer: 10,000 agents take some 6 MB. */
  readonly bytes: number;
}

export const LIMITS: Limits = {
  request: 30_000,
  total: 600_000,
  attempts: 5,
  pause: 500,
  bytes: 64 * 1024 * 1024,
};

/** A request to PMM's API. What is secret goes into the body alone. */
export interface PmmRequest {
  readonly method: "GET" | "PUT";
  /** From the address of PMM on: `/v1/inventory/agents`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** PMM, or a proxy before it, is busy or starts again: the same request may be answered a little later. */
const WORTH_WAITING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The connection ended before the answer did. A change may have been made, and is made again: it is the same. */
const CUT: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "ERR_STREAM_PREMATURE_CLOSE",
]);

const TIMEOUTS = /TIMEOUT|^ETIMEDOUT$/;

/** Asks PMM, with bounded patience. Redirects are never followed. */
export class PmmConnection {
  private readonly deadline: number;

  constructor(
    private readonly address: PmmAddress,
    private readonly limits: Limits = LIMITS,
  ) {
    this.deadline = Date.now() + limits.total;
  }

  /** The address, as messages name it. */
  get pmm(): string {
    return this.address.url;
  }

  /** A text that PMM sent, without the token: an answer can hold what was sent to it, and what is printed ends in logs. */
  withoutToken(text: string): string {
    return text.replaceAll(this.address.token, "(the token)");
  }

  /** The JSON that PMM answers. Throws a PmmFailure otherwise. */
  async ask(request: PmmRequest): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.attempt(request);
      const isLast = attempt >= this.limits.attempts;
      if ("answer" in outcome) {
        return outcome.answer;
      }
      const pause = Math.max(this.limits.pause * 2 ** (attempt - 1), outcome.retryAfter);
      if (!outcome.isWorthWaiting || isLast || Date.now() + pause >= this.deadline) {
        throw outcome.failure;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  private async attempt(request: PmmRequest): Promise<Outcome> {
    const left = Math.min(this.limits.request, this.deadline - Date.now());
    if (left <= 0) {
      return failed(connectionFailure(this.pmm, "TIMEOUT"));
    }
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), left);
    try {
      const response = await fetch(this.urlOf(request), this.settings(request, patience.signal));
      return await this.read(response);
    } catch (cause) {
      if (cause instanceof PmmFailure) {
        return failed(cause);
      }
      const code = patience.signal.aborted ? "TIMEOUT" : codeOf(cause);
      return failed(
        connectionFailure(this.pmm, TIMEOUTS.test(code) ? "TIMEOUT" : code),
        CUT.has(code) && !patience.signal.aborted,
      );
    } finally {
      clearTimeout(timer);
      patience.abort();
    }
  }

  private urlOf({ path, query = {} }: PmmRequest): string {
    const parameters = new URLSearchParams(query).toString();
    return `${this.pmm}${path}${parameters === "" ? "" : `?${parameters}`}`;
  }

  private settings({ method, body }: PmmRequest, signal: AbortSignal): RequestInit {
    return {
      method,
      redirect: "manual",
      signal,
      headers: {
        Accept: "application/json",
        Authorization: `Bearer ${this.address.token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }

  private async read(response: Response): Promise<Outcome> {
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      return failed(redirectFailure(this.pmm, headers.get("location")));
    }
    const text = await this.textOf(response);
    const json = parsed(text);
    if (!response.ok) {
      const failure = statusFailure(this.pmm, status, json?.value);
      return failed(failure, WORTH_WAITING.has(status), retryAfterOf(headers));
    }
    if (json === undefined) {
      const found = /^\s*</.test(text) ? "a page (HTML)" : "what is not JSON";
      return failed(answerFailure(this.pmm, found));
    }
    return { answer: json.value };
  }

  private async textOf({ body }: Response): Promise<string> {
    const parts: Uint8Array[] = [];
    let size = 0;
    // Read part by part: an answer without an end must not fill the memory.
    for await (const part of body ?? []) {
      size += part.byteLength;
      if (size > this.limits.bytes) {
        throw answerFailure(this.pmm, `more than ${this.limits.bytes} bytes`);
      }
      parts.push(part);
    }
    return Buffer.concat(parts).toString("utf8");
  }
}

type Outcome =
  | { readonly answer: unknown }
  | {
      readonly failure: PmmFailure;
      readonly isWorthWaiting: boolean;
      /** What PMM asks to wait for. */
      readonly retryAfter: number;
    };

function failed(failure: PmmFailure, isWorthWaiting = false, retryAfter = 0): Outcome {
  return { failure, isWorthWaiting, retryAfter };
}

/** No server makes this program wait for longer. */
const LONGEST_PAUSE = 30_000;

function retryAfterOf(headers: Headers): number {
  const seconds = Number(headers.get("retry-after"));
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_PAUSE) : 0;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Node's code of an error. fetch puts it into the error's cause, or into one of several errors there. */
function codeOf(cause: unknown, depth = 0): string {
  if (typeof cause !== "object" || cause === null || depth > 5) {
    return "";
  }
  if ("code" in cause && typeof cause.code === "string") {
    return cause.code;
  }
  const inner = "errors" in cause && Array.isArray(cause.errors) ? cause.errors[0] : undefined;
  return codeOf(inner ?? ("cause" in cause ? cause.cause : undefined), depth + 1);
}
