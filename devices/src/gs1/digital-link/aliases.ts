/**
 * Names that could stand for an AI in a link until GS1 Digital Link URI Syntax 1.2 took them out; old packages keep them.
 * Lower case only, as the standard had it. `exp` and `expdt` were for the query.
 */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['sscc', '00'],
  ['gtin', '01'],
  ['lot', '10'],
  ['ser', '21'],
  ['cpv', '22'],
  ['gdti', '253'],
  ['glnx', '254'],
  ['gcn', '255'],
  ['ginc', '401'],
  ['gsin', '402'],
  ['gln', '414'],
  ['party', '417'],
  ['grai', '8003'],
  ['giai', '8004'],
  ['itip', '8006'],
  ['cpid', '8010'],
  ['cpsn', '8011'],
  ['gmn', '8013'],
  ['gsrnp', '8017'],
  ['gsrn', '8018'],
  ['srin', '8019'],
  ['refno', '8020'],
  ['exp', '17'],
  ['expdt', '7003'],
]);

/** The AI that an alias stood for; undefined when the text is no alias. */
export function aiOfAlias(text: string): string | undefined {
  return ALIASES.get(text);
}
