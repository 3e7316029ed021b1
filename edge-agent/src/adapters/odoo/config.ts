import { z } from 'zod';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** As a browser sends it: scheme, name and port where it is not the usual one. */
const Origin = z
  .string()
  .max(200)
  .refine((text) => {
    try {
      const url = new URL(text);
      return url.origin === text && (url.protocol === 'https:' || url.protocol === 'http:');
    } catch {
      return false;
    }
  }, 'an origin, e.g. https://erp.example.com, without a path');

const Lane = z
  .strictObject({
    lane: z.string().min(1).max(40),
    /** Odoo's own proxy listens at 8069; 0 takes a free one, which the log names. */
    port: z.int().min(0).max(65_535),
    host: z.string().min(1).max(253).default('127.0.0.1'),
    /** Names by which it is reached besides addresses and `localhost`, e.g. that of a TLS proxy before it. */
    names: z.array(z.string().min(1).max(253).toLowerCase()).max(8).default([]),
    /** Where the Odoo till is served from. Pages of every other origin are refused. */
    origins: z.array(Origin).min(1).max(8),
    /** First part of the path (`http://127.0.0.1:8069/KEY` in Odoo); needed where other machines can reach it. */
    key: z
      .string()
      .regex(/^[A-Za-z0-9_-]{16,64}$/, '16 to 64 letters, digits, - or _')
      .optional(),
  })
  .refine(({ host, key }) => LOOPBACK.has(host) || key !== undefined, 'a host that other machines reach needs a key');

/** A hardware proxy for each lane that has an Odoo till. */
export const OdooConfig = z
  .array(Lane)
  .max(64)
  .refine((lanes) => new Set(lanes.map(({ lane }) => lane)).size === lanes.length, 'one entry for each lane')
  .refine((lanes) => {
    const taken = lanes.filter(({ port }) => port !== 0).map(({ host, port }) => `${host}:${port}`);
    return new Set(taken).size === taken.length;
  }, 'each lane needs a port of its own');
export type OdooLaneConfig = z.infer<typeof Lane>;
