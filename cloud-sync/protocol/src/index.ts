export * from './batch.ts';
export * from './bodies.ts';
export * from './desired.ts';
export * from './envelope.ts';
export * from './other-store.ts';
export * from './pairing.ts';
export * from './sealed.ts';
export * from './stream.ts';
