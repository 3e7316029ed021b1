import { describe, expect, it } from 'vitest';
import { condition, conditionOf, DEVICE_CONDITIONS, type DeviceConditionCode, DeviceError } from './conditions.ts';
import { Condition } from './contract/event.ts';

describe('conditions', () => {
  const codes = Object.keys(DEVICE_CONDITIONS) as DeviceConditionCode[];

  it('each have a stable code, a message and a hint', () => {
    expect(codes.length).toBeGreaterThan(40);
    for (const code of codes) {
      expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
      const made = Condition.parse(condition(code));
      expect(made.message).toMatch(/\.$/);
      expect(made.hint).toMatch(/\.$/);
    }
  });

  it('keep the code of a coded error and give one to any other', () => {
    expect(conditionOf(new DeviceError('PORT_BUSY', '/dev/x'), 'DRIVER_EXCEPTION')).toMatchObject({
      code: 'PORT_BUSY',
      message: 'Another program holds the serial port. (/dev/x)',
    });
    expect(conditionOf('odd', 'DRIVER_EXCEPTION')).toMatchObject({ code: 'DRIVER_EXCEPTION' });
    expect(condition('PORT_BUSY', 'x'.repeat(9_999)).message.length).toBeLessThan(400);
  });
});
