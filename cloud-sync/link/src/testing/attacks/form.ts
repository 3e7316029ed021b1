import type { JsonObject } from '../repo.ts';
import { endless } from '../repo-server.ts';
import { type Attack, edited, flipped, replaced, SIGNED_DAILY, set, TOP } from './attack.ts';

const BAD = 'TUF_MALFORMED';
const all = ['root', ...SIGNED_DAILY] as const;
const nested = (depth: number): Buffer => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`);

/** Files that are no metadata, or too much of it. All of this is looked at before any signature. */
export const FORM: readonly Attack[] = [
  ...all.map((role) => ({
    name: `cut short: ${role}`,
    code: BAD,
    run: replaced(role, (bytes) => bytes.subarray(0, bytes.length >> 1)),
  })),
  ...all.map((role) => ({ name: `empty: ${role}`, code: BAD, run: replaced(role, () => Buffer.alloc(0)) })),
  {
    name: 'a login page',
    code: BAD,
    run: replaced('timestamp', () => Buffer.from('<!doctype html><title>Guest Wi-Fi</title>')),
  },
  {
    name: 'a bit of the first bracket flipped',
    code: BAD,
    run: replaced('snapshot', (bytes) => flipped(bytes, 0)),
  },
  { name: 'JSON null', code: BAD, run: replaced('timestamp', () => Buffer.from('null')) },
  ...([100, 16_000] as const).map((depth) => ({
    name: `a JSON bomb, ${depth} deep`,
    code: BAD,
    run: replaced('timestamp', () => nested(depth >> 1)),
  })),
  {
    name: 'a JSON bomb of a megabyte in root',
    code: BAD,
    run: ({ repo }) => repo.files.set('2.root.json', nested(200_000)),
  },
  {
    name: 'signed content that nests deeper than metadata does',
    code: BAD,
    run: edited('timestamp', (signed) => Object.assign(signed, { x: JSON.parse(nested(40).toString('utf8')) })),
  },
  ...(['2.root.json', 'timestamp.json'] as const).map((file) => ({
    name: `endless: ${file}`,
    code: BAD,
    run: ({ server }: Parameters<Attack['run']>[0]) => {
      server.answer = (name, response) => name === file && endless(response);
    },
  })),
  ...(['snapshot', 'targets', 'campaigns'] as const).map((role) => ({
    name: `endless: ${role}`,
    code: BAD,
    run: ({ repo, server }: Parameters<Attack['run']>[0]) => {
      repo.publish([set(2)]);
      const file = repo.newest(role);
      server.answer = (name, response) => name === file && endless(response);
    },
  })),
  ...(['2.0.0', '0.9', '1', 'x', ''] as const).map((spec_version) => ({
    name: `spec_version "${spec_version}"`,
    code: BAD,
    run: edited('timestamp', (signed) => Object.assign(signed, { spec_version })),
  })),
  ...TOP.map((role) => ({
    name: `the _type of another role: ${role}`,
    code: BAD,
    run: edited(role, (signed) => Object.assign(signed, { _type: 'root' })),
  })),
  {
    name: "a kind's role that says it is a timestamp",
    code: BAD,
    run: edited('campaigns', (signed) => Object.assign(signed, { _type: 'timestamp' })),
  },
  ...[0, -1, 1.5, '3', 2 ** 53, null].map((version) => ({
    name: `version ${JSON.stringify(version)}`,
    code: BAD,
    run: edited('timestamp', (signed) => Object.assign(signed, { version })),
  })),
  ...['tomorrow', '2090-13-01T00:00:00Z', '', 4_000_000_000].map((expires) => ({
    name: `expires ${JSON.stringify(expires)}`,
    code: BAD,
    run: edited('snapshot', (signed) => Object.assign(signed, { expires })),
  })),
  {
    name: 'a hash of an unknown kind',
    code: BAD,
    run: edited('timestamp', ({ meta }) =>
      Object.assign((meta as { 'snapshot.json': JsonObject })['snapshot.json'], { hashes: { md5: '0' } }),
    ),
  },
  {
    name: 'a negative length',
    code: BAD,
    run: edited('timestamp', ({ meta }) =>
      Object.assign((meta as { 'snapshot.json': JsonObject })['snapshot.json'], { length: -1 }),
    ),
  },
  {
    name: 'a snapshot shorter than its length',
    code: 'TUF_HASH_MISMATCH',
    run: edited('timestamp', ({ meta }) =>
      Object.assign((meta as { 'snapshot.json': JsonObject })['snapshot.json'], { length: 1_000_000 }),
    ),
  },
  {
    name: 'root without a role for the snapshot',
    code: BAD,
    run: edited('root', ({ roles }) => {
      delete (roles as Record<string, unknown>).snapshot;
    }),
  },
  {
    name: 'root with more keys than any needs',
    code: BAD,
    run: edited('root', (signed) => {
      const [key] = Object.values(signed.keys as Record<string, JsonObject>);
      for (let count = 0; count < 300; count += 1) Object.assign(signed.keys as object, { [`k${count}`]: key });
    }),
  },
  {
    name: 'two members of one name, of which the first was checked elsewhere',
    code: 'TUF_SIGNATURE_BELOW_THRESHOLD',
    run: replaced('timestamp', (bytes) =>
      Buffer.from(bytes.toString('utf8').replace('"version":', '"version":999,"Version":')),
    ),
  },
];
