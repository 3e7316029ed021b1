/** The link's decisions without its I/O, for whoever drives them in a time of their own (the harness's simulation). */
export { type DiskPort, writeDurably } from './down/disk.ts';
export { type MetadataStore, openMetadataStore } from './down/files.ts';
export { stepDown } from './down/machine.ts';
export { type DownEffect, type DownEvent, type DownState, downStart } from './down/state.ts';
export type { Versions, Wanted } from './down/wanted.ts';
export { LinkError, type LinkErrorCode, type Problem, problem } from './errors.ts';
export { LINK_LIMITS, type LinkLimits } from './limits.ts';
export { stepUp, UP_START, type UpEffect, type UpInput, type UpState } from './up/machine.ts';
export { startUplink, type Uplink } from './up/uplink.ts';
export { uuidFrom } from './up/uuid.ts';
