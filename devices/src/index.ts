export * from './catalog.ts';
export * from './clock.ts';
export * from './conditions.ts';
export * from './contract/index.ts';
export * from './doctor.ts';
export * from './gs1/index.ts';
export * from './host/index.ts';
export { listSerialPorts, type SerialPortFound } from './transport/probe.ts';
