export { HostClient, type HostClientOptions, type HostStatusReport } from './client.ts';
export { DeviceHost, type DeviceHostOptions } from './device-host.ts';
export type { HostEndpoint } from './endpoint.ts';
export { type HostCredential, PairingRefused, pairHost, unpairHost } from './pairing/pair.ts';
export { writePrivate } from './pairing/private-file.ts';
export { parseAddress } from './pairing/psk.ts';
export { HostProcess, type HostProcessOptions, type HostReport } from './process.ts';
