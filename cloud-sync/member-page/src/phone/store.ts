import { MyHome } from '@tillside/hub-contract';

/** How a phone signs. A browser without Ed25519 keeps the seed itself: then whoever can run code in this page can read it. */
export type SigningKey =
  | { readonly kind: 'browser'; readonly privateKey: CryptoKey }
  | { readonly kind: 'seed'; readonly seed: Uint8Array<ArrayBuffer> };

/** What the page keeps on the phone; nothing of it is ever sent but the public key. */
export interface KeptPhone {
  readonly key: SigningKey;
  /** Base64url. */
  readonly publicKey: string;
  readonly keyId: string;
  /** The one-time word of the sign-up while the hub has not taken it. */
  readonly claim: string | null;
  /** What the 18 digits are made of, once the phone is bound. The secret can be used and not be read. */
  readonly digits: { readonly number: string; readonly secret: CryptoKey } | null;
  /** The hub's clock less this phone's, as it was last seen. */
  readonly offsetMs: number;
  /** What the hub last said, to be shown without a network. */
  readonly home: { readonly value: MyHome; readonly atMs: number } | null;
}

const NAME = 'tillside-member';
const STORE = 'phone';
const ONE = 'this';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** `durability: strict`: a key that the hub has bound must not be gone after a phone ran out of battery. */
async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction(STORE, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

export const readPhone = async (): Promise<KeptPhone | null> => {
  const kept = (await within('readonly', (store) => store.get(ONE))) as KeptPhone | undefined;
  if (kept === undefined) return null;
  // An answer that an older page kept, and that lacks what this one shows, is asked for anew.
  const isWhole = kept.home !== null && MyHome.safeParse(kept.home.value).success;
  return isWhole ? kept : { ...kept, home: null };
};
export const keepPhone = async (phone: KeptPhone): Promise<void> =>
  void (await within('readwrite', (store) => store.put(phone, ONE)));
export const forgetPhone = async (): Promise<void> => void (await within('readwrite', (store) => store.delete(ONE)));
