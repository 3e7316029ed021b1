import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** X.509 for tests and measurements: a CA of our own and what it signs, P-256, valid for a day. DER by hand (ITU-T X.690), fields by RFC 5280. */
export interface Issued {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}
export interface TestCa {
  /** PEM. */
  readonly cert: string;
  /** A server's certificate for names and addresses. */
  issue(hosts: readonly string[], validity?: { readonly from: number; readonly to: number }): Issued;
}

const DAY_MS = 24 * 60 * 60_000;
const SHORT_LENGTH = 0x80;

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < SHORT_LENGTH) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, SHORT_LENGTH | length.length]), length, body]);
}
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const OID = {
  ecdsaSha256: der(0x06, hex('2a8648ce3d040302')),
  commonName: der(0x06, hex('550403')),
  basicConstraints: der(0x06, hex('551d13')),
  alternativeNames: der(0x06, hex('551d11')),
};
const TRUE = der(0x01, hex('ff'));

const named = (name: string): Buffer => sequence(der(0x31, sequence(OID.commonName, der(0x0c, Buffer.from(name)))));
/** GeneralizedTime. */
const timeOf = (ms: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`));
const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;

interface Wanted {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extension: Buffer;
  readonly from: number;
  readonly to: number;
}

function certificate({ subject, issuer, publicKey, signer, extension, from, to }: Wanted): string {
  const algorithm = sequence(OID.ecdsaSha256);
  const serial = Buffer.concat([hex('01'), randomBytes(8)]);
  const signed = sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, serial),
    algorithm,
    named(issuer),
    sequence(timeOf(from), timeOf(to)),
    named(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = Buffer.concat([hex('00'), sign('sha256', signed, signer)]);
  return pem(sequence(signed, algorithm, der(0x03, signature)));
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function testCa(name = 'Tillside test CA'): TestCa {
  const { publicKey, privateKey: signer } = keyPair();
  const extension = sequence(OID.basicConstraints, TRUE, der(0x04, sequence(TRUE)));
  const always = { from: Date.now() - DAY_MS, to: Date.now() + DAY_MS };
  return {
    cert: certificate({ subject: name, issuer: name, publicKey, signer, extension, ...always }),
    issue: (hosts, validity = always) => {
      const own = keyPair();
      const names = hosts.map((host) =>
        isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
      );
      const alternatives = sequence(OID.alternativeNames, der(0x04, sequence(...names)));
      const wanted = { subject: hosts[0] ?? '', issuer: name, publicKey: own.publicKey, signer };
      return {
        cert: certificate({ ...wanted, extension: alternatives, ...validity }),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}
