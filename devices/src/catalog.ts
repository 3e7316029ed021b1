import type { DeviceCodec } from './contract/codec.ts';
import type { DeviceDefinition, DriverContext } from './contract/definition.ts';
import { openEpaperLink } from './drivers/label/openepaperlink/definition.ts';
import { openEsl } from './drivers/label/openesl/definition.ts';
import { meraki } from './drivers/presence/meraki/definition.ts';
import { escPos } from './drivers/printer/escpos/definition.ts';
import { casAp1 } from './drivers/scale/cas-ap1/definition.ts';
import { casPd2 } from './drivers/scale/cas-pd2/definition.ts';
import { dialog02 } from './drivers/scale/dialog-02/definition.ts';
import { hidScale } from './drivers/scale/hid-scale/definition.ts';
import { magellanSingleCable } from './drivers/scale/magellan-single-cable/definition.ts';
import { mettler8217 } from './drivers/scale/mettler-8217/definition.ts';
import { nciScp01 } from './drivers/scale/nci-scp01/definition.ts';
import { hidPos } from './drivers/scanner/hid-pos/definition.ts';
import { serialGeneric } from './drivers/scanner/serial-generic/definition.ts';

/** Any definition, its options' type hidden: the host checks options by the definition's own schema before it makes a session. */
export type AnyDeviceDefinition = Omit<DeviceDefinition, 'createSession' | 'codecs'> & {
  codecs(options: never): readonly DeviceCodec[];
  createSession(context: DriverContext<never>): ReturnType<DeviceDefinition['createSession']>;
};

/** Every model, by its key. */
export const CATALOG = {
  'scanner/serial-generic': serialGeneric,
  'scanner/hid-pos': hidPos,
  'scale/mettler-8217': mettler8217,
  'scale/magellan-single-cable': magellanSingleCable,
  'scale/nci-scp01': nciScp01,
  'scale/cas-ap1': casAp1,
  'scale/cas-pd2': casPd2,
  'scale/dialog-02': dialog02,
  'scale/hid-scale': hidScale,
  'printer/escpos': escPos,
  'label/openepaperlink': openEpaperLink,
  'label/openesl': openEsl,
  'presence/meraki': meraki,
} as const satisfies Record<string, AnyDeviceDefinition>;

export type DeviceModel = keyof typeof CATALOG;

export type DeviceCatalog = Readonly<Record<string, AnyDeviceDefinition>>;
