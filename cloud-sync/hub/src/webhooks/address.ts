import { BlockList, isIP } from 'node:net';

/** Addresses that are no public host: this machine, private networks, link-local (cloud metadata), multicast, and what is kept for documents and tests. */
const LOOPBACK = listOf(['127.0.0.0/8', '::1/128']);
const NOT_PUBLIC = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
]);

/** Throws RangeError for what is no network. */
export function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address);
    if (family === 0 || bits === undefined || !/^\d{1,3}$/u.test(bits)) throw new RangeError(network);
    list.addSubnet(address, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** An IPv4 address that is written as IPv6 is judged as what it is. */
function plainAddress(address: string): { address: string; family: 'ipv4' | 'ipv6' } {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu.exec(address)?.[1];
  if (mapped !== undefined) return { address: mapped, family: 'ipv4' };
  return { address, family: isIP(address) === 6 ? 'ipv6' : 'ipv4' };
}

export interface AddressRules {
  /** An operator's webhook may go to this machine; a partner's never. */
  readonly loopback: boolean;
  /** Private networks that the hub's operator named. */
  readonly allowed: BlockList;
}

/** May a webhook with this scheme be sent to this address? Judged again at each connection, for names may point elsewhere by then. */
export function mayConnect(protocol: string, address: string, { loopback, allowed }: AddressRules): boolean {
  const plain = plainAddress(address);
  if (isIP(plain.address) === 0) return false;
  // Written in hexadecimal: the list knows only the spelling with stops.
  if (/^::ffff:/iu.test(plain.address)) return false;
  if (LOOPBACK.check(plain.address, plain.family)) return loopback;
  if (protocol !== 'https:') return false;
  return allowed.check(plain.address, plain.family) || !NOT_PUBLIC.check(plain.address, plain.family);
}

/** What can be said of a URL before any name is looked up: null for one that may be tried. */
export function refusalOf(text: string, rules: AddressRules): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'no URL';
  }
  const { protocol, hostname, username, password } = url;
  if (protocol !== 'https:' && protocol !== 'http:') return 'neither https nor http';
  if (username !== '' || password !== '') return 'it holds a password';
  const host = hostname.replace(/^\[|\]$/gu, '');
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  if (isIP(host) !== 0) return mayConnect(protocol, host, rules) ? null : 'an address that is not public';
  if (isLocal) return rules.loopback ? null : 'this machine';
  return protocol === 'https:' ? null : 'http to another machine';
}
