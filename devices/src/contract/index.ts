export * from './command.ts';
export * from './config.ts';
export * from './definition.ts';
export * from './event.ts';
export * from './host-protocol.ts';
export * from './transport.ts';
