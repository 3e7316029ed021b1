/**
 * Imported first by every page. The policy that the agent sends with a page forbids `eval`; schemas would probe for it at their making and leave an
 * error in the browser's log. Zod reads this global before its first schema.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
