import { KNOWN_REGIONS } from "./partitions";

/**
 * What the AWS console calls each region, as far as it tells one from the others: `ireland` for Europe (Ireland).
 * In lower-case words with a dash between them.
 * Source: AWS General Reference, "Regions and endpoints", as of late 2026.
 */
export const REGION_PLACES: Readonly<Record<string, readonly string[]>> = {
  "af-south-1": ["cape-town"],
  "ap-east-1": ["hong-kong"],
  "ap-east-2": ["taipei"],
  "ap-northeast-1": ["tokyo"],
  "ap-northeast-2": ["seoul"],
  "ap-northeast-3": ["osaka"],
  "ap-south-1": ["mumbai"],
  "ap-south-2": ["hyderabad"],
  "ap-southeast-1": ["singapore"],
  "ap-southeast-2": ["sydney"],
  "ap-southeast-3": ["jakarta"],
  "ap-southeast-4": ["melbourne"],
  "ap-southeast-5": ["malaysia"],
  "ap-southeast-6": ["new-zealand"],
  "ap-southeast-7": ["thailand"],
  "ca-central-1": ["canada-central"],
  "ca-west-1": ["calgary"],
  "eu-central-1": ["frankfurt"],
  "eu-central-2": ["zurich"],
  "eu-north-1": ["stockholm"],
  "eu-south-1": ["milan"],
  "eu-south-2": ["spain"],
  "eu-west-1": ["ireland"],
  "eu-west-2": ["london"],
  "eu-west-3": ["paris"],
  "il-central-1": ["tel-aviv"],
  "me-central-1": ["uae"],
  "me-south-1": ["bahrain"],
  "mx-central-1": ["mexico-central"],
  "sa-east-1": ["sao-paulo"],
  "us-east-1": ["n-virginia", "virginia"],
  "us-east-2": ["ohio"],
  "us-west-1": ["n-california", "california"],
  "us-west-2": ["oregon"],
  "cn-north-1": ["beijing"],
  "cn-northwest-1": ["ningxia"],
  "us-gov-east-1": ["aws-gov-cloud-us-east"],
  "us-gov-west-1": ["aws-gov-cloud-us-west"],
  "eusc-de-east-1": ["germany"],
};

const REGION_OF_PLACE = new Map(
  Object.entries(REGION_PLACES).flatMap(([region, places]) =>
    places.map((place) => [place, region] as const),
  ),
);

/** The region of a place, in lower-case words with a dash between them. */
export function regionOfPlace(place: string): string | undefined {
  return REGION_OF_PLACE.get(place);
}

/** The region whose name is in a text: an availability or local zone, an ARN, a host. */
export function regionIn(text: string): string | undefined {
  const found = /[a-z]+(?:-[a-z]+)+-\d/.exec(text)?.[0];
  return found !== undefined && KNOWN_REGIONS.includes(found) ? found : undefined;
}
