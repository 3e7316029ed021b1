import type { ReactElement } from 'react';

const STRIPES = 12;

/** The stall's awning, in the colours of what is on offer beneath it. */
export function Awning(): ReactElement {
  return (
    <svg className="k-awning" viewBox={`0 0 ${STRIPES * 10} 13`} preserveAspectRatio="none" aria-hidden="true">
      {Array.from({ length: STRIPES }, (_, stripe) => {
        const x = stripe * 10;
        return (
          <path
            key={x}
            d={`M${x} 0h10v8a5 5 0 0 1-10 0z`}
            fill={stripe % 2 === 0 ? 'var(--tint-ink)' : 'var(--surface)'}
          />
        );
      })}
    </svg>
  );
}
