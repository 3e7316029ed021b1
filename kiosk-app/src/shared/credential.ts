/** Where a paired page keeps what it was given. */
export interface CredentialStore {
  read(): string | null;
  write(credential: string): void;
  forget(): void;
}

/** What a page is paired as. */
export type PageKind = 'kiosk' | 'staff' | 'display';

export function credentialStore(kind: PageKind, storage: Storage): CredentialStore {
  const key = `tillside.${kind}.credential`;
  return {
    read: () => storage.getItem(key),
    write: (credential) => storage.setItem(key, credential),
    forget: () => storage.removeItem(key),
  };
}

/** In the kiosk's shell the credential stays with the shell; the page only learns whether there is one. Null elsewhere. */
export function shellStore(page: Document): CredentialStore | null {
  const mark = page.querySelector<HTMLMetaElement>('meta[name="tillside-shell"]');
  if (mark === null) return null;
  let isPaired = mark.content === 'paired';
  return {
    read: () => (isPaired ? 'held-by-shell' : null),
    write: () => {
      isPaired = true;
    },
    forget: () => {
      isPaired = false;
    },
  };
}

/** The one-time code of an address such as `/kiosk/#pair=7K2M-94QF`, or null. */
export function pairingCodeIn(hash: string): string | null {
  const code = new URLSearchParams(hash.replace(/^#/, '')).get('pair')?.trim() ?? '';
  return code === '' ? null : code;
}

/** Takes the code out of the address, so that it neither stays on the screen nor in the history. */
export function takePairingCode(location: Location, history: History): string | null {
  const code = pairingCodeIn(location.hash);
  if (code !== null) history.replaceState(null, '', `${location.pathname}${location.search}`);
  return code;
}
