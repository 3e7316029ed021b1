import { type ClaimedPhone, claimMessage } from '@tillside/hub-contract';
import { importSecret } from './codes.ts';
import { askHub } from './hub.ts';
import { makeKey, signText } from './key.ts';
import { type KeptPhone, keepPhone } from './store.ts';

/** A phone with a new key that waits to be bound by the word. It is kept before the hub hears of it, so that no bound key is ever lost on the way. */
export async function newPhone(claim: string): Promise<KeptPhone> {
  const made = await makeKey();
  const phone: KeptPhone = { ...made, claim, digits: null, offsetMs: 0, home: null };
  await keepPhone(phone);
  // Where the browser may clear what pages keep, it asks first for one that asked.
  await navigator.storage?.persist?.().catch(() => false);
  return phone;
}

/** Binds the phone at the hub. Throws HubTrouble. */
export async function bind(phone: KeptPhone): Promise<KeptPhone> {
  const { key, publicKey, claim } = phone;
  if (claim === null) return phone;
  let { offsetMs } = phone;
  const signature = await signText(key, claimMessage(claim));
  const claimed = (await askHub('claimPhone', { body: { claim, publicKey, signature } }, (offset) => {
    offsetMs = offset;
  })) as ClaimedPhone;
  const digits = { number: claimed.number, secret: await importSecret(claimed.secret) };
  const bound: KeptPhone = { ...phone, claim: null, digits, offsetMs };
  await keepPhone(bound);
  return bound;
}
