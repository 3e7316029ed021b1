/** `26.85` or `−0.07` in fen. */
export function fenOf(text: string): number {
  const match = /^(−?)(\d+)\.(\d\d)$/u.exec(text);
  if (!match) throw new Error(`No amount: ${text}`);
  return Number(`${match[2]}${match[3]}`) * (match[1] === '' ? 1 : -1);
}

export function codesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/gu)].map((match) => match[1] ?? '');
}

/** Cells of a table's rows, without its head. */
export function tableRows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.endsWith(' |'))
    .slice(1)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}
