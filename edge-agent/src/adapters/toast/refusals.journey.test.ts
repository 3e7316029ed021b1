import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBody, checkOf, MEMBER, newGuid, selection } from './testing/check.ts';
import { openToastShop, type ToastShop } from './testing/shop.ts';
import { MAX_REDEMPTIONS } from './wire.ts';

let shop: ToastShop;
beforeAll(async () => {
  shop = await openToastShop(undefined, { membershipTextVersion: 'toast-1' });
});
afterAll(() => shop.rig.stop());

const milk = (more: object = {}) => selection({ item: 'milk', price: 12.9, more: { ...more } });
const refused = (transactionStatus: string, status = 400) => ({ status, body: { transactionStatus } });

describe('who may call', () => {
  it.each([
    ['no key', undefined],
    ['an unknown key', 'c75a2aa085d30a90308841d388fc7828f1a28e29bdd2c82150a30cf356d4d87f'],
    ['a key that is too long', 'k'.repeat(300)],
    ['basic credentials', 'Basic dXNlcjpwYXNz'],
  ])('refuses %s', async (_what, authorization) => {
    const answer = await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), [milk()])), {
      headers: { authorization },
    });
    expect(answer).toMatchObject(refused('ERROR_INVALID_TOKEN'));
  });

  it('takes the key as it is, or as a bearer token', async () => {
    for (const authorization of [shop.credential, `Bearer ${shop.credential}`])
      expect(
        (await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), [milk()])), { headers: { authorization } }))
          .status,
      ).toBe(200);
  });

  it('refuses a till whose prices are ours, and a terminal that was revoked', async () => {
    const ours = await shop.pair('tillside', '8');
    expect(await shop.send('LOYALTY_SEARCH', {}, { credential: ours.credential })).toMatchObject(
      refused('ERROR_INVALID_TOKEN'),
    );
    const gone = await shop.pair('pos-adjusts', '9');
    shop.rig.agent.app.pairing.revoke(gone.deviceId);
    const answer = await shop.send('LOYALTY_SEARCH', {}, { credential: gone.credential });
    expect(answer).toMatchObject(refused('ERROR_INVALID_TOKEN'));
    expect(answer.body.message).toBe('CREDENTIAL_REVOKED');
  });

  it('refuses restaurants that the config does not name', async () => {
    for (const restaurant of ['another', undefined])
      expect(
        await shop.send('LOYALTY_SEARCH', {}, { headers: { 'Toast-Restaurant-External-ID': restaurant } }),
      ).toMatchObject(refused('ERROR_INVALID_RESTAURANT'));
  });
});

