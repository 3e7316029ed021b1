export * from './delimiter.ts';
export * from './framer.ts';
export * from './start-end.ts';
