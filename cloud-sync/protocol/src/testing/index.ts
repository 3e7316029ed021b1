export * from './certificates.ts';
export { descriptorsOf } from './descriptors.ts';
export { contentCard, describePicture, jpegOf, pngChunk, pngOf, webpOf } from './pictures.ts';
