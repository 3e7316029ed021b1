export * from './console-data.ts';
export * from './errors.ts';
export * from './pairing.ts';
export * from './routes.ts';
export * from './state.ts';
export * from './text.ts';
