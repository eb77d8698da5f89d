import {
  ACCOUNT_ID,
  BOUNDARY,
  BUCKET,
  DEPLOYMENT_NAME,
  ENDPOINT,
  type Format,
  KEY_PREFIX,
  KMS_KEY,
  MANAGED_POLICY,
  ORGANIZATION_ID,
  PARAMETER_PREFIX,
  RDS_RESOURCE_ID,
  ROLE_ARN,
  ROLE_NAME,
  ROLE_NAME_WITH_PATH,
  SECRET_READER,
  VPC_ID,
} from "../aws/formats";
import { REGION_PLACES, regionIn, regionOfPlace } from "../aws/region-names";
import { dashed, nearName } from "./entry-names";
import { nearest } from "./wording";

/**
 * What people paste where another text is expected: from the consoles of AWS, the output of its command line,
 * Terraform, spreadsheets. A value is only a proposal, which the schema has to take.
 */

/** A text that may have been meant. */
export interface Meant {
  readonly value: string;
  /** What to know before typing it. */
  readonly note?: string;
}

/** What the file says around a value. */
export interface Surroundings {
  /** What listens at the address that a value is: a database of an engine, or a web server. */
  readonly service: string;
  /** `arn:aws:iam::111111111111:role/`, before a role of the source account; undefined where that is not known. */
  readonly rolePrefix: string | undefined;
}

type Rewrite = (text: string, around: Surroundings) => readonly Meant[];

