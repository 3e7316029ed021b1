export { type HubConfig, type HubConfigInput, loadConfig, parseConfig } from './config.ts';
export { HubFault } from './fault.ts';
export { type HubOptions, type RunningHub, startHub } from './hub.ts';
