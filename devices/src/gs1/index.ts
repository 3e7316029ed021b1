export * from './aim.ts';
export * from './classify.ts';
export * from './element-string.ts';
export * from './elements/ai.ts';
export type { AiComponent, AiEntry, CharacterSet } from './elements/dictionary.ts';
export * from './gtin.ts';
export * from './in-store/index.ts';
