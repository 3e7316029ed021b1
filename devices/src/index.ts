export * from './clock.ts';
export * from './conditions.ts';
export * from './contract/index.ts';
export * from './gs1/index.ts';
