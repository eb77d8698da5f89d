import { isInRdsDomain, parseRdsHost } from "../../src/aws/rds-endpoints";

const id = "c1abcdefghij";

test.each([
  [`billing.cluster-${id}.eu-west-1.rds.amazonaws.com`, "cluster", "eu-west-1", "amazonaws.com"],
  [`billing.cluster-ro-${id}.eu-west-1.rds.amazonaws.com`, "cluster", "eu-west-1", "amazonaws.com"],
  [`reports.cluster-custom-${id}.eu-west-1.rds.amazonaws.com`, "cluster", "eu-west-1", "amazonaws.com"],
  [`billing-1.${id}.ap-southeast-7.rds.amazonaws.com`, "instance", "ap-southeast-7", "amazonaws.com"],
  [`BILLING-1.${id}.EU-WEST-1.RDS.AMAZONAWS.COM`, "instance", "eu-west-1", "amazonaws.com"],
  [`pool.proxy-${id}.us-east-1.rds.amazonaws.com`, "proxy", "us-east-1", "amazonaws.com"],
  [`reader.endpoint.proxy-${id}.us-east-1.rds.amazonaws.com`, "proxy", "us-east-1", "amazonaws.com"],
  [`shards.shardgrp-${id}.us-east-1.rds.amazonaws.com`, undefined, "us-east-1", "amazonaws.com"],
  [`billing.cluster-${id}.rds.cn-north-1.amazonaws.com.cn`, "cluster", "cn-north-1", "amazonaws.com.cn"],
  [`billing.${id}.cn-northwest-1.rds.amazonaws.com.cn`, "instance", "cn-northwest-1", "amazonaws.com.cn"],
  [`billing.${id}.us-gov-west-1.rds.amazonaws.com`, "instance", "us-gov-west-1", "amazonaws.com"],
  [`billing.cluster-${id}.rds.us-gov-east-1.amazonaws.com`, "cluster", "us-gov-east-1", "amazonaws.com"],
  [`billing.proxy-${id}.eusc-de-east-1.rds.amazonaws.eu`, "proxy", "eusc-de-east-1", "amazonaws.eu"],
  [`billing.${id}.eu-wset-1.rds.amazonaws.com`, "instance", "eu-wset-1", "amazonaws.com"],
])("%s", (host, kind, region, suffix) => {
  expect(parseRdsHost(host)).toEqual({ kind, region, suffix });
});

test.each([
  "localhost",
  "10.0.0.1",
  "billing.example.com",
  "billing.cluster-abc.eu-west-1.rds.example.com",
  "billing.cluster-abc.eu-west-1.rds.amazonaws.com.example.com",
  `billing.global-${id}.global.rds.amazonaws.com`,
  "rds.eu-west-1.amazonaws.com",
  "billing.eu-west-1.rds.amazonaws.com",
  `billing.${id}.eu-west-1.redshift.amazonaws.com`,
])("%s is not of RDS's shape", (host) => {
  expect(parseRdsHost(host)).toBeUndefined();
});

test.each([
  ["billing.eu-west-1.rds.amazonaws.com", true],
  ["billing.cluster-abc.EU-WEST.RDS.AMAZONAWS.COM", true],
  ["billing.cluster-abc.cn-north.rds.amazonaws.com.cn", true],
  ["billing.global-abc.global.rds.amazonaws.com", false],
  ["billing.rds.amazonaws.com.example.com", false],
  ["myrds.amazonaws.com", false],
])("%s is under RDS's domain: %s", (host, isUnder) => {
  expect(isInRdsDomain(host)).toBe(isUnder);
});
