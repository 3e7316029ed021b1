/** TUF's canonical JSON of a key description: members sorted, no space; the values here are plain ASCII strings and objects of them. */
type Described = string | { readonly [name: string]: Described };

export default function canonicalize(value: Described): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalize(value[name] ?? '')}`);
  return `{${members.join(',')}}`;
}
