import { z } from 'zod';
import { KioskBrand } from './kiosk-brand.ts';

/** WCAG 2.2, 2.2.1: who is asked whether they are still there has at least this long to answer. */
export const LEAST_WARNING_SECONDS = 20;

/** How a store's kiosks look and behave: the same for every shopper, nothing of anybody. */
export const KioskSettings = z.strictObject({
  brand: KioskBrand.prefault({}),
  /** The language that a kiosk returns to when a shopper leaves. */
  homeLocale: z.enum(['zh-CN', 'en']).default('zh-CN'),
  /** Without a touch for this long, the kiosk asks whether anybody is there; unanswered for `warningSeconds`, it forgets them. */
  idleSeconds: z.int().min(20).max(600).default(60),
  warningSeconds: z.int().min(LEAST_WARNING_SECONDS).max(300).default(30),
  /** The size of text before anybody asks for larger; 1 is made for a panel of 80 cm or more. */
  textScale: z.number().min(1).max(1.5).default(1),
  /** Spoken by the system's voice when asked for. `public`: a loudspeaker that others hear, so nothing personal; `headphones`: there is a jack, all is spoken. */
  speech: z.enum(['off', 'public', 'headphones']).default('public'),
});
export type KioskSettings = z.infer<typeof KioskSettings>;

export const DEFAULT_KIOSK_SETTINGS: KioskSettings = KioskSettings.parse({});
