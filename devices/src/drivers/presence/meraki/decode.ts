import { z } from 'zod';
import type { PresenceEvent } from '../../../contract/event.ts';
import { isRandomised } from './pseudonym.ts';

/** Cisco Meraki Scanning API, versions 2 and 3. Numbers sometimes arrive as strings; what is not needed is not read. */
const Mac = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$/)
  .transform((mac) => mac.toLowerCase().replaceAll('-', ':'));
const Numeric = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .pipe(z.number());
const Time = z
  .string()
  .max(40)
  .refine((text) => Number.isFinite(Date.parse(text)));
const Ssid = z.string().nullish();

const MAX_OBSERVATIONS = 5_000;

const Version2 = z.object({
  version: z.literal('2.0'),
  secret: z.string(),
  type: z.string(),
  data: z.object({
    apMac: Mac,
    observations: z
      .array(z.object({ clientMac: Mac, seenTime: Time, rssi: Numeric, ssid: Ssid }))
      .max(MAX_OBSERVATIONS),
  }),
});
const Version3 = z.object({
  version: z.literal('3.0'),
  secret: z.string(),
  type: z.string(),
  data: z.object({
    observations: z
      .array(
        z.object({
          clientMac: Mac,
          ssid: Ssid,
          latestRecord: z.object({ time: Time, nearestApMac: Mac, nearestApRssi: Numeric }),
        }),
      )
      .max(MAX_OBSERVATIONS),
  }),
});
const Report = z.discriminatedUnion('version', [Version2, Version3]);

export interface Sighting {
  /** Raw address; must be pseudonymised before it leaves this room. */
  mac: string;
  apMac: string;
  associated: boolean;
  rssi: number;
  seenAt: string;
}

export type Decoded = { ok: true; secret: string; sightings: Sighting[] } | { ok: false };

/** Reads one post. Bluetooth reports and types that are not footfall decode to no sightings. Never throws. */
export function decodeReport(text: string): Decoded {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false };
  }
  const parsed = Report.safeParse(json);
  if (!parsed.success) return { ok: false };
  const report = parsed.data;
  const { secret } = report;
  if (report.version === '2.0') {
    if (report.type !== 'DevicesSeen') return { ok: true, secret, sightings: [] };
    const { apMac, observations } = report.data;
    return {
      ok: true,
      secret,
      sightings: observations.map((seen) => ({
        mac: seen.clientMac,
        apMac,
        associated: Boolean(seen.ssid),
        rssi: seen.rssi,
        seenAt: seen.seenTime,
      })),
    };
  }
  if (report.type !== 'WiFi') return { ok: true, secret, sightings: [] };
  return {
    ok: true,
    secret,
    sightings: report.data.observations.map(({ clientMac, ssid, latestRecord }) => ({
      mac: clientMac,
      apMac: latestRecord.nearestApMac,
      associated: Boolean(ssid),
      rssi: latestRecord.nearestApRssi,
      seenAt: latestRecord.time,
    })),
  };
}

type Observation = z.infer<typeof PresenceEvent>['observations'][number];

/** Sightings by zone with pseudonyms in place of addresses. */
export function toObservations(
  sightings: readonly Sighting[],
  zoneOf: (apMac: string) => string,
  visitorOf: (mac: string) => string,
): Map<string, Observation[]> {
  const zones = new Map<string, Observation[]>();
  for (const { mac, apMac, associated, rssi, seenAt } of sightings) {
    const zone = zoneOf(apMac);
    const observations = zones.get(zone) ?? [];
    observations.push({
      visitor: visitorOf(mac),
      randomised: isRandomised(mac),
      associated,
      rssi,
      seenAt: new Date(seenAt).toISOString(),
    });
    zones.set(zone, observations);
  }
  return zones;
}
