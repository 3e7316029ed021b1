import { beforeEach, describe, expect, it } from 'vitest';
import { hashPin, Pins } from '../pairing/pins.ts';
import { systemRandom } from '../ports.ts';
import { Approvals } from './approvals.ts';

const TILL = { deviceId: 'terminal-1' };
const OTHER = { deviceId: 'terminal-2' };
const staff = [
  { id: 'sup', name: '周敏', pinHash: hashPin('1357'), role: 'supervisor' as const },
  { id: 'clerk', name: '小林', pinHash: hashPin('2468'), role: 'clerk' as const },
];
let now: number;
let approvals: Approvals;
beforeEach(() => {
  now = Date.parse('2026-11-22T10:00:00Z');
  const clock = { now: () => now };
  approvals = new Approvals({ pins: new Pins({ staff, clock }), clock, random: systemRandom });
});

const overridden = (pin: string, terminal = TILL) => approvals.approve(terminal, { pin, action: 'price-override' });
const used = (approvalId: string | undefined, terminal = TILL) =>
  approvals.useApproval(terminal, approvalId, 'price-override');

describe('an approval', () => {
  it('names who gave it, and is good once', async () => {
    const approval = await overridden('1357');
    expect(approval).toMatchObject({ action: 'price-override', staffId: 'sup', expiresAt: '2026-11-22T10:02:00.000Z' });
    expect(used(approval.approvalId)).toEqual({ staffId: 'sup' });
    expect(() => used(approval.approvalId)).toThrow('does not hold');
    expect(() => used(undefined)).toThrow('needs the approval');
  });

  it('holds at its terminal, for its action, for two minutes, and not before it was given', async () => {
    const { approvalId } = await overridden('1357');
    expect(() => used(approvalId, OTHER)).toThrow('does not hold');
    expect(() => approvals.useApproval(TILL, approvalId, 'return-without-receipt')).toThrow('does not hold');
    now += 2 * 60_000 + 1;
    expect(() => used(approvalId)).toThrow('does not hold');
    // The clock is set back by hours.
    now -= 5 * 3_600_000;
    expect(() => used(approvalId)).toThrow('does not hold');
  });

  it('is not given by a clerk, and a terminal that keeps missing is paused, whoever asks', async () => {
    await expect(overridden('2468')).rejects.toThrow('(clerk)');
    for (let miss = 0; miss < 5; miss++) await expect(overridden('0000')).rejects.toThrow('PIN');
    await expect(overridden('1357')).rejects.toThrow('Too many');
    expect((await overridden('1357', OTHER)).staffId).toBe('sup');
    now += 3 * 60_000 + 1;
    expect((await overridden('1357')).staffId).toBe('sup');
  });

  it('gives no more guesses to requests that come at once', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => overridden('0000')));
    const reasons = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : 'ok'));
    expect(reasons.filter((code) => code === 'PIN_REFUSED')).toHaveLength(5);
    expect(reasons.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(3);
  });

  it('is not out of reach for hours when the clock is set back during a pause', async () => {
    for (let miss = 0; miss < 5; miss++) await expect(overridden('0000')).rejects.toThrow('PIN');
    now -= 5 * 3_600_000;
    expect((await overridden('1357')).staffId).toBe('sup');
  });
});
