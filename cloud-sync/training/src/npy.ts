const ALIGNMENT = 64;

/** An array as NumPy reads it (format 1.0), row-major. Little-endian machines only, as all that run this are. */
export function npy(values: Float32Array | Int32Array, shape: readonly number[]): Buffer {
  const descr = values instanceof Float32Array ? '<f4' : '<i4';
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  const head = 10 + header.length + 1;
  const padded = `${header}${' '.repeat((ALIGNMENT - (head % ALIGNMENT)) % ALIGNMENT)}\n`;
  const start = Buffer.alloc(10);
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(padded.length, 8);
  return Buffer.concat([
    start,
    Buffer.from(padded, 'latin1'),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}
