import type { ReactElement, ReactNode } from 'react';

/** The pieces a page is set from. Each page has one headline, and it is the largest thing on it. */
export function Lead({
  kicker,
  headline,
  deck,
  action,
}: {
  kicker: ReactNode;
  headline: string;
  deck?: ReactNode;
  action?: ReactNode;
}): ReactElement {
  return (
    <div className="np-lead">
      <p className="np-kicker">{kicker}</p>
      <h1 className="np-headline">{headline}</h1>
      {deck ? <div className="np-deck">{deck}</div> : null}
      {action ? <div className="np-lead-action">{action}</div> : null}
    </div>
  );
}

/** A part of the page under a ruled title. */
export function Column({
  title,
  children,
  wide = false,
}: {
  title: string;
  children: ReactNode;
  wide?: boolean;
}): ReactElement {
  return (
    <section className="np-column" data-wide={wide}>
      <h2 className="np-rule-title">{title}</h2>
      {children}
    </section>
  );
}

/** A link that looks like the button it stands for. */
export function ToolLink({ href, title, why }: { href: string; title: string; why: string }): ReactElement {
  return (
    <a className="np-tool" href={href}>
      <strong>{title}</strong>
      <span className="tl-second">{why}</span>
    </a>
  );
}
