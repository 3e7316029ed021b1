import { createPublicKey } from 'node:crypto';
import { Key, type Metadata, type Targets } from '@tufjs/models';
import { z } from 'zod';
import { fail } from '../errors.ts';
import { type BinSplit, binOf, matchesGlob, startsWithHash } from './paths.ts';

/**
 * Bytes of TUF metadata (specification 1.0, section 4) into checked values. Reading is linear in the bytes and bounded in depth, because it happens before anything is
 * known of who wrote them; the library's own readers copy an object for each member, so only its keys and signatures are used.
 */
export const FORMAT_LIMITS = {
  /** Of nested objects and lists; metadata needs eight. */
  jsonDepth: 32,
  signatures: 64,
  keys: 256,
  /** Roles that one file delegates to. */
  delegations: 64,
  roleNameBytes: 120,
  patternChars: 512,
} as const;

export const TOP_ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const;
export type TopRole = (typeof TOP_ROLES)[number];

/** Who may sign a role. */
export interface Holders {
  readonly keys: ReadonlyMap<string, Key>;
  readonly keyIds: readonly string[];
  readonly threshold: number;
}
export interface MetaEntry {
  readonly version: number;
  readonly length?: number | undefined;
  readonly hashes?: Readonly<Record<string, string>> | undefined;
}
interface Common {
  readonly version: number;
  readonly expires: string;
}
export interface RootBody extends Common {
  readonly roles: Readonly<Record<TopRole, Holders>>;
}
export interface TimestampBody extends Common {
  readonly snapshot: MetaEntry;
}
export interface SnapshotBody extends Common {
  /** By file name, e.g. `targets.json`. */
  readonly meta: ReadonlyMap<string, MetaEntry>;
}
export interface TargetEntry {
  readonly length: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly custom?: unknown;
}
export interface Delegation {
  readonly name: string;
  readonly holders: Holders;
  readonly terminating: boolean;
}
export interface TargetsBody extends Common {
  readonly targets: ReadonlyMap<string, TargetEntry>;
  /** The delegations that cover a path, in the order in which they are written. */
  readonly delegationsOf: (path: string) => readonly Delegation[];
}
export type Body = RootBody | TimestampBody | SnapshotBody | TargetsBody;

export interface Document<B extends Body> {
  /** As received: hashes in the metadata above are of these bytes. */
  readonly bytes: Buffer;
  readonly body: B;
  /** The signed member as it was parsed: signatures are over its canonical form, unknown members included. */
  readonly signed: Record<string, unknown>;
  readonly signatures: ReadonlyMap<string, string>;
}

const Version = z.number().int().positive().safe();
const Hashes = z.record(z.string(), z.string());
const Meta = z.object({
  version: Version,
  length: z.number().int().nonnegative().optional(),
  hashes: Hashes.optional(),
});
const KeyIds = z.array(z.string()).max(FORMAT_LIMITS.keys);
const Role = z.object({ keyids: KeyIds, threshold: z.number().int().positive() });
const KeyJson = z.looseObject({
  keytype: z.string(),
  scheme: z.string(),
  keyval: z.looseObject({ public: z.string() }),
});
const Keys = z.record(z.string(), KeyJson);
const Expires = z.iso.datetime({ offset: true });
const common = { version: Version, expires: Expires, spec_version: z.string().regex(/^1\.\d+(\.\d+)?$/) };

const RootJson = z.object({
  ...common,
  consistent_snapshot: z.boolean(),
  keys: Keys,
  roles: z.object({ root: Role, timestamp: Role, snapshot: Role, targets: Role }),
});
const TimestampJson = z.object({ ...common, meta: z.object({ 'snapshot.json': Meta }) });
const SnapshotJson = z.object({ ...common, meta: z.record(z.string(), Meta) });
const Pattern = z.string().max(FORMAT_LIMITS.patternChars);
const DelegatedJson = Role.extend({
  name: z.string().min(1),
  terminating: z.boolean(),
  paths: z.array(Pattern).optional(),
  path_hash_prefixes: z.array(Pattern).optional(),
}).refine(({ paths, path_hash_prefixes }) => (paths === undefined) !== (path_hash_prefixes === undefined), {
  message: 'paths or path_hash_prefixes',
});
const SuccinctJson = Role.extend({ bit_length: z.number().int().min(1).max(32), name_prefix: z.string().min(1) });
const DelegationsJson = z
  .object({
    keys: Keys,
    roles: z.array(DelegatedJson).max(FORMAT_LIMITS.delegations).optional(),
    succinct_roles: SuccinctJson.optional(),
  })
  .refine(({ roles, succinct_roles }) => (roles === undefined) !== (succinct_roles === undefined), {
    message: 'roles or succinct_roles',
  });
const TargetJson = z.object({
  length: z.number().int().nonnegative().safe(),
  hashes: Hashes,
  custom: z.unknown().optional(),
});
const TargetsJson = z.object({
  ...common,
  targets: z.record(z.string(), TargetJson),
  delegations: DelegationsJson.optional(),
});
const Envelope = z.object({
  signed: z.looseObject({ _type: z.string() }),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })).max(FORMAT_LIMITS.signatures),
});

export const readRoot = (bytes: Buffer): Document<RootBody> => read('root', 'root', bytes, RootJson, rootBody);
export const readTimestamp = (bytes: Buffer): Document<TimestampBody> =>
  read('timestamp', 'timestamp', bytes, TimestampJson, ({ meta, ...body }) => ({
    ...body,
    snapshot: meta['snapshot.json'],
  }));
export const readSnapshot = (bytes: Buffer): Document<SnapshotBody> =>
  read('snapshot', 'snapshot', bytes, SnapshotJson, (body) => ({ ...body, meta: new Map(Object.entries(body.meta)) }));
