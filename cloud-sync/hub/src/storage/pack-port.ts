/** What HQ keeps of member packs beside the signed files themselves. Each method is one transaction, durable when its promise resolves. */
export interface PackStore {
  /** Of the pack that is about to be signed: 32 bytes, base64url. It takes the place of one of the same version; of older ones only the last is kept. With the sealing keys, in no backup. */
  putKey(store: string, version: number, key: string): Promise<void>;
  key(store: string, version: number): Promise<string | null>;
  /** Stores whose members a store should know as well, the nearest first. */
  near(store: string): Promise<string[]>;
  putNear(store: string, near: readonly string[]): Promise<void>;
}

/** Stores near one that its pack looks at. */
export const MAX_NEAR = 50;
