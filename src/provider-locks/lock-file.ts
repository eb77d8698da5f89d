import type { Position } from "../accounts/problem";
import { AWS_PROVIDER_VERSION } from "../aws/provider-version";

/** What Terraform, or OpenTofu, calls a stack's lock file: the providers that it takes, with their checksums. */
export const LOCK_FILE = ".terraform.lock.hcl";

/** What is wrong with a lock file, and where. */
export interface LockProblem extends Position {
  /** A clause without a full stop. */
  readonly message: string;
}

interface LockedProvider {
  readonly source: string;
  /** The line of its block. */
  readonly line: number;
  version?: string;
  checksums: number;
}

/** Terraform and OpenTofu each look for `hashicorp/aws` in a registry of their own. */
const AWS = ["registry.terraform.io/hashicorp/aws", "registry.opentofu.org/hashicorp/aws"];

/** The two checksums that Terraform writes: of an unpacked package, in base64, and of a zip file, in hexadecimal. */
const CHECKSUM = /^"(?:h1:[A-Za-z0-9+/]{43}=|zh:[0-9a-f]{64})",?$/;

/**
 * What keeps a lock file from being used: it is cut off, it is no lock file, a provider has no checksum, or the AWS
 * provider is missing or of a version that the stacks do not take. undefined where it is right.
 *
 * It is read as strictly as Terraform writes it. Source: depsfile.SaveLocksToFile of github.com/hashicorp/terraform.
 */
export function lockProblem(text: string): LockProblem | undefined {
  const providers = readProviders(text);
  return Array.isArray(providers) ? judged(providers) : providers;
}

/** The blocks of the file, in their order, or what is no part of a lock file. */
function readProviders(text: string): LockedProvider[] | LockProblem {
  const providers: LockedProvider[] = [];
  const lines = text.split(/\r?\n/);
  let place: Place = "file";
  for (const [index, raw] of lines.entries()) {
    const [line, found] = [index + 1, raw.trim()];
    if (found === "" || found.startsWith("#")) {
      continue;
    }
    const next: Place | undefined = READERS[place](found, providers, line);
    if (next === undefined) {
      return {
        line,
        column: raw.length - raw.trimStart().length + 1,
        message: `this is no line of a provider lock file; expected ${EXPECTED[place]}`,
      };
    }
    place = next;
  }
  return place === "file"
    ? providers
    : { line: lines.length, column: 1, message: `the file ends within a provider's block; it is cut off` };
}

const EXPECTED = {
  file: 'provider "<host>/<namespace>/<name>" {',
  block: "version, constraints, hashes or }",
  hashes: "a checksum that begins with h1: or zh:, or ]",
} as const;

type Place = keyof typeof EXPECTED;

function inFile(found: string, providers: LockedProvider[], line: number): Place | undefined {
  const source = /^provider "([^"\s/]+\/[^"\s/]+\/[^"\s/]+)" \{$/.exec(found)?.[1];
  if (source === undefined || providers.some((other) => other.source === source)) {
    return undefined;
  }
  providers.push({ source, line, checksums: 0 });
  return "block";
}

function inBlock(found: string, providers: readonly LockedProvider[]): Place | undefined {
  const provider = providers.at(-1);
  const version = /^version\s*= "(\d+\.\d+\.\d+[\w.+-]*)"$/.exec(found)?.[1];
  if (provider !== undefined && version !== undefined && provider.version === undefined) {
    provider.version = version;
    return "block";
  }
  if (/^hashes\s*= \[$/.test(found)) {
    return "hashes";
  }
  if (/^constraints\s*= "[^"]*"$/.test(found)) {
    return "block";
  }
  return found === "}" ? "file" : undefined;
}

function inHashes(found: string, providers: readonly LockedProvider[]): Place | undefined {
  const provider = providers.at(-1);
  if (provider !== undefined && CHECKSUM.test(found)) {
    provider.checksums += 1;
    return "hashes";
  }
  return found === "]" ? "block" : undefined;
}

/** Each reads a line where it may be, to where the next one is; undefined where the line does not belong there. */
const READERS: Readonly<
  Record<Place, (found: string, providers: LockedProvider[], line: number) => Place | undefined>
> = { file: inFile, block: inBlock, hashes: inHashes };

function judged(providers: readonly LockedProvider[]): LockProblem | undefined {
  const unchecked = providers.find(({ version, checksums }) => version === undefined || checksums === 0);
  if (unchecked !== undefined) {
    const what = unchecked.version === undefined ? "version" : "checksum";
    return {
      line: unchecked.line,
      column: 1,
      message: `${unchecked.source} has no ${what}, so that any package would pass`,
    };
  }
  const aws = providers.filter(({ source }) => AWS.includes(source));
  if (aws.length === 0) {
    return { line: 1, column: 1, message: "there is no hashicorp/aws in it, which every stack needs" };
  }
  const other = aws.find(({ version }) => version !== AWS_PROVIDER_VERSION);
  return (
    other && {
      line: other.line,
      column: 1,
      message: `it has hashicorp/aws ${other.version}, and this version of pmm-iam takes ${AWS_PROVIDER_VERSION} alone`,
    }
  );
}