/** The texts that may have been meant, the likeliest first. */
export function pastedValues(
  pasted: string,
  formats: readonly Format[],
  around: Surroundings,
): readonly Meant[] {
  const text = pasted.replace(/^[\s"'`“”‘’]+|[\s"'`“”‘’]+$/g, "");
  const own = formats.flatMap(({ pattern }) => BY_FORMAT.get(pattern)?.(text, around) ?? []);
  const plain = values(text, text.toLowerCase(), text.toLowerCase().replaceAll("_", "-"));
  return [...plain, ...own, ...arnParts(text, formats), ...values(text.replace(/^\/+|\/+$/g, ""))];
}

/** The region that a text names otherwise: `eu-west-1a`, an ARN's, `Europe (Ireland)`, `N. Virginia`. */
export function regionMeant(text: string): string | undefined {
  const [, place = text] = /\(([^)]*)\)/.exec(text) ?? [];
  return regionIn(text.toLowerCase()) ?? regionOfPlace(dashed(place)) ?? regionOfPlace(dashed(text));
}

/** The region of the place that a text misspells. */
export function regionOfNearPlace(text: string): string | undefined {
  const place = nearest(dashed(text), Object.values(REGION_PLACES).flat());
  return place === undefined ? undefined : regionOfPlace(place);
}

/** What a text is, where nobody can say what to type instead; undefined where it is nothing known. */
export function pastedMeaning(text: string): string | undefined {
  return placeholder(text) ?? MEANINGS.find(([pattern]) => pattern.test(text))?.[1];
}

/** What is said of a text that a template or a person was to fill in; undefined of another. */
export function placeholder(text: string): string | undefined {
  return /\$\{|%\{|\{\{/.test(text) ? REFERENCE : undefined;
}

const REFERENCE = "this is a reference or a placeholder, which nothing fills in here: type the value itself";

const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:var|local|data|module|aws_\w+)\.\w/, REFERENCE],
  [
    /^arn:[a-z-]+:sts::\d{12}:assumed-role\/AWSReservedSSO_/,
    "this is a session of IAM Identity Center, whose roles have an IAM path: aws iam list-roles --path-prefix /aws-reserved/sso.amazonaws.com/ prints the role's ARN",
  ],
  [/^arn:[a-z-]+:sts:/, "this is a session: type the ARN of the role or the user behind it"],
  [/^arn:[a-z-]+:iam::\d{12}:root$/, "root is the whole account: name the one role in it"],
  [/^\d{12}$/, "this is a whole account: name the one role in it"],
  [/^arn:[a-z-]+:iam::\d{12}:user\//, "this is a user: name a role"],
  [/^arn:[^*?]*[*?]/, "a wildcard takes in what others make later: name each one"],
  [
    /^AROA[A-Z0-9]{12,}(?::|$)/,
    "this is the id of a role, as a UserId or a trust whose role is gone shows it: type the ARN",
  ],
  [
    /^AIDA[A-Z0-9]{12,}(?::|$)/,
    "this is the id of a user, as a UserId or a policy whose user is gone shows it: type the ARN",
  ],
  [/^\d(?:[.,]\d+)?E\+?\d+$/i, "a spreadsheet has rounded it: copy it again from AWS"],
  [/^ou-/, "this is the id of an organizational unit: the organization's begins with o-"],
  [/^r-[0-9a-z]{4,32}$/, "this is the id of an organization's root: the organization's begins with o-"],
];

/** The parts of an ARN of IAM or STS that a key may want, and the account of any ARN. */
function arnParts(text: string, formats: readonly Format[]): readonly Meant[] {
  const arn =
    /^arn:(?<partition>aws[a-z-]*):(?<service>[a-z0-9-]+):[a-z0-9-]*:(?<account>\d{12}|aws):(?<kind>[a-z-]+)[/:]?(?<path>(?:[^/]+\/)*)(?<name>[^/]*)$/.exec(
      text,
    )?.groups;
  if (arn === undefined) {
    return [];
  }
  const { partition, service, account = "", kind, path = "", name = "" } = arn;
  // AWS Organizations puts the account behind the organization that it is in.
  const owner = service === "organizations" && kind === "account" ? name : account;
  const isName = owner === "aws" || formats.some(({ pattern }) => NAMES.includes(pattern));
  const ofAccount: readonly Meant[] = isName ? [] : [{ value: owner, note: "the account in this ARN" }];
  if (kind === "assumed-role") {
    const [role = ""] = path.split("/");
    const isOfIdentityCenter = role.startsWith("AWSReservedSSO_");
    const note = `this is a session's ARN; if the role has an IAM path, aws iam get-role --role-name ${role} --query Role.Arn prints the ARN with it`;
    const roleMeant = [
      { value: `arn:${partition}:iam::${account}:role/${role}`, note },
      { value: role, note: "this is a session's ARN; put the role's IAM path in front if it has one" },
    ];
    return [...(isOfIdentityCenter ? [] : roleMeant), ...ofAccount];
  }
  if (kind === "instance-profile") {
    const note = `this is an instance profile; aws iam get-instance-profile --instance-profile-name ${name} prints the role in it`;
    return [{ value: name, note }, ...ofAccount];
  }
  return kind === "role" || kind === "policy" ? [...values(`${path}${name}`, name), ...ofAccount] : ofAccount;
}

/** Formats that digits match, though no account is meant. */
const NAMES = [BOUNDARY, MANAGED_POLICY, ROLE_NAME, ROLE_NAME_WITH_PATH].map(({ pattern }) => pattern);

/** By its pattern, which a format of another example shares: what is pasted where a text of that format belongs. */
const BY_FORMAT: ReadonlyMap<RegExp, Rewrite> = new Map([
  [ACCOUNT_ID.pattern, accountIds],
  [
    DEPLOYMENT_NAME.pattern,
    (text): readonly Meant[] => values(nearName(text)?.slice(0, 31).replace(/-+$/, "")),
  ],
  [
    KMS_KEY.pattern,
    (text): readonly Meant[] =>
      values(text.replace(/^key\//, ""), `alias/${text.replace(/^:?alias[/:]?/, "")}`),
  ],
  [
    BUCKET.pattern,
    (text): readonly Meant[] =>
      values(
        /^(?:s3:\/\/|arn:[a-z-]+:s3:::)([^/]+)/.exec(text)?.[1],
        /^https?:\/\/([^/]+)\.s3[.-][^/]*amazonaws\.com/.exec(text)?.[1],
      ),
  ],
  [KEY_PREFIX.pattern, (text): readonly Meant[] => values(text.replace(/^s3:\/\/[^/]+\/|\/+$/g, ""))],
  [ORGANIZATION_ID.pattern, (text): readonly Meant[] => values(/o-[a-z0-9]{10,32}/.exec(text)?.[0])],
  [VPC_ID.pattern, (text): readonly Meant[] => values(/vpc-[0-9a-f]+$/.exec(text)?.[0])],
  [ROLE_ARN.pattern, ofSource],
  [
    SECRET_READER.pattern,
    (text, around): readonly Meant[] => [
      ...values(nearest(text, ["pmm_ec2_role"])),
      ...ofSource(text, around),
    ],
  ],
  [ROLE_NAME.pattern, (text): readonly Meant[] => values(text.split("/").at(-1))],
  [RDS_RESOURCE_ID.pattern, resourceIds],
  [PARAMETER_PREFIX.pattern, parameterPrefixes],
  [ENDPOINT.pattern, endpoints],
]);

/** A role's name alone does not say which account it is in. */
function ofSource(text: string, { rolePrefix }: Surroundings): readonly Meant[] {
  return rolePrefix === undefined || pastedMeaning(text) !== undefined
    ? []
    : [
        {
          value: `${rolePrefix}${text.replace(/^\/|^role\//, "")}`,
          note: "if it is a role of the source account",
        },
      ];
}

function values(...texts: readonly (string | undefined)[]): readonly Meant[] {
  return texts.flatMap((value) => (value === undefined ? [] : [{ value }]));
}

function accountIds(text: string): readonly Meant[] {
  const digits = /^\d[\d\s.\u2010-\u2015_-]*$/.test(text) ? text.replace(/\D/g, "") : "";
  const short = 12 - digits.length;
  return short === 1 || short === 2
    ? [
        {
          value: digits.padStart(12, "0"),
          note: "if a spreadsheet has dropped the zero in front; otherwise copy it again",
        },
      ]
    : values(digits);
}

/** RDS shows the ids of clusters and instances in upper case, those of proxies in lower case. */
function resourceIds(text: string): readonly Meant[] {
  const [, kind = "", rest = ""] = /^(cluster|db|prx)-(\w+)$/i.exec(text) ?? [];
  const prefix = kind.toLowerCase();
  return values(`${prefix}-${rest.toUpperCase()}`, `${prefix}-${rest.toLowerCase()}`);
}

/** The beginning of parameters' names in an ARN, in what the agent is told to fetch, or in a pattern. */
function parameterPrefixes(text: string): readonly Meant[] {
  const name = text
    .replace(/^arn:[a-z-]+:ssm:[^:]*:[^:]*:parameter/, "")
    .replace(/^ssm:/, "")
    .replace(/\*+$/, "")
    .replace(/\/{2,}/g, "/");
  return values(name, `/${name}`);
}

/** Of a URL, the host and its port; of a host alone, the port of what listens there. */
function endpoints(text: string, { service }: Surroundings): readonly Meant[] {
  const [, scheme = "", host = "", port] =
    /^(?:(?:jdbc:)?([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/]*@)?([^:/@?]+)(?::(\d+))?(?:[/?].*)?$/i.exec(text) ?? [];
  const usual = port ?? PORTS.get(scheme.toLowerCase() || service);
  return usual === undefined ? [] : values(`${host}:${usual}`);
}

const PORTS: ReadonlyMap<string, string> = new Map([
  ["https", "443"],
  ["postgres", "5432"],
  ["postgresql", "5432"],
  ["mysql", "3306"],
  ["mariadb", "3306"],
]);
