export * from './delimiter.ts';
export * from './framer.ts';
export * from './report.ts';
export * from './splitter.ts';
export * from './start-end.ts';
