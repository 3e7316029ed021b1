export * from './in-store.ts';
export * from './labels/template.ts';
export * from './profiles.ts';
export * from './tags/openepaperlink.ts';
export * from './tags/openesl.ts';
export * from './tags/schema.ts';
export * from './usb.ts';
