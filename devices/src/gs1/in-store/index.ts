export { type InnerCheck, innerCheckDigit } from './inner-check.ts';
export { type InStoreReading, readInStore } from './read.ts';
export { InStoreRule, InStoreRules } from './rules.ts';
export { writeInStore } from './write.ts';
