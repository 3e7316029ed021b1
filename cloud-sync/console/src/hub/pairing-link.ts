/** Takes the one-time code out of an address such as `/console/#pair=7K2M-94QF`, so that it neither stays on the screen nor in the history. */
export function takePairingCode(location: Location, history: History): string | undefined {
  const code = new URLSearchParams(location.hash.replace(/^#/, '')).get('pair')?.trim();
  if (code === undefined) return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return code === '' ? undefined : code;
}
