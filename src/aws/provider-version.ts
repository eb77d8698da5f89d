/**
 * The version of hashicorp/aws that every stack requires, and no other: the one whose schema the classes of
 * @cdktf/provider-aws were made from. A test holds it against the output.
 */
export const AWS_PROVIDER_VERSION = "6.25.0";
