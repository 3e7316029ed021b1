import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Public baskets for evaluation that are no part of this repository: Ta-Feng in the form of DNNTSP, and 79 days of The Complete Journey.
 * Found in the folder TILLSIDE_EVAL_DATA, else beside the repository where shared data lies.
 */
const FOLDER =
  process.env.TILLSIDE_EVAL_DATA ?? fileURLToPath(new URL('../../../../../../shared/data', import.meta.url));

export const TAFENG = join(FOLDER, 'tafeng-dnntsp', 'TaFeng.json.gz');
export const COMPLETE_JOURNEY = join(FOLDER, 'completejourney-79days');
export const PRODUCTS = join(FOLDER, 'completejourney', 'products.csv.gz');
export const hasSharedData = [TAFENG, COMPLETE_JOURNEY, PRODUCTS].every((path) => existsSync(path));
