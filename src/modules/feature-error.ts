/** A feature, or its module, is not as this program needs it: one line for who wrote it. */
export class FeatureError extends Error {}
