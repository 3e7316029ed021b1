import type { DeviceModel } from '../catalog.ts';
import { CasAp1Simulator } from './cas-ap1.ts';
import { CasPd2Simulator } from './cas-pd2.ts';
import { Dialog02Simulator } from './dialog-02.ts';
import { EscPosSimulator } from './escpos.ts';
import { type HttpAddress, type HttpSimulator, wifiCloud } from './http.ts';
import type { SimulatorLine } from './line.ts';
import { MagellanSimulator } from './magellan.ts';
import { Mettler8217Simulator } from './mettler-8217.ts';
import { NciScp01Simulator } from './nci-scp01.ts';
import { accessPoint } from './openepaperlink-verbs.ts';
import { openEslAccessPoint } from './openesl-verbs.ts';
import { ScannerSimulator } from './scanner.ts';
import type { Simulator } from './simulator.ts';

export interface SimulatorPorts {
  readonly random: () => number;
  readonly seed: number;
}

/** The other end of a model's wire: `line` takes any byte line, `http` brings its own port, `none` says why there is nothing. */
export type SimulatorEntry =
  | { readonly wire: 'line'; create(line: SimulatorLine, ports: SimulatorPorts): Simulator }
  | { readonly wire: 'http'; create(address: HttpAddress, ports: SimulatorPorts): HttpSimulator }
  | { readonly wire: 'none'; readonly because: { readonly zh: string; readonly en: string } };

const NO_USB = {
  zh: 'USB HID 没有可模拟的线路；测试用 SimulatedHidBus 按报告字节播放。',
  en: 'USB HID has no wire that a program could play; SimulatedHidBus plays its reports to the driver, in tests.',
} as const;

/** A simulator for every model of the catalogue; a model without an entry does not compile. */
export const SIMULATORS = {
  'scanner/serial-generic': { wire: 'line', create: (line, { random }) => new ScannerSimulator(line, random) },
  'scanner/hid-pos': { wire: 'none', because: NO_USB },
  'scale/mettler-8217': { wire: 'line', create: (line) => new Mettler8217Simulator(line) },
  'scale/magellan-single-cable': { wire: 'line', create: (line, { random }) => new MagellanSimulator(line, random) },
  'scale/nci-scp01': { wire: 'line', create: (line) => new NciScp01Simulator(line) },
  'scale/cas-ap1': { wire: 'line', create: (line) => new CasAp1Simulator(line) },
  'scale/cas-pd2': { wire: 'line', create: (line) => new CasPd2Simulator(line) },
  'scale/dialog-02': { wire: 'line', create: (line, { random }) => new Dialog02Simulator(line, random) },
  'scale/hid-scale': { wire: 'none', because: NO_USB },
  'printer/escpos': { wire: 'line', create: (line) => new EscPosSimulator(line) },
  'label/openepaperlink': { wire: 'http', create: (address, { seed }) => accessPoint(address, seed) },
  'label/openesl': { wire: 'http', create: (address, { seed }) => openEslAccessPoint(address, seed) },
  'presence/meraki': { wire: 'http', create: (address, { seed }) => wifiCloud(address, seed) },
} as const satisfies Record<DeviceModel, SimulatorEntry>;
