/** Entry of `tillside-gs1`; resolves with the exit code. */
export async function runGs1(_args: readonly string[], io: { stderr: { write(text: string): void } }): Promise<number> {
  io.stderr.write('Usage: tillside-gs1 parse | digital-link\n');
  return 2;
}
