import { KNOWN_REGIONS } from "../../src/aws/partitions";
import { REGION_PLACES, regionIn, regionOfPlace } from "../../src/aws/region-names";

test("every region has a place, and no place is of two", () => {
  expect(Object.keys(REGION_PLACES).sort()).toEqual([...KNOWN_REGIONS].sort());
  const places = Object.values(REGION_PLACES).flat();
  expect(new Set(places).size).toBe(places.length);
  expect(places.filter((place) => !/^[a-z]+(?:-[a-z]+)*$/.test(place))).toEqual([]);
});

test.each([
  ["ireland", "eu-west-1"],
  ["n-virginia", "us-east-1"],
  ["germany", "eusc-de-east-1"],
  ["atlantis", undefined],
  ["constructor", undefined],
])("the region of %s", (place, region) => {
  expect(regionOfPlace(place)).toBe(region);
});

test.each([
  ["eu-west-1a", "eu-west-1"],
  ["us-east-1-bos-1a", "us-east-1"],
  ["us-gov-west-1b", "us-gov-west-1"],
  ["eusc-de-east-1a", "eusc-de-east-1"],
  ["arn:aws:rds:ap-southeast-2:222222222222:db:billing", "ap-southeast-2"],
  ["billing.abc.eu-central-1.rds.amazonaws.com", "eu-central-1"],
  ["eu-west-9", undefined],
  ["ireland", undefined],
])("the region in %s", (text, region) => {
  expect(regionIn(text)).toBe(region);
});
