import { z } from 'zod';
import type { DecideError } from '../errors.ts';
import { DECIDE_LIMITS } from '../limits.ts';
import { candidatesFor, wrongType } from './problems.ts';

/**
 * Objects that stand where a text or a list belongs. A schema measures whatever has a `length`, and an object's may be anything: comparing
 * one that has no value throws.
 */
export function objectsForOthers(schema: unknown, input: unknown): DecideError[] {
  const errors: DecideError[] = [];
  const walk = (here: unknown, value: unknown, path: readonly PropertyKey[]): void => {
    if (errors.length >= DECIDE_LIMITS.maxErrors || typeof value !== 'object' || value === null) return;
    for (const candidate of candidatesFor(here, value)) {
      if (candidate instanceof z.ZodString) errors.push(wrongType(path, 'string'));
      else if (candidate instanceof z.ZodArray) {
        if (!Array.isArray(value)) errors.push(wrongType(path, 'array'));
        else {
          value.forEach((entry, index) => {
            walk(candidate.element, entry, [...path, index]);
          });
        }
      } else if (candidate instanceof z.ZodObject) {
        for (const [key, field] of Object.entries(candidate.shape)) {
          walk(field, (value as Record<string, unknown>)[key], [...path, key]);
        }
      }
    }
  };
  walk(schema, input, []);
  return errors;
}