describe('what is asked', () => {
  it.each([
    ['LOYALTY_VALIDATE', 'ERROR_INVALID_TOAST_TRANSACTION_TYPE'],
    ['', 'ERROR_INVALID_TOAST_TRANSACTION_TYPE'],
    ['LOYALTY_TRANSFER', 'ERROR_INVALID_TRANSFER'],
  ])('answers type %s with %s', async (type, status) => {
    expect(await shop.send('LOYALTY_TRANSFER', {}, { headers: { 'Toast-Transaction-Type': type } })).toMatchObject(
      refused(status),
    );
  });

  it.each([
    ['no JSON', '{"toastTransactionType":'],
    ['an array', '[]'],
    ['null', 'null'],
    ['another type in the body', { toastTransactionType: 'LOYALTY_ACCRUE', ...checkBody(checkOf('c', [])) }],
    ['no part of its type', { searchTransactionInformation: { searchCriteria: {} } }],
    ['no account', checkBody(checkOf('c', []), null)],
    ['a price of three decimals', checkBody(checkOf('c', [selection({ price: 1.005 })]))],
    ['a negative price', checkBody(checkOf('c', [selection({ price: -1 })]))],
    ['a price beyond all', checkBody(checkOf('c', [selection({ price: 1e12 })]))],
    [
      'too many selections',
      checkBody(
        checkOf(
          'c',
          Array.from({ length: 501 }, () => selection({ price: 1 })),
        ),
      ),
    ],
    [
      'too many units',
      checkBody(
        checkOf(
          'c',
          Array.from({ length: 3 }, () => selection({ price: 1, quantity: 9_999 })),
        ),
      ),
    ],
    ['a check without an id', checkBody({ ...checkOf('c', []), guid: null })],
    ['a selection with an id that is none', checkBody(checkOf('c', [selection({ guid: 'a b', price: 1 })]))],
    [
      'too many redemptions',
      checkBody(
        checkOf('c', []),
        MEMBER,
        Array.from({ length: MAX_REDEMPTIONS + 1 }, () => ({ identifier: 'x' })),
      ),
    ],
  ])('refuses %s', async (_what, body) => {
    const { status, body: answer } = await shop.send('LOYALTY_INQUIRE', body);
    expect({ status, transactionStatus: answer.transactionStatus }).toEqual({
      status: 400,
      transactionStatus: 'ERROR_INVALID_INPUT_PROPERTIES',
    });
    expect(answer.message).toMatch(/\S/);
    expect(Object.keys(answer).sort()).toEqual(['message', 'transactionStatus']);
  });

  it('refuses a GUID that is none, or is a card number', async () => {
    for (const guid of [undefined, '', 'a b', 'x'.repeat(60), '4111111111111111'])
      expect(
        await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), [])), {
          headers: { 'Toast-Transaction-GUID': guid },
        }),
      ).toMatchObject(refused('ERROR_INVALID_INPUT_PROPERTIES'));
  });

  it('refuses a body of 2 MiB without reading it to the end', async () => {
    const answer = await shop.send(
      'LOYALTY_INQUIRE',
      checkBody({ ...checkOf('c', []), tabName: 'x'.repeat(2 * 1024 * 1024) }),
    );
    expect(answer).toMatchObject(refused('ERROR_INVALID_INPUT_PROPERTIES'));
  });

  it('lets through what the contract allows beside its keys', async () => {
    const check = {
      ...checkOf(newGuid(), [milk({ menuItemPrice: 12.9, receiptLinePrice: 12.9 })]),
      customer: { id: 'x' },
      newKey: [1],
    };
    expect(
      (await shop.send('LOYALTY_INQUIRE', { ...checkBody(check), transferTransactionInformation: null })).status,
    ).toBe(200);
  });

  it('knows no account: 404 in every transaction that needs one', async () => {
    for (const type of ['LOYALTY_INQUIRE', 'LOYALTY_REDEEM', 'LOYALTY_ACCRUE'] as const)
      expect(await shop.send(type, checkBody(checkOf(newGuid(), [milk()]), 'M999'))).toMatchObject(
        refused('ERROR_ACCOUNT_INVALID', 404),
      );
    const search = { searchTransactionInformation: { searchCriteria: { phone: '2025550123' } } };
    expect(await shop.send('LOYALTY_SEARCH', search)).toMatchObject(refused('ERROR_ACCOUNT_INVALID', 404));
    // A card that was swiped where the member's was asked for.
    expect(await shop.send('LOYALTY_INQUIRE', checkBody(checkOf(newGuid(), []), '4111111111111111'))).toMatchObject(
      refused('ERROR_ACCOUNT_INVALID', 404),
    );
  });
});

describe('signing up', () => {
  const signup = (phone: string | null, email: string | null = null) => ({
    signupTransactionInformation: { phone, email },
  });

  /** Without those who were imported. */
  const signedUp = ({ events }: ToastShop): unknown[] =>
    events('tillside.member.joined.v1').filter((joined) => (joined as { channel: string }).channel !== 'import');

  it('makes a member by phone, who agreed to membership and to nothing else', async () => {
    const guid = newGuid();
    const first = await shop.send('LOYALTY_SIGNUP', signup('2025550123'), { guid });
    expect(first.status).toBe(200);
    const memberId = first.body.signupResponse?.loyaltyIdentifier ?? '';
    expect(memberId).not.toContain('2025550123');
    expect(await shop.send('LOYALTY_SIGNUP', signup('2025550123'), { guid })).toEqual(first);
    expect(signedUp(shop)).toMatchObject([
      {
        memberId,
        channel: 'till',
        consents: [
          { purpose: 'membership', granted: true, textVersion: 'toast-1' },
          { purpose: 'personalisation', granted: false },
          { purpose: 'marketing', granted: false },
        ],
      },
    ]);
    const found = await shop.send('LOYALTY_SEARCH', {
      searchTransactionInformation: { searchCriteria: { phone: '2025550123' } },
    });
    expect(found.body.searchResponse?.accounts).toMatchObject([
      { identifier: memberId, phone: '2025550123', pointsBalance: '0' },
    ]);
  });

  it('refuses a phone that is registered, one that is none, and e-mail alone', async () => {
    expect(await shop.send('LOYALTY_SIGNUP', signup('2025550123'))).toMatchObject(refused('ERROR_ALREADY_REGISTERED'));
    expect(await shop.send('LOYALTY_SIGNUP', signup('12'))).toMatchObject(refused('ERROR_INVALID_INPUT_PROPERTIES'));
    expect(await shop.send('LOYALTY_SIGNUP', signup(null, 'a@example.com'))).toMatchObject(refused('ERROR'));
    expect(await shop.send('LOYALTY_SIGNUP', signup('2025550199', 'a@example.com'))).toMatchObject(
      refused('ERROR_INVALID_INPUT_PROPERTIES'),
    );
  });

  it('is off where the store named no terms', async () => {
    const other = await openToastShop();
    try {
      expect(await other.send('LOYALTY_SIGNUP', signup('2025550123'))).toMatchObject(refused('ERROR'));
      expect(signedUp(other)).toEqual([]);
    } finally {
      await other.rig.stop();
    }
  });
});
