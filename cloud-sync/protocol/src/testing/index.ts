export * from './certificates.ts';
export { descriptorsOf } from './descriptors.ts';
export { describePicture, pngChunk, pngOf } from './pictures.ts';
