import { describe, expect, test } from 'vitest';
import { listOf, mayConnect, refusalOf } from './address.ts';

const partner = { loopback: false, allowed: listOf([]) };
const operator = { loopback: true, allowed: listOf(['10.20.0.0/16', 'fd00:1::/32']) };

describe('where a webhook may go', () => {
  test.each([
    ['https://shop.example.com/hook', null, null],
    ['https://93.184.215.14/hook', null, null],
    ['http://shop.example.com/hook', 'http to another machine', 'http to another machine'],
    ['http://127.0.0.1:9000/', 'an address that is not public', null],
    ['http://localhost:9000/', 'this machine', null],
    ['https://[::1]/', 'an address that is not public', null],
    ['https://2130706433/', 'an address that is not public', null],
    ['https://0x7f.1/', 'an address that is not public', null],
    ['https://10.20.1.1/', 'an address that is not public', null],
    ['http://10.20.1.1/', 'an address that is not public', 'an address that is not public'],
    ['https://10.21.1.1/', 'an address that is not public', 'an address that is not public'],
    ['https://169.254.169.254/latest/meta-data', 'an address that is not public', 'an address that is not public'],
    ['https://[::ffff:169.254.169.254]/', 'an address that is not public', 'an address that is not public'],
    ['https://[fd00:1::5]/', 'an address that is not public', null],
    ['https://[64:ff9b::a00:1]/', 'an address that is not public', 'an address that is not public'],
    ['https://0.0.0.0/', 'an address that is not public', 'an address that is not public'],
    ['ftp://shop.example.com/', 'neither https nor http', 'neither https nor http'],
    ['https://user:pw@shop.example.com/', 'it holds a password', 'it holds a password'],
    ['shop', 'no URL', 'no URL'],
  ])('%s', (url, ofPartner, ofOperator) => {
    expect(refusalOf(url, partner)).toBe(ofPartner);
    expect(refusalOf(url, operator)).toBe(ofOperator);
  });

  test('a name is judged by every address that it has, at each connection', () => {
    expect(mayConnect('https:', '192.168.1.1', partner)).toBe(false);
    expect(mayConnect('https:', '::ffff:192.168.1.1', partner)).toBe(false);
    expect(mayConnect('https:', '::ffff:c0a8:101', partner)).toBe(false);
    expect(mayConnect('https:', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', partner)).toBe(true);
    expect(mayConnect('http:', '93.184.215.14', operator)).toBe(false);
    expect(mayConnect('http:', '127.0.0.1', operator)).toBe(true);
    expect(() => listOf(['10.0.0.0'])).toThrow(RangeError);
  });
});
