/**
 * Imported first. The policy that the hub sends with the page forbids `eval`; schemas would probe for it at their making and leave an error in the browser's log. Zod reads this
 * global before its first schema.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
