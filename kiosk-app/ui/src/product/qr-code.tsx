import { create } from 'qrcode';
import { type ReactElement, useMemo } from 'react';

/** The path of a QR symbol's dark modules, one unit a module, for a viewBox of `size` units with a 4-module quiet zone. */
export function qrPath(text: string): { path: string; size: number } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
    }
  }
  return { path, size: modules.size + 8 };
}

/** Always dark on white, in every theme: scanners need it. `label` says what scanning it does. */
export function QrCode({ text, label }: { text: string; label: string }): ReactElement {
  const { path, size } = useMemo(() => qrPath(text), [text]);
  return (
    <div className="tl-qr">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
        <rect width={size} height={size} fill="#ffffff" />
        <path d={path} fill="#000000" />
      </svg>
    </div>
  );
}
