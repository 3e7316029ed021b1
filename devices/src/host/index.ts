export { HostClient, type HostClientOptions } from './client.ts';
export { DeviceHost, type DeviceHostOptions } from './device-host.ts';
export { HostProcess, type HostProcessOptions, type HostReport } from './process.ts';
