export * from './certificates.ts';
export { descriptorsOf } from './descriptors.ts';
