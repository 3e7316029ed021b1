import { z } from 'zod';

const Guid = z.string().min(1).max(64);

/** The public loyalty contract of Toast. Its POS calls `/adapters/toast/loyalty` with the credential of a paired terminal as its static API key. */
export const ToastConfig = z.strictObject({
  /** GUIDs of the restaurants that may call (`Toast-Restaurant-External-ID`); any other is refused. */
  restaurants: z.array(Guid).min(1).max(50),
  /** Language of offers and messages. */
  locale: z.enum(['zh-CN', 'en']).default('en'),
  /** Calling code of phones, which the contract sends as ten digits. */
  countryCode: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .default('1'),
  /** Version of the membership terms that guests are shown where they sign up; absent: the POS can't sign anybody up. */
  membershipTextVersion: z.string().min(1).max(40).optional(),
  /** SKUs by the GUID of a menu item, where neither its PLU nor its external id is a SKU or GTIN of the item master. */
  itemSkus: z.record(Guid, z.string().min(1).max(64)).default({}),
});
export type ToastConfig = z.infer<typeof ToastConfig>;
