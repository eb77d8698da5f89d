import { createHmac } from "node:crypto";

/**
 * The SMTP password that SES derives from a secret access key; the provider keeps it in the state beside the secret
 * (docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html).
 */
export function sesPassword(secret: string, region: string): string {
  const steps = ["11111111", region, "ses", "aws4_request", "SendRawEmail"];
  const signed = steps.reduce(
    (key, step) => createHmac("sha256", key).update(step).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  return Buffer.concat([Buffer.from([4]), signed]).toString("base64");
}
