export * from './aim.ts';
export * from './classify.ts';
export * from './element-string.ts';
export * from './gtin.ts';
