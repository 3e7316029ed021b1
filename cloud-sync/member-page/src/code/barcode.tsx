import { type ReactElement, useMemo } from 'react';
import { code128Path } from './code128.ts';

/** Dark on white in every theme, as wide as there is room: a laser scanner needs the bars broad and the edges quiet. */
export function Barcode({ digits, label }: { digits: string; label: string }): ReactElement {
  const { path, modules } = useMemo(() => code128Path(digits), [digits]);
  return (
    <svg
      className="m-barcode"
      viewBox={`0 0 ${modules} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={modules} height={1} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
