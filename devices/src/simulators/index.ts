export type { PrintedItem, PrintedRun } from '../render/paper.ts';
export { CasAp1Simulator } from './cas-ap1.ts';
export { CasPd2Simulator } from './cas-pd2.ts';
export { SIMULATORS, type SimulatorEntry, type SimulatorPorts } from './catalog.ts';
export { Dialog02Simulator } from './dialog-02.ts';
export { EscPosSimulator } from './escpos.ts';
export { EscPosPaper } from './escpos-paper.ts';
export { FAULTS, type FaultKind, type FaultSetting, FaultyLine, isNobodyThere } from './faults.ts';
export { type PluggedDevice, SimulatedHidBus } from './hid-bus.ts';
export { DYMO, type HidScaleFace, HidScaleSimulator } from './hid-scale.ts';
export { type HidScannerFace, HidScannerSimulator, HONEYWELL } from './hid-scanner.ts';
export type { HttpAddress, HttpSimulator } from './http.ts';
export type { SimulatorLine } from './line.ts';
export { lineVerbs, setFault, waitVerb } from './line-verbs.ts';
export { MagellanSimulator } from './magellan.ts';
export { MerakiSimulator, type MerakiSimulatorOptions } from './meraki.ts';
export { Mettler8217Simulator } from './mettler-8217.ts';
export { NciScp01Simulator } from './nci-scp01.ts';
export { nearest } from './nearest.ts';
export {
  OpenEpaperLinkSimulator,
  type OpenEpaperLinkSimulatorOptions,
  type ShownPicture,
  type SimulatedTagOptions,
} from './openepaperlink.ts';
export { type OpenEslLie, OpenEslSimulator, type OpenEslSimulatorOptions } from './openesl.ts';
export { PtyLine } from './pty-line.ts';
export { seededRandom } from './random.ts';
export { scaledClock } from './scaled-clock.ts';
export { ScannerSimulator, type ScanOptions } from './scanner.ts';
export { parseScript, runSteps, ScriptReader, type Step } from './script.ts';
export type { Simulator, SimulatorVerb } from './simulator.ts';
export { TcpLine } from './tcp-line.ts';
export { ScriptError } from './words.ts';
