/** The PIN session of this page; memory only, so that closing the page ends it. */
let current: string | null = null;

export const session = {
  get: (): string | null => current,
  set: (next: string | null): void => {
    current = next;
  },
};
