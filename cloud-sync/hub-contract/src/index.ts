export * from './console-data.ts';
export * from './error-body.ts';
export { HUB_ERRORS, HubErrorCode } from './errors.ts';
export * from './keys.ts';
export * from './pairing.ts';
export * from './routes.ts';
export * from './segments.ts';
export * from './state.ts';
export * from './text.ts';