export const readTargets = (name: string, bytes: Buffer): Document<TargetsBody> =>
  read(name, 'targets', bytes, TargetsJson, (body) => targetsBody(name, body));

function read<J, B extends Body>(
  name: string,
  type: TopRole,
  bytes: Buffer,
  schema: z.ZodType<J>,
  build: (json: J) => B,
): Document<B> {
  const bad = (why: string): never => fail('TUF_MALFORMED', `${name}.json: ${why}`);
  if (!shallow(bytes)) return bad(`nested deeper than ${FORMAT_LIMITS.jsonDepth}`);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return bad('not JSON');
  }
  const envelope = Envelope.safeParse(json);
  if (!envelope.success) return bad(firstIssue(envelope.error));
  const { signed, signatures } = envelope.data;
  if (signed._type !== type) return bad(`_type ${signed._type.slice(0, 40)}`);
  const byKey = new Map(signatures.map(({ keyid, sig }) => [keyid, sig]));
  if (byKey.size !== signatures.length) return bad('two signatures of one key');
  const parsed = schema.safeParse(signed);
  if (!parsed.success) return bad(firstIssue(parsed.error));
  return { bytes, body: build(parsed.data), signed, signatures: byKey };
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.slice(0, 200);
}

/** Recursive code follows (canonical form, schemas): what nests deeper than any metadata must not reach it. */
function shallow(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > FORMAT_LIMITS.jsonDepth) return false;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return true;
}

function keysOf(json: z.output<typeof Keys>): Map<string, Key> {
  const entries = Object.entries(json);
  if (entries.length > FORMAT_LIMITS.keys) fail('TUF_MALFORMED', `more than ${FORMAT_LIMITS.keys} keys`);
  return new Map(
    entries.map(([keyID, { keytype, scheme, keyval }]) => [
      keyID,
      new Key({ keyID, keyType: keytype, scheme, keyVal: { public: keyval.public } }),
    ]),
  );
}

function holdersOf(where: string, role: z.output<typeof Role>, keys: ReadonlyMap<string, Key>): Holders {
  const { keyids: keyIds, threshold } = role;
  if (new Set(keyIds).size !== keyIds.length) fail('TUF_MALFORMED', `${where} lists a key id twice`);
  // One key listed under two ids would count twice against a threshold.
  const known = keyIds.flatMap((id) => keys.get(id) ?? []).map(keyIdentity);
  if (new Set(known).size !== known.length) fail('TUF_MALFORMED', `${where} lists one key twice`);
  return { keys, keyIds, threshold };
}

/** The same for all ways to write one public key. */
export function keyIdentity({ keyVal }: Key): string {
  const text = keyVal.public ?? '';
  if (!text.startsWith('-----BEGIN')) return text.toLowerCase();
  try {
    const key = createPublicKey(text);
    const der = key.export({ format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? der.subarray(-32).toString('hex') : der.toString('hex');
  } catch {
    return text;
  }
}

function rootBody(json: z.output<typeof RootJson>): RootBody {
  const keys = keysOf(json.keys);
  const holders = (role: TopRole): Holders => holdersOf(`root.json: ${role}`, json.roles[role], keys);
  const roles = {
    root: holders('root'),
    timestamp: holders('timestamp'),
    snapshot: holders('snapshot'),
    targets: holders('targets'),
  };
  return { version: json.version, expires: json.expires, roles };
}

type DelegatedRole = Delegation & { readonly covers: (path: string) => boolean };

function targetsBody(file: string, json: z.output<typeof TargetsJson>): TargetsBody {
  const { version, expires, delegations } = json;
  const body = { version, expires, targets: new Map(Object.entries(json.targets)) };
  if (delegations === undefined) return { ...body, delegationsOf: () => [] };
  const keys = keysOf(delegations.keys);
  const { succinct_roles: bins, roles = [] } = delegations;
  if (bins !== undefined) {
    const split: BinSplit = { bits: bins.bit_length, prefix: bins.name_prefix };
    const holders = holdersOf(`${file}.json: ${split.prefix}`, bins, keys);
    checkName(file, `${split.prefix}-${'f'.repeat(8)}`);
    return { ...body, delegationsOf: (path) => [{ name: binOf(path, split), holders, terminating: true }] };
  }
  const all = roles.map((role): DelegatedRole => {
    checkName(file, role.name);
    const { paths, path_hash_prefixes: prefixes = [] } = role;
    const covers = (path: string): boolean =>
      paths === undefined ? startsWithHash(path, prefixes) : paths.some((glob) => matchesGlob(path, glob));
    const holders = holdersOf(`${file}.json: ${role.name}`, role, keys);
    return { name: role.name, holders, terminating: role.terminating, covers };
  });
  if (new Set(all.map(({ name }) => name)).size !== all.length) fail('TUF_MALFORMED', `${file}.json: a role twice`);
  return { ...body, delegationsOf: (path) => all.filter(({ covers }) => covers(path)) };
}

function checkName(file: string, name: string): void {
  const taken = TOP_ROLES.some((role) => role === name);
  if (taken || encodeURIComponent(name).length > FORMAT_LIMITS.roleNameBytes) {
    fail('TUF_MALFORMED', `${file}.json: a role must not be named ${name.slice(0, 40)}`);
  }
}

/** Whether `key` signed this very content. */
export function isSignedBy(key: Key, document: Document<Body>): boolean {
  const sig = document.signatures.get(key.keyID);
  if (sig === undefined) return false;
  // What the library looks at: a signature, and the content as JSON gave it, so that unknown members stay under the signature.
  const content = { signatures: { [key.keyID]: { sig } }, signed: { toJSON: () => document.signed } };
  try {
    key.verifySignature(content as unknown as Metadata<Targets>);
    return true;
  } catch {
    return false;
  }
}
