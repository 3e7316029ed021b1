export { buildDigitalLink, CANONICAL_STEM, checkStem } from './build.ts';
export { claimsDigitalLink, type DigitalLink, parseDigitalLink } from './parse.ts';
export type { LinkParameter } from './query.ts';
