export type { SimulatorLine } from './line.ts';
export { MerakiSimulator, type MerakiSimulatorOptions } from './meraki.ts';
export { Mettler8217Simulator } from './mettler-8217.ts';
export { OpenEpaperLinkSimulator, type OpenEpaperLinkSimulatorOptions, type ShownPicture } from './openepaperlink.ts';
export { PtyLine } from './pty-line.ts';
export { ScannerSimulator, type ScanOptions } from './scanner.ts';
export { TcpLine } from './tcp-line.ts';
