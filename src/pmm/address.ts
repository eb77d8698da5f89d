import { isIP } from "node:net";
import { InputError } from "../changes/input-error";

/** Where PMM is, and what it knows the caller by. */
export interface PmmAddress {
  /** With the path that PMM is served under, and without a slash at the end: `https://pmm.example.com`. */
  readonly url: string;
  /** Of a service account in PMM, with the role Admin. It is sent in a header, and never printed. */
  readonly token: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const EXAMPLE = "https://pmm.example.com";

/** Source: PMM's documentation, "Service accounts authentication". */
const HOW_TO_GET_A_TOKEN =
  "the token of a service account in PMM with the role Admin: in PMM, Administration > Users and access > Service accounts > Add service account, then Add service account token";

/**
 * The address of PMM from PMM_URL and PMM_TOKEN; undefined where neither is set. What they hold is not in a message but
 * for the parts of the URL that are no secret.
 */
export function pmmAddress(environment: Environment): PmmAddress | undefined {
  const url = environment["PMM_URL"]?.trim() ?? "";
  const token = environment["PMM_TOKEN"]?.trim() ?? "";
  if (url === "" && token === "") {
    return undefined;
  }
  if (url === "") {
    throw refused(
      `PMM_TOKEN is set and PMM_URL is not; expected the address of PMM too, such as PMM_URL=${EXAMPLE}`,
    );
  }
  const address = baseOf(url);
  if (environment["NODE_TLS_REJECT_UNAUTHORIZED"] === "0" && address.startsWith("https:")) {
    throw refused(
      "NODE_TLS_REJECT_UNAUTHORIZED is 0, so that any server would be taken for PMM and given the keys; expected it unset: NODE_EXTRA_CA_CERTS=<file> lets Node trust a certificate of your own",
    );
  }
  return { url: address, token: tokenOf(token) };
}

/** As `pmmAddress`, for a command that cannot do without PMM. */
export function neededPmmAddress(environment: Environment): PmmAddress {
  const address = pmmAddress(environment);
  if (address === undefined) {
    throw refused(
      `PMM_URL and PMM_TOKEN are not set; expected the address of PMM, such as PMM_URL=${EXAMPLE}, and in PMM_TOKEN ${HOW_TO_GET_A_TOKEN}`,
    );
  }
  return address;
}

function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Such as pmm.example.com:8443, whose scheme would be the host.
  if (url === undefined || url.host === "" || !/^https?:$/.test(url.protocol)) {
    throw refused(`PMM_URL is not a web address; expected one such as ${EXAMPLE}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw refused(
      `PMM_URL has a user or a password in it, which would end in logs; expected the address alone, such as ${EXAMPLE}, and a service account's token in PMM_TOKEN`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw refused(
      `PMM_URL has a ? or a # in it; expected the address of PMM alone, such as ${EXAMPLE}, not that of a page`,
    );
  }
  if (url.protocol === "http:" && !isThisMachine(url.hostname)) {
    throw refused(
      `PMM_URL begins with http://, so the keys would travel in clear; expected https://, or http:// to localhost alone`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}

function tokenOf(token: string): string {
  if (token === "") {
    throw refused(`PMM_URL is set and PMM_TOKEN is not; expected ${HOW_TO_GET_A_TOKEN}`);
  }
  // What a header cannot carry: the error of the HTTP client would have the token in it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw refused(
      "PMM_TOKEN has characters in it that no token has, such as a space or a line end; expected the token alone, as PMM showed it",
    );
  }
  return token;
}

function refused(message: string): InputError {
  return new InputError(message, "rotation");
}
