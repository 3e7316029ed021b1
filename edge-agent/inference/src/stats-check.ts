import { decodeStats, type ItemStats, StatsError } from '@tillside/features';
import { ModelError } from './errors.ts';

/** Reads untrusted statistics. @throws ModelError MODEL_STATS_INVALID or MODEL_FEATURE_SET_MISMATCH */
export function parseStats(bytes: Uint8Array): ItemStats {
  try {
    return decodeStats(bytes);
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    const code = error.code === 'STATS_OTHER_FEATURES' ? 'MODEL_FEATURE_SET_MISMATCH' : 'MODEL_STATS_INVALID';
    throw new ModelError(code, error.message);
  }
}
